"""A plane with rtpengines at its edge, and what a test needs around it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from pbx.plane.protocol import MediaPort
from pbx.plane.rtpengine.engine import Engine
from pbx.plane.rtpengine.plane import RtpenginePlane
from tests.live.harness.ports import LOOPBACK, free_block
from tests.live.plane.house import LEGS, House
from tests.live.plane.phone import PATIENCE_S, Phone


class EngineHouse(House):
    """As ``House``; a leg's audio goes through an rtpengine, and through a worker behind it where it has to."""

    def __init__(
        self, clips: Path, engines: list[int], digits_from: int | None = None, spare: int = 16, measure_s: float = 100.0
    ) -> None:
        """``engines``: the ports of their ng protocol; ``digits_from``: where they tell digits; ``spare``: pairs that
        are ready at any time; ``measure_s``: how often is counted what comes from phones that are tied."""
        super().__init__(clips, 100)
        self.local = self.plane
        self._spare = spare
        self.engines = [Engine(LOOPBACK, port, f"test{port}", fewest=spare) for port in engines]
        digits_at = None if digits_from is None else (LOOPBACK, digits_from)
        self.edge = RtpenginePlane(self.engines, self.local, digits_at, measure_s)
        self.plane = self.edge  # type: ignore[assignment]

    async def __aenter__(self) -> EngineHouse:
        await super().__aenter__()
        await self.engines_serve()
        return self

    async def engines_serve(self) -> None:
        """Wait until all rtpengines have pairs ready."""
        await self.until(lambda: all(engine.well and engine.spare >= self._spare for engine in self.engines))

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds that nobody tells of."""
        async with asyncio.timeout(PATIENCE_S):
            while not holds():  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.02)

    async def in_force(self, near: str = "caller") -> None:
        """Wait until the rtpengines, and the worker behind a leg, have carried out what was asked so far."""
        await self.edge.settled()
        probes = self.listener.probes
        count = len(probes)
        self.local.open(f"probe{count}", near=near)
        self.local.close(f"probe{count}")
        await self.listener.until(lambda: len(probes) > count)

    async def pair(self, *phones: Phone, near: str | None = "caller") -> tuple[Phone, Phone, MediaPort, MediaPort]:
        caller, agent = phones or (await self.phone(), await self.phone())
        ports = self.plane.open("caller", host=caller.host), self.plane.open("agent", near=near, host=agent.host)
        for leg, phone, port in zip(LEGS, (caller, agent), ports, strict=True):
            assert port.identity is not None, "the port is an rtpengine's"
            if phone.keys is not None:  # those of the rtpengine are its own choice
                phone.change_keys(replace(phone.keys, ours=port.identity.keys[phone.keys.suite]))
            self.plane.connect(leg, phone.media())
        await self.edge.settled()
        return caller, agent, *ports


def free_port() -> int:
    """A UDP port on loopback for one listener."""
    return free_block()
