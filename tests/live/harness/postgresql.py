"""A PostgreSQL server on loopback, with a cluster of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from tests.live.harness.ports import LOOPBACK, free_block
from tests.live.harness.program import Program

_DEBIAN = Path("/usr/lib/postgresql")
_USER = "postgres"
"""Of the database; and of the system where tests run as root, as whom the server refuses to run."""


def program(name: str) -> str | None:
    """Where a program of PostgreSQL is; Debian keeps the server's off the path."""
    versions = sorted(_DEBIAN.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    return str(versions[-1]) if versions else shutil.which(name)


def _found(name: str) -> str:
    path = program(name)
    assert path is not None, f"{name} of PostgreSQL is missing"
    return path


class Postgresql:
    """Used as ``async with``; its process is gone afterwards."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._cluster = TemporaryDirectory(prefix="centrala-postgresql-")
        self._port = free_block()
        self._server = Program("postgres", folder / "postgres.log")
        self.url = f"postgresql://{_USER}@{LOOPBACK}:{self._port}/postgres"

    async def __aenter__(self) -> Self:
        # Not in the tests' folder, which is closed to all users but our own.
        cluster = self._cluster.name
        run: tuple[str, ...] = ()
        if os.geteuid() == 0:
            os.chown(cluster, pwd.getpwnam(_USER).pw_uid, -1)
            run = ("setpriv", f"--reuid={_USER}", "--clear-groups")
        made = Program("initdb", self._folder / "initdb.log")
        await made.start(*run, _found("initdb"), "-D", cluster, "-U", _USER, "-A", "trust", "-N", cwd=Path("/"))
        assert await made.wait(within_s=60.0) == 0, made.output()
        options = {
            "port": self._port,
            "listen_addresses": LOOPBACK,
            "unix_socket_directories": "",
            "fsync": "off",
            "shared_buffers": "16MB",
        }
        settings = (word for name, value in options.items() for word in ("-c", f"{name}={value}"))
        await self._server.start(*run, _found("postgres"), "-D", cluster, *settings, cwd=Path("/"))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.end(signal.SIGINT)  # without waiting for those who are connected
        self._cluster.cleanup()
