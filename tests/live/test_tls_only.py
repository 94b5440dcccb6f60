"""A centre that has TLS alone: nobody is heard in the clear, nothing is sent in the clear."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.live.harness.baresip import Baresip
from tests.live.harness.centre import Centre
from tests.live.harness.needs import needs_baresip
from tests.live.harness.ports import LOOPBACK, free_block
from tests.pki import Authority

pytestmark = pytest.mark.live

TRUNK = {"address": "127.0.0.3:5060", "options_interval_s": None}


class Site:
    """A centre and its certificate."""

    def __init__(self, centre: Centre, authority: Authority) -> None:
        self.centre = centre
        self.authority = authority
        self.port = free_block()
        self._certificate, self._key = authority.issue("centre", LOOPBACK)
        self.set(tls_only=True)

    def set(self, *, tls_only: bool) -> None:
        """Write the settings; they are read at the next start."""
        (self.centre.data.parent / "centrala.toml").write_text(
            f'sip_tls = "{LOOPBACK}:{self.port}"\ntls_only = {str(tls_only).lower()}\n'
            f'tls_cert = "{self._certificate}"\ntls_key = "{self._key}"\ntls_ca = "{self.authority.path}"\n'
        )


@pytest.fixture
async def site(executable: Path, tmp_path: Path, tones: dict[str, Path]) -> AsyncIterator[Site]:
    centre = Centre(executable, tmp_path / "centre", {"music": tones["music"]})
    try:
        yield Site(centre, Authority(tmp_path / "pki"))
    finally:
        if centre.program.running:
            await centre.kill()
        await centre.api.aclose()


@needs_baresip
async def test_phones_call_over_tls_and_the_plain_ports_are_nobodys(
    site: Site, tones: dict[str, Path], tmp_path: Path
) -> None:
    centre = await site.centre.start()
    host, _, port = centre.sip.rpartition(":")
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        with socket.socket(socket.AF_INET, kind) as free:
            free.bind((host, int(port)))
    refused = await centre.api.put("/trunks/plain", json=TRUNK)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "transport")
    await centre.put("/trunks/secret", TRUNK | {"transport": "tls"})
    await centre.put("/routes/600", {"target": "echo"})
    password = await centre.put_agent("ana", "1001")
    async with Baresip(
        tmp_path / "ana", user="1001", tone=tones["agent"], switch=f"{LOOPBACK}:{site.port}", password=password,
        transport="tls", authorities=site.authority.path,
    ) as ana:  # fmt: skip
        await ana.registered()
        await ana.dial("600")
        await ana.wait_for("CALL_ESTABLISHED")
        await ana.hangup()
        await centre.quiet()
    await centre.stop()


async def test_a_plain_trunk_from_before_is_named_and_the_centre_does_not_start(site: Site) -> None:
    site.set(tls_only=False)
    centre = await site.centre.start()
    await centre.put("/trunks/plain", TRUNK)
    await centre.stop()
    site.set(tls_only=True)
    run = await asyncio.create_subprocess_exec(
        *centre.command, cwd=centre.data.parent, stderr=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL
    )
    _, said = await asyncio.wait_for(run.communicate(), 40)
    assert run.returncode == 2
    assert b"trunk plain uses udp, and tls_only is set" in said
    assert b"Traceback" not in said
