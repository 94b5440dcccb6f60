"""A stage on which sipp plays callers, phones and carriers: scenes of a second or two, all in one centre."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from tests.live.harness.centre import Centre
from tests.live.harness.ports import LOOPBACK
from tests.live.harness.sipp import Sipp


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

    def __init__(self, centre: Centre, folder: Path) -> None:
        self.centre = centre
        self.folder = folder
        self._extensions = count(2001)

    async def agent(self) -> Agent:
        """Somebody new."""
        extension = str(next(self._extensions))
        name = f"agent-{extension}"
        return Agent(name, extension, await self.centre.put_agent(name, extension))


class Scene:
    """One scene: its parts end with it. Used as ``async with``."""

    def __init__(self, stage: Stage, folder: Path) -> None:
        self.stage = stage
        self.centre = stage.centre
        self._folder = folder
        self._parts: list[Sipp] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for part in self._parts:
            if error is not None:
                print(part.trouble())
            await part.stop()

    async def plays(
        self, scenario: str, *, number: str = "-", agent: Agent | None = None, hold_ms: int = 0, **words: str
    ) -> Sipp:
        """Start one part, once: a caller who dials ``number`` or somebody who is called; ``words`` are its keys."""
        folder = self._folder / f"{len(self._parts)}-{scenario}"
        folder.mkdir(parents=True)
        part = Sipp(scenario, folder)
        self._parts.append(part)
        await part.start(
            self.centre.sip, calls=1, number=number, hold_ms=hold_ms, rows=_rows(folder, agent), keys=words
        )
        return part

    async def phone(self, scenario: str, agent: Agent | None = None, *, hold_ms: int = 0, **words: str) -> Agent:
        """A phone, registered: of somebody new, or one more of somebody's."""
        owner = agent or await self.stage.agent()
        part = await self.plays(scenario, hold_ms=hold_ms, **words)
        await self._register(owner, part.port)
        return owner

    async def _register(self, owner: Agent, port: int) -> None:
        folder = self._folder / f"register-{port}"
        folder.mkdir()
        register = Sipp("register", folder)
        where = {"phone_host": LOOPBACK, "phone_port": str(port)}
        await register.start(self.centre.sip, calls=1, rows=_rows(folder, owner), keys=where)
        assert (await register.figures(within_s=10)).successful == 1, register.trouble()

    async def ends(self, *, within_s: float = 10.0) -> None:
        """Wait until all parts have been played to their ends, each as it is written."""
        for part in self._parts:
            figures = await part.figures(within_s)
            assert (figures.successful, figures.failed) == (1, 0), part.trouble()


def _rows(folder: Path, agent: Agent | None) -> Path | None:
    if agent is None:
        return None
    rows = folder / "rows.csv"
    rows.write_text(f"SEQUENTIAL\n{agent.row}")
    return rows
