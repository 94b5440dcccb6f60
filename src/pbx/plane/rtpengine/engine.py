"""One rtpengine: whether it is well, how much it carries, and pairs of ports that are ready for the next legs.

Whoever opens a leg needs its port at once, and an rtpengine is a question and an answer away. So some pairs are made
beforehand, and as each is taken another is made::

    made ──> spare ──take──> in use ──give──> deleted
              ^  as many as were taken in the last seconds, FEWEST at least
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from itertools import count

from pbx.plane.rtpengine.ng import EngineError, Ng
from pbx.plane.rtpengine.pair import Pair

log = logging.getLogger(__name__)

FEWEST = 16
"""Spare pairs at least, where nothing else is wanted."""
MOST = 512
"""Spare pairs at most."""
AT_ONCE = 8
"""Pairs that are being made at a time."""
SHELF_S = 30.0
"""How long a pair is spare at most: half of what rtpengine waits for audio unless it is told otherwise."""
PING_S = 1.0
"""Between two questions whether it is well."""


class Engine:
    """An rtpengine at ``host:port`` of its ng protocol."""

    def __init__(self, host: str, port: int, boot: str, *, family: str = "IP4", fewest: int = FEWEST) -> None:
        """``boot``: unique to this start of the switch; ``fewest``: spare pairs at least."""
        self._ng = Ng(host, port, boot)
        self._boot = boot
        self._family = family
        self._fewest = fewest
        self._numbers = count(1)
        self._spare: deque[tuple[float, Pair]] = deque()
        """When each was made, the oldest first."""
        self._wanted = asyncio.Event()
        self._taken_lately = 0
        self.in_use = 0
        """Pairs that legs have."""
        self.well = False
        """Whether it answers."""
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Make the first pairs, if it is there; it is used as soon as it answers. Raises OSError."""
        await self._ng.open()
        await self._look()
        self._tasks = [asyncio.create_task(self._watch()), asyncio.create_task(self._stock())]
        if self.well:
            await self._make(self._fewest)

    async def stop(self) -> None:
        """Give the spare pairs back, and the line."""
        for task in self._tasks:
            task.cancel()
        if self.well:
            await asyncio.gather(*(pair.drop() for _, pair in self._spare))
        self._spare.clear()
        self._ng.close()

    def take(self) -> Pair | None:
        """A pair that is ready, None where there is none."""
        if not self.well or not self._spare:
            return None
        self.in_use += 1
        self._taken_lately += 1
        self._wanted.set()
        return self._spare.popleft()[1]

    def gave_back(self) -> None:
        """A pair that was taken is no more."""
        self.in_use -= 1

    @property
    def spare(self) -> int:
        """Pairs that are ready."""
        return len(self._spare)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(PING_S)
            await self._look()
            self._taken_lately = self._taken_lately * 3 // 4
            await self._clear_out()

    async def _look(self) -> None:
        """Ask whether it is well. One that was away may have forgotten everything: its spare pairs are made anew."""
        try:
            await self._ng.ask("ping")
        except EngineError as error:
            if self.well or not self._tasks:
                log.error("%s; it is left out until it does", error)
            self.well = False
            self._spare.clear()
            return
        if not self.well:
            if self._tasks:
                log.warning("rtpengine %s answers again", self._ng)
            self.well = True
            self._wanted.set()

    async def _clear_out(self) -> None:
        """Give back the pairs that have been spare for long: rtpengine would take them for calls that have died."""
        longest = asyncio.get_running_loop().time() - SHELF_S
        while self._spare and self._spare[0][0] < longest:
            _, pair = self._spare.popleft()
            self._wanted.set()
            await pair.drop()

    async def _stock(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            missing = min(MOST, max(self._fewest, self._taken_lately)) - len(self._spare)
            while self.well and missing > 0:
                made = await self._make(min(missing, AT_ONCE))
                if not made:
                    await asyncio.sleep(PING_S)  # it is full, or not well
                missing -= made

    async def _make(self, pairs: int) -> int:
        """Make pairs; how many there are of them."""
        new = [Pair(self._ng, f"{self._boot}_{next(self._numbers)}", self._family) for _ in range(pairs)]
        outcomes = await asyncio.gather(*(pair.make() for pair in new), return_exceptions=True)
        made = 0
        for pair, outcome in zip(new, outcomes, strict=True):
            if outcome is None:
                self._spare.append((asyncio.get_running_loop().time(), pair))
                made += 1
        for failure in outcomes:
            if isinstance(failure, BaseException):
                log.warning("no spare pair: %s", failure)
                break
        return made

    def __str__(self) -> str:
        return str(self._ng)
