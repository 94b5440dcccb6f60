"""The whole program, started as its users start it, and the few things a test asks of it."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any, Self

import httpx

from tests.live.harness.ports import LOOPBACK, free_block
from tests.live.harness.program import Program
from tests.live.harness.waiting import eventually

MUSIC_HZ = 620.0
"""What a waiting caller hears: the tests put a tone in the place of the tune, as operators put their own."""

GREETING_HZ = 320.0

_MEDIA_PORTS = 600
_TOKEN = "a-key-for-the-tests-alone"

Json = dict[str, Any]


class Centre:
    """One centre with its own data folder, ports and administrator's key."""

    def __init__(
        self, program: Path, folder: Path, clips: dict[str, Path], settings: dict[str, str] | None = None
    ) -> None:
        """``settings`` by their names, e.g. ``srtp``; they reach it as environment variables."""
        self._executable = program
        chosen = {"media_workers": "1"} | (settings or {})  # one that starts in half the time
        self._environment = {f"CENTRALA_{name.upper()}": value for name, value in chosen.items()}
        self._folder = folder
        self.data = folder / "data"
        self.records_since = "1970-01-01"
        """Records of calls that began before are not told by ``cdrs``."""
        ports = free_block()
        self.sip = f"{LOOPBACK}:{ports}"
        self.http = f"{LOOPBACK}:{ports + 10}"
        media = free_block(_MEDIA_PORTS)
        self._media_ports = f"{media}-{media + _MEDIA_PORTS - 1}"
        self.program = Program("centrala serve", folder / "centrala.log")
        self.api = httpx.AsyncClient(
            base_url=f"http://{self.http}/api/v1", headers={"Authorization": f"Bearer {_TOKEN}"}, timeout=10.0
        )
        (self.data / "clips").mkdir(parents=True)
        for name, clip in clips.items():
            (self.data / "clips" / f"{name}.wav").write_bytes(clip.read_bytes())

    @property
    def command(self) -> tuple[str, ...]:
        """The command line that starts it."""
        return (
            *(str(self._executable), "serve", "--sip", self.sip, "--http", self.http),
            *("--data", str(self.data), "--media-ports", self._media_ports),
        )

    async def start(self) -> Self:
        """Start it; ready for calls when this returns."""
        await self.program.start(
            *self.command, env={"CENTRALA_ADMIN_TOKEN": _TOKEN} | self._environment, cwd=self._folder
        )
        await eventually(self._ready, bool, within_s=30, what="the centre ready")
        return self

    async def _ready(self) -> bool:
        assert self.program.running, f"the centre ended at its start\n{self.program.output()}"
        try:
            return (await self.api.get(f"http://{self.http}/readyz")).status_code == 200
        except httpx.TransportError:
            return False

    async def stop(self) -> None:
        """Ask it to end, as an operator does; it must end with 0 and leave no traceback behind."""
        status = await self.program.end(signal.SIGTERM)
        assert status == 0, f"the centre ended with {status}\n{self.program.output()}"
        assert "Traceback" not in self.program.output(10_000), self.program.output(10_000)

    async def kill(self) -> None:
        """End it without a warning (kill -9)."""
        await self.program.end(signal.SIGKILL)

    async def restart(self) -> None:
        """Stop and start on the same data and ports."""
        await self.stop()
        await self.start()

    async def get(self, path: str, **query: str) -> Json:
        """Read from the API; anything but 200 fails the test."""
        response = await self.api.get(path, params=query)
        assert response.status_code == 200, f"GET {path}: {response.status_code} {response.text}"
        answer: Json = response.json()
        return answer

    async def metrics(self) -> str:
        """What Prometheus is shown."""
        return (await self.api.get(f"http://{self.http}/metrics")).text

    async def put(self, path: str, body: Json) -> None:
        """Declare something; anything but success fails the test."""
        response = await self.api.put(path, json=body)
        assert response.is_success, f"PUT {path}: {response.status_code} {response.text}"

    async def post(self, path: str, body: Json) -> Json:
        """Ask for something that answers with a document; anything but success fails the test."""
        response = await self.api.post(path, json=body)
        assert response.is_success, f"POST {path}: {response.status_code} {response.text}"
        answer: Json = response.json()
        return answer

    async def put_queue(self, name: str, extension: str, *, skill: str | None = None, **fields: Any) -> None:
        """Declare a queue; with a skill, whose level must be one at least, that is declared too."""
        requires = ""
        if skill is not None:
            await self.put(f"/skills/{skill}", {"name": skill.capitalize()})
            requires = f"{skill} >= 1"
        await self.put(
            f"/queues/{name}",
            {"name": name.capitalize(), "extension": extension, "requires": requires, **fields},
        )

    async def put_agent(self, name: str, extension: str, *, skills: dict[str, int] | None = None, **fields: Any) -> str:
        """Declare an agent; returns the password of her phone."""
        password = f"secret-{extension}"
        await self.put(
            f"/agents/{name}",
            {"name": name.capitalize(), "extension": extension, "password": password, "skills": skills or {}, **fields},
        )
        return password

    async def set_status(self, agent: str, status: str) -> None:
        """Say what an agent wants: ``available``, ``break`` ..."""
        await self.put(f"/agents/{agent}/status", {"status": status})

    async def agents_available(self, queue: str, count: int, *, within_s: float = 10.0) -> None:
        """Wait until so many agents may be given the queue's calls: logged in, and their phones registered."""
        await eventually(
            lambda: self.get(f"/queues/{queue}/live"),
            lambda live: bool(live["agents_available"] == count),
            within_s=within_s,
            what=f"{count} agents available in {queue}",
        )

    async def agent_state(self, agent: str, state: str, *, within_s: float = 5.0) -> None:
        """Wait until an agent is ``ringing``, ``talking``, ``wrap_up`` ..."""
        await eventually(
            lambda: self.get(f"/agents/{agent}/live"),
            lambda live: bool(live["state"] == state),
            within_s=within_s,
            what=f"agent {agent} {state}",
        )

    async def queue_waiting(self, queue: str, count: int) -> Json:
        """Wait until so many callers wait; returns the queue's live figures."""
        return await eventually(
            lambda: self.get(f"/queues/{queue}/live"),
            lambda live: bool(live["waiting"] == count),
            within_s=5.0,
            what=f"{count} waiting in {queue}",
        )

    async def status(self) -> Json:
        """The program's own figures: calls, legs, ports_in_use, open_files and so on."""
        return await self.get("/status")

    async def quiet(self, *figures: str, within_s: float = 10.0) -> Json:
        """Wait until the named figures are all zero (``calls``, ``legs`` and ``ports_in_use`` when none is named)."""
        names = figures or ("calls", "legs", "ports_in_use")
        return await eventually(
            self.status,
            lambda status: all(status[name] == 0 for name in names),
            within_s=within_s,
            what=f"no {', '.join(names)}",
        )

    async def cdrs(self, count: int = 1, *, within_s: float = 5.0, **query: str) -> list[Json]:
        """Wait until ``count`` call records match; returns them, the newest first."""

        async def items() -> list[Json]:
            found: list[Json] = (await self.get("/cdrs", since=self.records_since, **query))["items"]
            return found

        return await eventually(
            items, lambda found: len(found) >= count, within_s=within_s, what=f"{count} call records"
        )
