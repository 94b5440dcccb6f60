"""Speaks to those who wait in queues, and to the agents who are about to take them.

``control.announcing`` decides what is heard next; here its words become clips, its clips commands, its times alarms,
and the digits that lead away the distributor's affair: whoever is connected in the same instant stays connected.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterable

from msgspec import Struct

from acd import events as acd
from control.adapters.directory import Directory
from control.adapters.visit import Visit
from control.announcing.caller import MUSIC, Action, Hear, Leave, Make, Standing, WaitingCaller
from control.announcing.terms import wordless
from control.announcing.words import Saying, saying
from control.nouns import Queue
from control.prompt_files import NO_LANGUAGE
from control.voice import Voice
from pbx import commands, events
from pbx.call.callback import can_be_called
from pbx.commands import Command
from pbx.routing.numbering import Target


class Surroundings(Struct, frozen=True):
    """What the rest of the centre does for it."""

    voice: Voice
    standing: Callable[[str, str], Standing]
    """Where a call stands in a queue: ``(call, queue)``."""
    clock: Callable[[], float]
    later: Callable[[float, Callable[[], None]], asyncio.TimerHandle]
    """Do something in so many seconds."""


class _Listener:
    """One who waits."""

    def __init__(self, visit: Visit, queue: Queue, language: str, caller: WaitingCaller) -> None:
        self.call, self.leg, self.number = visit.call, visit.leg, visit.party
        self.queue = queue
        self.language = language
        self.caller = caller
        self.alarm: asyncio.TimerHandle | None = None
        self.making: asyncio.Task[None] | None = None

    def stop(self) -> None:
        if self.alarm is not None:
            self.alarm.cancel()
        if self.making is not None:
            self.making.cancel()


class Announcing:
    """The voice of all queues."""

    def __init__(
        self,
        directory: Directory,
        surroundings: Surroundings,
        post: Callable[[acd.Event], None],
        execute: Callable[[Iterable[Command]], None],
    ) -> None:
        self._directory = directory
        self._around = surroundings
        self._post = post
        self._execute = execute
        self._listeners: dict[str, _Listener] = {}
        """By the caller's leg."""
        self._told: dict[str, str] = {}
        """The caller's leg that an agent is about to hear, by her own leg."""
        self._warming: set[asyncio.Task[tuple[str, ...]]] = set()

    # Callers

    def entered(self, visit: Visit, language: str) -> tuple[Command, ...]:
        """A caller entered a queue and is answered by now: what is played first. Its terms hold until it leaves."""
        queue = self._directory.queues.get(visit.queue or "")
        if queue is None:
            queue = Queue(visit.queue or "", "")  # removed a moment ago; the router turns the call away
        self.left(visit.leg)
        now = self._around.clock()
        greeted = visit.answered_at is not None
        language, tracks = language or queue.announce.language, self._tracks(queue) or MUSIC
        if visit.hears == "nothing":
            return (commands.Treat(visit.call, language, tracks),)
        terms = queue.announce if visit.hears == "announcements" else wordless(queue.announce)
        caller = WaitingCaller(terms, tracks, now, greeted=greeted)
        listener = self._listeners[visit.leg] = _Listener(visit, queue, language, caller)
        played = self._perform(listener, caller.begin(now))
        self._warm(queue)
        return (commands.Treat(visit.call, language, tracks), *played)

    def left(self, leg: str) -> None:
        """A caller's leg is connected, elsewhere or gone: nothing more is said to it."""
        listener = self._listeners.pop(leg, None)
        if listener is not None:
            listener.stop()

    def played(self, event: events.PlayEnded) -> None:
        """A leg heard its clips to their end."""
        if (listener := self._listeners.get(event.leg)) is not None:
            self._do(listener, listener.caller.ended(self._around.clock()))
        elif (caller := self._told.pop(event.leg, None)) is not None:
            self._execute((commands.Bridge(caller, event.leg),))

    def pressed(self, event: events.DigitReceived) -> None:
        """A leg sent a digit."""
        if (listener := self._listeners.get(event.leg)) is not None:
            self._do(listener, listener.caller.pressed(event.digit, self._around.clock()))

    def _woke(self, listener: _Listener) -> None:
        standing = self._around.standing(listener.call, listener.queue.id)
        self._do(listener, listener.caller.woke(self._around.clock(), standing))

    def _do(self, listener: _Listener, actions: list[Action]) -> None:
        if played := self._perform(listener, actions):
            self._execute(played)

    def _perform(self, listener: _Listener, actions: list[Action]) -> tuple[Command, ...]:
        """Do what was decided, and set the alarm anew; what is to be played, if anything."""
        hear: Hear | None = None
        for action in actions:
            match action:
                case Hear():
                    hear = action
                case Make():
                    hear = self._make(listener, action) or hear
                case Leave():
                    self._leave(listener, action.target)
        if listener.alarm is not None:
            listener.alarm.cancel()
            listener.alarm = None
        wake_at = listener.caller.wake_at
        if wake_at is not None:
            delay = max(0.0, wake_at - self._around.clock())
            listener.alarm = self._around.later(delay, lambda: self._woke(listener))
        return () if hear is None else (commands.Play(listener.leg, hear.clips, hear.loop, hear.from_s),)

    def _make(self, listener: _Listener, make: Make) -> Hear | None:
        """The announcement, where its clips are at hand; else it is made, and music goes on meanwhile."""
        queue = listener.queue
        language, sayings = listener.language, _sayings(make, listener.language)
        if len(sayings) < len(make.remarks):  # no words in the caller's language
            language = queue.announce.language
            sayings = _sayings(make, language)
        clips = self._around.voice.at_once(sayings, language, queue.client or "")
        if clips is not None:
            actions = listener.caller.made(make.number, clips, self._around.clock())
            return next((action for action in actions if isinstance(action, Hear)), None)

        async def make_first() -> None:
            clips = await self._around.voice.clips(sayings, language, queue.client or "")
            self._do(listener, listener.caller.made(make.number, clips, self._around.clock()))

        if listener.making is not None:
            listener.making.cancel()
        listener.making = asyncio.create_task(make_first())
        return None

    def _leave(self, listener: _Listener, text: str) -> None:
        target = Target.parse(text)
        if target.kind == "callback" and not can_be_called(listener.number):
            return  # its number is hidden: it waits on
        if target == Target("callback", listener.queue.id):
            self._post(acd.CallbackRequested(listener.call))
        else:
            self._post(acd.WorkDiverted(listener.call, text))

    def _tracks(self, queue: Queue) -> tuple[str, ...]:
        music = self._directory.music.get(queue.music or "")
        if music is None:
            return ()
        find, client = self._around.voice.recording, music.client or ""
        tracks = [str(path) for name in music.tracks if (path := find(name, NO_LANGUAGE, client)) is not None]
        if music.order == "shuffled":
            random.shuffle(tracks)
        return tuple(tracks)

    # Agents

    def connect(self, visit: Visit, agent: str) -> tuple[Command, ...]:
        """Bring a caller's leg and an agent's together; where the queue says so, she is first told whom she takes.

        A party who was called out and hears no announcements does not wait for hers either.
        """
        caller, queue = visit.leg, self._directory.queues.get(visit.queue or "")
        if visit.hears != "announcements":
            queue = None
        clips = self._around.voice.at_once(*_to_agent(queue)) if queue is not None else ()
        if not clips:
            return (commands.Bridge(caller, agent),)
        self._told[agent] = caller
        return (commands.Play(agent, clips),)

    def agent_left(self, leg: str) -> None:
        """An agent's leg is over."""
        self._told.pop(leg, None)

    def _warm(self, queue: Queue) -> None:
        """Let what an agent will be told be spoken while her phone rings: she shall not wait for it."""
        wanted = _to_agent(queue)
        if self._around.voice.at_once(*wanted) is None:
            task = asyncio.create_task(self._around.voice.clips(*wanted))
            self._warming.add(task)
            task.add_done_callback(self._warming.discard)


def _sayings(make: Make, language: str) -> list[Saying]:
    return [found for remark in make.remarks if (found := saying(remark, language)) is not None]


def _to_agent(queue: Queue) -> tuple[list[Saying], str, str]:
    """What an agent is told: words, language, and whose recordings go first."""
    prompt, language = queue.announce.to_agent, queue.announce.language
    found = saying(prompt, language) if prompt is not None else None
    return [] if found is None else [found], language, queue.client or ""
