"""A stage on which sipp plays callers, phones and carriers: scenes of a second or two, all in one centre."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from tests.live.harness.centre import Centre, Json
from tests.live.harness.ports import LOOPBACK
from tests.live.harness.sipp import Sipp
from tests.live.harness.waiting import eventually


class Agent(NamedTuple):
    """Somebody with an extension of her own."""

    name: str
    extension: str
    password: str

    @property
    def row(self) -> str:
        """Her line in a file of values for sipp: the extension, and how it is proven."""
        return f"{self.extension};[authentication username={self.extension} password={self.password}];\n"


class Stage:
    """One centre, in which every scene has people and numbers of its own."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre
        self._extensions = count(2001)
        self._trunks = count(1)
        self.numbers = count(1)

    async def agent(self, **wishes: Any) -> Agent:
        """Somebody new; ``wishes`` are further fields."""
        extension = str(next(self._extensions))
        name = f"agent-{extension}"
        fields = {"name": name.title(), "extension": extension, "password": f"secret-{extension}"}
        await self.centre.put(f"/agents/{name}", fields | wishes)
        return Agent(name, extension, fields["password"])

    async def trunk(self, carrier: Sipp, **fields: Any) -> str:
        """A new trunk to a carrier, which need not be there; it is asked nothing unless ``fields`` say so."""
        name = f"trunk-{next(self._trunks)}"
        fields = {"address": carrier.address, "codecs": ["PCMU"], "options_interval_s": None} | fields
        await self.centre.put(f"/trunks/{name}", fields)
        return name


class Scene:
    """One scene: its parts end with it. Used as ``async with``."""

    def __init__(self, stage: Stage, folder: Path) -> None:
        self.stage = stage
        self.centre = stage.centre
        self._folder = folder
        self._numbers = count(1)
        self._parts: list[tuple[Sipp, int]] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for part, _ in self._parts:
            if error is not None:
                print(part.trouble())
            await part.stop()

    def casts(self, scenario: str) -> Sipp:
        """A part that does not play yet, though its address is known."""
        folder = self._folder / f"{next(self._numbers)}-{scenario}"
        folder.mkdir(parents=True)
        return Sipp(scenario, folder)

    async def plays(
        self,
        part: str | Sipp,
        *,
        number: str = "-",
        agent: Agent | None = None,
        hold_ms: int = 0,
        calls: int = 1,
        **words: str,
    ) -> Sipp:
        """Start a part: a caller who dials ``number``, or somebody who is called; ``words`` are its keys.

        ``agent`` is who calls, where it has to be proven.
        """
        part = self.casts(part) if isinstance(part, str) else part
        self._parts.append((part, calls))
        rows = _rows(part.folder, agent)
        await part.start(self.centre.sip, calls=calls, number=number, hold_ms=hold_ms, rows=rows, keys=words)
        return part

    async def phone(self, part: str | Sipp, agent: Agent | None = None, *, hold_ms: int = 0, **words: str) -> Agent:
        """A phone, registered: of somebody new, or one more of somebody's."""
        owner = agent or await self.stage.agent()
        phone = await self.plays(part, hold_ms=hold_ms, **words)
        await self._register(owner, phone.port)
        return owner

    def here(self, agent: Agent) -> str:
        """How somebody is named in a header that leads to her."""
        return f"{agent.extension}@{self.centre.sip}"

    async def leads_to(self, *trunks: str) -> str:
        """A new number, of the home country, that leads out by trunks, tried in this order."""
        number = f"011333{next(self.stage.numbers):04}"
        await self.centre.put(f"/routes/{number}", {"target": f"trunk:{','.join(trunks)}"})
        return number

    async def rings(self, agent: Agent) -> None:
        """Wait until a call for somebody rings."""

        async def states() -> list[str]:
            calls: list[Json] = (await self.centre.get("/calls"))["items"]
            return [call["state"] for call in calls if call["number"] == agent.extension]

        await eventually(states, lambda found: "ringing" in found, within_s=5, what=f"{agent.extension} ringing")

    async def _register(self, owner: Agent, port: int) -> None:
        folder = self._folder / f"register-{port}"
        folder.mkdir()
        register = Sipp("register", folder)
        where = {"phone_host": LOOPBACK, "phone_port": str(port)}
        await register.start(self.centre.sip, calls=1, rows=_rows(folder, owner), keys=where)
        assert (await register.figures(within_s=10)).successful == 1, register.trouble()

    async def ends(self, *, within_s: float = 10.0) -> None:
        """Wait until all parts have been played to their ends, each as it is written."""
        for part, calls in self._parts:
            figures = await part.figures(within_s)
            assert (figures.successful, figures.failed) == (calls, 0), part.trouble()


def _rows(folder: Path, agent: Agent | None) -> Path | None:
    if agent is None:
        return None
    rows = folder / "rows.csv"
    rows.write_text(f"SEQUENTIAL\n{agent.row}")
    return rows
