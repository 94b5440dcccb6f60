"""Recording between the switch's calls and the library: who is recorded by rule and by request.

A call is recorded at the customer's leg, which stays in the call while agents come and go. Each time two legs begin to
talk the rules of the queue and of the agents are weighed anew. What an agent does with a party whom she asks first,
while the customer hears music, is none of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from control.adapters.directory import Directory
from control.adapters.visit import Visit
from control.errors import NotFound, Refused
from control.realtime.hub import Hub
from control.record_rule import BEEP_S, RecordRule, Verdict, beeps, decide, keep_days
from control.recording import Recording
from control.recordings.keep import Keep
from control.recordings.library import Library
from control.schemas.recording import RecordingShown
from pbx.commands import Command
from pbx.events import CallEnded, CallsMerged, Event, LegsBridged
from pbx.recording import (
    PauseRecording,
    RecordingEnded,
    RecordingPaused,
    RecordingStarted,
    StartRecording,
    StopRecording,
)


class Running(Struct):
    """A recording under way."""

    leg: str
    recording: Recording
    paused_by: str | None = None
    """The agent in whose time it was paused; None while it goes on."""


class RecordingDesk:
    """Starts, pauses and stops recordings, and hands them to the library when they have ended.

    ``changed`` hears of each visit whose shown state changed.
    """

    def __init__(
        self,
        directory: Directory,
        visits: dict[str, Visit],
        library: Library,
        keep: Keep,
        *,
        execute: Callable[[Iterable[Command]], None],
        changed: Callable[[Visit], None],
        clock: Callable[[], float],
    ) -> None:
        self._directory = directory
        self._visits = visits
        self._library = library
        self._keep = keep
        self._execute = execute
        self._changed = changed
        self._clock = clock
        self._running: dict[str, Running] = {}
        """By call."""
        self._ending: dict[str, Recording] = {}
        """Those that were stopped, whose end was not told yet, by id."""
        self._unwanted: set[str] = set()
        """Calls whose recording somebody stopped: a share does not begin it again."""
        self._counts: dict[str, int] = {}
        self._handlers: dict[type[Event], Callable[[Any], None]] = {
            LegsBridged: self._bridged,
            RecordingStarted: lambda event: self._show(event.call, "on"),
            RecordingPaused: lambda event: self._show(event.call, "paused" if event.paused else "on"),
            RecordingEnded: self._ended,
            CallsMerged: self._merged,
            CallEnded: self._call_ended,
        }

    def switch_event(self, event: Event) -> None:
        """Take one event of the switch, after it has changed the visits."""
        handler = self._handlers.get(type(event))
        if handler is not None:
            handler(event)

    # What may be asked; each raises NotFound for a call that is over, and Refused where it cannot be done

    def start(self, call: str) -> None:
        """Record a call from now on."""
        visit = self._visit(call)
        if call in self._running:
            raise Refused(f"call {call} is recorded already")
        if not visit.talking:
            raise Refused(f"nobody talks in call {call}: it is {visit.state}")
        if self._verdict(visit) is Verdict.NEVER:
            raise Refused(f"call {call} is never recorded: its queue or its agent says so")
        self._unwanted.discard(call)
        self._start(visit, _customer(visit, *visit.talking))

    def stop(self, call: str) -> None:
        """End the recording of a call."""
        visit = self._visit(call)
        self._of(call)
        if self._verdict(visit) is Verdict.ALWAYS:
            raise Refused(f"call {call} is always recorded: its queue or its agent says so; it can be paused")
        self._unwanted.add(call)
        self._stop(call)

    def pause(self, call: str) -> None:
        """Record silence until ``resume``."""
        running = self._of(call)
        running.paused_by = self._visits[call].agent or ""
        self._execute((PauseRecording(running.leg, True),))

    def resume(self, call: str) -> None:
        """Record again."""
        running = self._of(call)
        running.paused_by = None
        self._execute((PauseRecording(running.leg, False),))

    def start_or_stop(self, call: str) -> None:
        """What the one key of an agent's phone does."""
        (self.stop if call in self._running else self.start)(call)

    def pause_or_resume(self, call: str) -> None:
        """What the other one does."""
        (self.pause if self._of(call).paused_by is None else self.resume)(call)

    # By rule

    def _bridged(self, event: LegsBridged) -> None:
        visit = self._visits[event.call]
        running = self._running.get(event.call)
        if visit.consulting or (running is not None and running.leg not in (event.leg, event.other)):
            return
        if running is not None:
            running.recording = self._as_it_is_now(running.recording, event.call)
        verdict = self._verdict(visit)
        if running is None:
            if verdict is Verdict.ALWAYS or (verdict is Verdict.CHOSEN and event.call not in self._unwanted):
                self._start(visit, _customer(visit, event.leg, event.other))
        elif verdict is Verdict.NEVER:
            self._stop(event.call)
        elif running.paused_by not in (None, visit.agent or ""):
            self.resume(event.call)  # whoever paused it has left

    def _rules(self, visit: Visit) -> list[RecordRule | None]:
        """What the campaign says, the queue, then the agents who talk."""
        campaign = self._directory.campaigns.get(visit.campaign or "")
        queue = self._directory.queues.get(visit.queue or "")
        talking = [visit.agents[leg] for leg in visit.talking if leg in visit.agents]
        agents = [self._directory.agents.get(agent) for agent in talking]
        return [one.record for one in (campaign, queue, *agents) if one is not None]

    def _verdict(self, visit: Visit) -> Verdict:
        return decide(self._rules(visit), visit.call)

    def _start(self, visit: Visit, leg: str) -> None:
        rules, queue, now = self._rules(visit), self._directory.queues.get(visit.queue or ""), self._clock()
        number = self._counts[visit.call] = self._counts.get(visit.call, 0) + 1
        client = queue.client if queue is not None else None
        recording = Recording(
            id=f"{visit.call}-r{number}",
            call=visit.call,
            queue=visit.queue,
            agent=visit.agent,
            client=client,
            caller=visit.caller,
            number=visit.number,
            direction=visit.direction,
            started_at=now,
            expires_at=self._keep.expires_at(now, client, keep_days(rules)),
        )
        visit.recorded += (recording.id,)
        opened = self._library.open(recording)
        self._running[visit.call] = Running(leg, recording)
        beep_s = BEEP_S if beeps(rules) else None
        self._execute((StartRecording(leg, recording.id, opened.path, opened.note, opened.key, beep_s),))

    def _stop(self, call: str) -> None:
        running = self._running.pop(call)
        self._ending[running.recording.id] = self._as_it_is_now(running.recording, call)
        self._show(call, None)
        self._execute((StopRecording(running.leg),))

    # What comes of it

    def _ended(self, event: RecordingEnded) -> None:
        recording = self._ending.pop(event.recording, None)
        running = self._running.get(event.call)
        if running is not None and running.recording.id == event.recording:
            del self._running[event.call]
            self._show(event.call, None)
            recording = self._as_it_is_now(running.recording, event.call)
        if recording is not None:
            self._library.ended(event.path, recording)

    def _as_it_is_now(self, recording: Recording, call: str) -> Recording:
        """With the agent who spoke last, in the call that it belongs to by now."""
        visit = self._visits.get(call)
        return recording if visit is None else replace(recording, call=call, agent=visit.agent, queue=visit.queue)

    def _merged(self, event: CallsMerged) -> None:
        gone = self._running.pop(event.gone, None)
        if gone is not None:
            self._running.setdefault(event.call, gone)
            if self._running[event.call] is not gone:
                self._ending[gone.recording.id] = self._as_it_is_now(gone.recording, event.call)
        if event.gone in self._unwanted:
            self._unwanted.add(event.call)
        self._forget(event.gone)

    def _call_ended(self, event: CallEnded) -> None:
        running = self._running.get(event.call)
        if running is not None:  # its end is told once its file is complete, which may be later than the call's own
            self._ending[running.recording.id] = running.recording
        self._forget(event.call)

    def _forget(self, call: str) -> None:
        for kept in (self._counts, self._running):
            kept.pop(call, None)
        self._unwanted.discard(call)

    def _show(self, call: str, recording: str | None) -> None:
        visit = self._visits.get(call)
        if visit is not None and visit.recording != recording:
            visit.recording = "paused" if recording == "paused" else "on" if recording else None
            self._changed(visit)

    def _visit(self, call: str) -> Visit:
        visit = self._visits.get(call)
        if visit is None:
            raise NotFound(f"there is no call {call} in progress")
        return visit

    def _of(self, call: str) -> Running:
        self._visit(call)
        running = self._running.get(call)
        if running is None:
            raise Refused(f"call {call} is not recorded")
        return running


def _customer(visit: Visit, leg: str, other: str) -> str:
    """The side that is no agent's of ours; of two agents the one who called."""
    return other if leg in visit.agents and other not in visit.agents else leg


def tell_kept(hub: Hub, recording: Recording) -> None:
    """Those who watch hear that a recording is there."""
    if hub.awake:
        hub.publish("recording", recording.id, RecordingShown.of(recording))


def tell_deleted(hub: Hub, id: str) -> None:
    """Those who watch hear that its audio is gone."""
    if hub.awake:
        hub.publish("recording", id, None)
