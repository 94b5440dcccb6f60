"""A centre to be measured: the whole program, started as its users start it, with a queue and registered phones."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep
from types import TracebackType
from typing import Any, Self

import httpx

from _cpu import Household, pinned
from _messages import Address
from _registration import Line, Registrant, password

HOST = "127.0.0.1"
MEDIA_PORTS = "10000-31999"
"""Below the ports that Linux gives to outgoing connections."""
TOKEN = "a-key-for-measuring"
QUEUE = 700
FIRST = 20001
"""The first agent's extension."""
START_S = 30.0
QUIET_S = 60.0
REGISTERED_S = 7200


class Centre:
    """Used as ``with``: it serves inside, and all its processes are gone afterwards."""

    def __init__(self, core: int | None, **settings: str) -> None:
        """``settings``: environment variables beside the usual ones."""
        self._core = core
        self._settings = settings
        self._folder = tempfile.TemporaryDirectory(prefix="centrala-bench-")
        self.sip: Address = (HOST, _free_port())
        self._http = f"{HOST}:{_free_port()}"
        self._api = httpx.Client(
            base_url=f"http://{self._http}/api/v1", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=30.0
        )
        self._agents = 0

    def __enter__(self) -> Self:
        folder = Path(self._folder.name)
        command = [str(Path(sys.executable).with_name("centrala")), "serve", "--sip", _text(self.sip)]
        command += ["--http", self._http, "--data", str(folder / "data"), "--media-ports", MEDIA_PORTS]
        own = {"CENTRALA_ADMIN_TOKEN": TOKEN, "CENTRALA_MEDIA_WORKERS": "1", "CENTRALA_DRAIN_S": "0"}
        others = {name: value for name, value in os.environ.items() if not name.startswith("CENTRALA_")}
        self._log = folder / "log"
        with pinned(self._core), self._log.open("wb") as log:
            # A session of its own: Ctrl-C ends the benchmark, and the benchmark ends the centre.
            self._process = subprocess.Popen(
                command, cwd=folder, env=others | own | self._settings, stdout=log, stderr=log, start_new_session=True
            )
        try:
            self._until(self._ready, START_S, "the centre is not ready")
        except BaseException:
            self._process.kill()
            raise
        self.household = Household(self._process.pid, self._core)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait()
        self._api.close()
        self._folder.cleanup()

    def seat(self, agents: int, phones: Address) -> None:
        """Declare so many agents and the queue they serve, and register their phones; they are not at work yet."""
        self._put("/skills/support", {"name": "Support"})
        queue = {"extension": str(QUEUE), "requires": "support >= 1", "strategy": "longest_idle", "wrap_up_s": 0}
        self._put("/queues/support", queue)
        for extension in range(FIRST, FIRST + agents):
            agent = {"name": f"Agent {extension}", "extension": str(extension), "password": password(extension)}
            self._put(f"/agents/a{extension}", {**agent, "skills": {"support": 5}})
            line = Line.to(self.sip)
            with line.socket:
                Registrant(line, extension, phones, REGISTERED_S).register()
        self._agents = agents

    def open_queue(self) -> None:
        """All agents are at work from now on."""
        for extension in range(FIRST, FIRST + self._agents):
            self._put(f"/agents/a{extension}/status", {"status": "available"})
        self._until(
            lambda: self._get("/queues/support/live")["agents_available"] == self._agents, QUIET_S, "agents are missing"
        )

    def lift_ban(self, source: str) -> str:
        """Let a source be heard again; the reason for which it was not, '' where it was."""
        answer = self._api.get(f"/bans/{source}")
        if answer.status_code == 404:
            return ""
        self._api.delete(f"/bans/{source}").raise_for_status()
        return str(answer.json()["reason"])

    def turned_away(self) -> int:
        """SIP messages that were not let in, since the start."""
        return int(self._get("/status")["turned_away"])

    def wait_quiet(self) -> None:
        """Until the last call is over."""
        self._until(lambda: self._get("/status")["calls"] == 0, QUIET_S, "calls are left over")

    def _ready(self) -> bool:
        if self._process.poll() is not None:
            raise RuntimeError(f"the centre ended at its start\n{self._log.read_text()}")
        try:
            return self._api.get(f"http://{self._http}/readyz").status_code == 200
        except httpx.TransportError:
            return False

    def _until(self, reached: Callable[[], bool], within_s: float, otherwise: str) -> None:
        deadline = monotonic() + within_s
        while not reached():
            if monotonic() > deadline:
                raise RuntimeError(f"{otherwise} after {within_s:g} s\n{self._log.read_text()[-4000:]}")
            sleep(0.1)

    def _get(self, path: str) -> dict[str, Any]:
        answer: dict[str, Any] = self._api.get(path).raise_for_status().json()
        return answer

    def _put(self, path: str, body: dict[str, Any]) -> None:
        self._api.put(path, json=body).raise_for_status()


def _text(address: Address) -> str:
    return f"{address[0]}:{address[1]}"


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
