"""Serves callers in flows: makes their prompts, asks other systems, keeps what they leave.

The switch asks by events (``pbx.asking``) and is answered by commands. Everything here may take its time, and nothing
may take the switch's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Protocol, TypeVar

import structlog

from control.errors import Invalid
from control.leftovers import CallbackRequest
from control.lookup import Lookups
from control.nouns import Flow, Noun
from control.prompts import PromptError, Prompts
from control.store.behind import WriteBehind
from control.store.store import Records, Store
from pbx.asking import Answering, LookupAnswered, LookupAsked, PromptsAsked, PromptsReady, Wording
from pbx.events import CallbackAsked, Event
from pbx.routing.flow.steps import SetLanguage, prompts

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

    def __init__(
        self, switch: Switchboard, prompts: Prompts, store: Store, *, execute: Callable[[Answering], None]
    ) -> None:
        self._prompts = prompts
        self._lookups = Lookups()
        self._kept = WriteBehind(store)
        self._execute = execute
        self._open: set[asyncio.Task[None]] = set()
        switch.also_hear(PromptsAsked, lambda event: self._begin(self._make_prompts(event)))
        switch.also_hear(LookupAsked, lambda event: self._begin(self._look_up(event)))
        switch.also_hear(CallbackAsked, self._keep_callback)

    async def stop(self) -> None:
        """Leave open questions unanswered, and write what is to be kept."""
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        await self._lookups.close()
        await self._kept.stop()

    async def check(self, value: Noun) -> None:
        """Raise Invalid, naming the place, for a flow with a prompt that cannot be said in all its languages."""
        if not isinstance(value, Flow):
            return
        languages = {value.language} | {step.language for step in value.steps if isinstance(step, SetLanguage)}
        for place, step in enumerate(value.steps):
            for field, prompt in prompts(step):
                for language in sorted(languages):
                    await self._check_prompt(
                        Wording(prompt.wording(language), prompt.clip), language, f"steps[{place}].{field}"
                    )

    async def _check_prompt(self, wording: Wording, language: str, field: str) -> None:
        if wording.clip and self._prompts.recorded(wording.clip, language) is not None:
            return
        if not wording.text:
            raise Invalid(f"there is no recording {wording.clip} for the language {language}, and no text", field=field)
        try:
            await self._prompts.check(language)
        except PromptError as error:
            raise Invalid(str(error), field=field) from error

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        if len(self._open) >= MAX_OPEN:
            work.close()
            log.warning("too many open questions of flows", limit=MAX_OPEN)
            return
        task = asyncio.create_task(work)
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def _make_prompts(self, event: PromptsAsked) -> None:
        clips = [await self._clip(wording, event.language) for wording in event.wordings]
        self._execute(PromptsReady(event.leg, event.ask, tuple(clip for clip in clips if clip is not None)))

    async def _clip(self, wording: Wording, language: str) -> str | None:
        recorded = self._prompts.recorded(wording.clip, language) if wording.clip else None
        if recorded is not None or not wording.text:
            return str(recorded or wording.clip)
        try:
            return str(await self._prompts.path(wording.text, language))
        except PromptError as error:
            log.warning("a prompt is left out", clip=wording.clip, language=language, reason=str(error))
            return None

    async def _look_up(self, event: LookupAsked) -> None:
        body = await self._lookups.ask(event.method, event.url, event.headers, event.body, event.timeout_s)
        self._execute(LookupAnswered(event.leg, event.ask, body))

    def _keep_callback(self, event: CallbackAsked) -> None:
        request = CallbackRequest(event.call, event.queue, event.number, event.name, event.at)

        async def put(records: Records) -> None:
            await records.callbacks.put(request)

        self._kept.add(put)
