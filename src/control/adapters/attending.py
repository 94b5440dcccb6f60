"""Serves callers in flows: makes their prompts, asks other systems.

The switch asks by events (``pbx.asking``) and is answered by commands. Everything here may take its time, and nothing
may take the switch's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Protocol, TypeVar

import structlog

from control.announcing.words import Saying
from control.lookup import Lookups
from control.voice import Voice
from pbx.asking import Answering, LookupAnswered, LookupAsked, PromptsAsked, PromptsReady
from pbx.events import Event

MAX_OPEN = 1000
"""Questions that may be open at once; further ones stay unanswered, and their flows go on without."""

log = structlog.get_logger(__name__)

E = TypeVar("E", bound=Event)


class Switchboard(Protocol):
    """Where the switch's events can be heard."""

    def also_hear(self, kind: type[E], handler: Callable[[E], None]) -> None:
        """Hear the events of a kind."""


class Attending:
    """The other side of ``pbx.asking``."""

    def __init__(self, switch: Switchboard, voice: Voice, *, execute: Callable[[Answering], None]) -> None:
        self._voice = voice
        self._lookups = Lookups()
        self._execute = execute
        self._open: set[asyncio.Task[None]] = set()
        switch.also_hear(PromptsAsked, lambda event: self._begin(self._make_prompts(event)))
        switch.also_hear(LookupAsked, lambda event: self._begin(self._look_up(event)))

    async def stop(self) -> None:
        """Leave open questions unanswered."""
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        await self._lookups.close()

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        if len(self._open) >= MAX_OPEN:
            work.close()
            log.warning("too many open questions of flows", limit=MAX_OPEN)
            return
        task = asyncio.create_task(work)
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def _make_prompts(self, event: PromptsAsked) -> None:
        sayings = [Saying(wording.text, (wording.clip,) if wording.clip else ()) for wording in event.wordings]
        self._execute(PromptsReady(event.leg, event.ask, await self._voice.clips(sayings, event.language)))

    async def _look_up(self, event: LookupAsked) -> None:
        body = await self._lookups.ask(event.method, event.url, event.headers, event.body, event.timeout_s)
        self._execute(LookupAnswered(event.leg, event.ask, body))
