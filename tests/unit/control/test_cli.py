"""The command line, as a user runs it."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from pathlib import Path

import pytest

from control.doctor import examine
from control.settings import load_settings


async def centrala(folder: Path, *arguments: str, **environment: str) -> tuple[int | None, str, str]:
    """Exit status, standard output and standard error of one run."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "from control.cli import main; main()",
        *arguments,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)} | environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


@pytest.mark.parametrize("command", ["serve", "doctor"])
async def test_a_bad_setting_is_one_line_and_status_2(tmp_path: Path, command: str) -> None:
    status, out, err = await centrala(tmp_path, command, "--http", "nowhere")
    assert (status, out) == (2, "")
    assert err == "centrala: bad setting http: 'nowhere' is not HOST:PORT, e.g. 127.0.0.1:5060\n"


async def test_help_names_the_commands(tmp_path: Path) -> None:
    status, out, _ = await centrala(tmp_path, "--help")
    assert status == 0
    assert "serve" in out
    assert "doctor" in out


async def test_the_doctor_prints_a_verdict(tmp_path: Path) -> None:
    status, out, _ = await centrala(tmp_path, "doctor", "--media-ports", "42000-42009")
    assert "media ports" in out
    assert ("Fit to serve." in out) == (status == 0)


async def test_the_doctor_finds_a_taken_port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        findings = await examine(load_settings(http=address, media_ports="42000-42009", data=tmp_path))
    found = {finding.subject: finding for finding in findings}
    assert not found["HTTP"].good
    assert "in use" in found["HTTP"].detail
    assert found["data folder"].good


async def test_the_doctor_finds_what_cannot_be_reached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CENTRALA_REDIS_URL", "redis://127.0.0.1:1")
    monkeypatch.setenv("CENTRALA_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/missing/x.sqlite")
    findings = await examine(load_settings(media_ports="42000-42009"))
    bad = {finding.subject for finding in findings if not finding.good}
    assert {"Redis", "database"} <= bad
