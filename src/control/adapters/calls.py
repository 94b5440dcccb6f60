"""Every event of the switch passes here once: it becomes a visit's state, and goes on to whom it concerns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from acd import events as acd
from acd.decisions import Decision
from control.adapters.announcing import Announcing, Surroundings
from control.adapters.attendance import Attendance
from control.adapters.callbacks import CallbackDesk
from control.adapters.conferences import ConferenceDesk
from control.adapters.directory import Directory
from control.adapters.features import FeatureCodes, Rewrite
from control.adapters.floor import FloorAdapter
from control.adapters.handling import CallHandling
from control.adapters.queueing import QueueAdapter
from control.adapters.reasons import Reasons
from control.adapters.records import SERVED_BY_THE_SWITCH, record_of
from control.adapters.supervising import Supervision
from control.adapters.visit import Hears, Visit
from control.cdr import Cdr
from control.leftovers import CallbackRequest
from control.schemas.call import CallState
from control.schemas.quality import LegTrouble
from pbx import events, media_events, trunk_events
from pbx.commands import Command
from pbx.conference_events import (
    ConferenceJoined,
    ConferenceLeft,
    ConferenceLocked,
    MemberMuted,
    PartyAdded,
    SupervisionChanged,
    SupervisionEnded,
    SupervisionStarted,
)
from pbx.routing.numbering import Route
from pbx.wish import Wish

E = TypeVar("E", bound=events.Event)


class CallAdapter:
    """The switch's listener.

    ``changed`` hears of each visit whose shown state changed, ``ended`` of its end and its record, ``merged`` of one
    that turned out to be a part of another.
    """

    def __init__(
        self,
        directory: Directory,
        *,
        post: Callable[[acd.Event], None],
        execute: Callable[[Iterable[Command]], None],
        changed: Callable[[Visit], None],
        ended: Callable[[Visit, Cdr], None],
        merged: Callable[[Visit], None],
        route: Callable[[str], Route | None],
        takes_digits: Callable[[str], bool],
        registered: Callable[[str], bool],
        rewrite: Rewrite,
        surroundings: Surroundings,
        phone_of: Callable[[str], str],
        supervision_tone: bool,
        callbacks: CallbackDesk,
        attendance: Attendance,
    ) -> None:
        self._directory = directory
        self._changed = changed
        self._ended = ended
        self._merged = merged
        self.visits: dict[str, Visit] = {}
        self._announcing = Announcing(directory, surroundings, post, execute)
        self._execute = execute
        self.callbacks = callbacks
        self._queueing = QueueAdapter(
            directory, self.visits, post, execute, changed, self._announcing,
            promised=lambda visit, number: callbacks.promised(visit, number, surroundings.clock()),
        )  # fmt: skip
        self.handling = CallHandling(directory, self.visits, execute, route, takes_digits)
        self.floor = FloorAdapter(directory, post, registered)
        self.supervision = Supervision(directory, self.visits, execute, changed, phone_of, tone=supervision_tone)
        self.conferences = ConferenceDesk(self.visits, execute)
        self._features = FeatureCodes(directory, attendance, execute, rewrite, self.supervision, surroundings.later)
        self.reasons = Reasons()
        self._handlers: dict[type[events.Event], Callable[[Any], None]] = {
            events.CallStarted: self._call_started,
            events.NumberRouted: self.reasons.note,
            trunk_events.TrunksWeighed: self.reasons.note,
            trunk_events.TollRefused: self.reasons.note,
            trunk_events.TrunkTried: self.reasons.note,
            events.CallDirected: self._call_directed,
            events.CallOffered: self._call_offered,
            events.LegStarted: self._leg_started,
            events.LegRinging: self._leg_ringing,
            events.LegAnswered: self._leg_answered,
            events.LegsBridged: self._legs_bridged,
            events.LegHeld: self._leg_held,
            events.TransferStarted: self._transfer_started,
            events.CallTransferred: self._call_transferred,
            events.TransferFailed: self._transfer_failed,
            PartyAdded: self._party_added,
            ConferenceJoined: self.conferences.joined,
            ConferenceLeft: self.conferences.left,
            MemberMuted: self.conferences.muted,
            ConferenceLocked: self.conferences.locked,
            SupervisionStarted: self.supervision.started,
            SupervisionChanged: self.supervision.changed,
            SupervisionEnded: self.supervision.ended,
            events.CallsMerged: self._calls_merged,
            events.CallParked: self._call_parked,
            events.CallUnparked: self._call_unparked,
            events.LegEnded: self._leg_ended,
            media_events.AudioTroubled: self._audio_troubled,
            media_events.AudioMended: self._audio_mended,
            events.FlowStepped: lambda event: self.visits[event.call].stepped(event),
            events.CallEnded: self._call_ended,
            events.PlayEnded: self._play_ended,
            events.DigitReceived: self._digit_received,
            events.CallbackAsked: self._callback_asked,
            events.PhoneRegistered: self.floor.phone_changed,
            events.PhoneUnregistered: self.floor.phone_changed,
        }

    def also_hear(self, kind: type[E], handler: Callable[[E], None]) -> None:
        """Let another adapter have the events of a kind that this one has no use for."""
        self._handlers[kind] = handler

    def connecting(self, call: str | None) -> bool:
        """Whether an agent has a call whose other side she cannot hear yet: the router's word is being written down, or
        the customer's phone rings."""
        visit = self.visits.get(call or "")
        return self.callbacks.holds(call or "") if visit is None else not visit.joined

    def bring(self, call: str, leg: str, queue: str, hears: Hears, *, hurries: bool = False) -> None:
        """Take the leg of a party that was called out to a queue; nothing happens where its call is over.

        ``hurries``: whoever is offered it has her phone asked to answer by itself.
        """
        if (visit := self.visits.get(call)) is not None:
            self._queueing.bring(visit, leg, queue, hears, hurries=hurries)

    def switch_event(self, event: events.Event) -> None:
        """Take one event of the switch."""
        handler = self._handlers.get(type(event))
        if handler is not None:
            handler(event)

    def decided(self, decisions: list[Decision]) -> None:
        """Take decisions of the distributor."""
        self._execute([command for decision in decisions for command in self._commands(decision)])

    def _commands(self, decision: Decision) -> tuple[Command, ...]:
        if getattr(decision, "work", None) in self.callbacks.open:
            return self.callbacks.commands_for(decision)
        return self._queueing.commands_for(decision)

    def turn_away(self, call: str) -> bool:
        """Let a caller who waits for an agent go; False for one who does not."""
        visit = self.visits.get(call)
        return visit is not None and self._queueing.turn_away(visit)

    def _callback_asked(self, event: events.CallbackAsked) -> None:
        """A caller left word in a flow, or was led to where word is left."""
        visit = self.visits[event.call]
        came_at = event.at if visit.queued_at is None else visit.queued_at
        self.callbacks.asked(
            CallbackRequest(event.call, event.queue, event.number, event.name, event.at), came_at=came_at
        )

    def _call_started(self, event: events.CallStarted) -> None:
        visit = self.visits[event.call] = Visit(
            event.call, event.direction, event.caller, event.caller_name, event.number, event.at
        )
        self.callbacks.begun(visit)

    def _call_directed(self, event: events.CallDirected) -> None:
        if event.target_kind == "park":
            return  # it waits there; where it leads is another matter
        visit = self.visits[event.call]
        self._announcing.left(visit.leg)
        visit.target = self._directory.target_text(event.target_kind, event.target)
        if event.target_kind == "phone":
            visit.agent = self._directory.agent_behind(event.target)
        elif event.target_kind in SERVED_BY_THE_SWITCH:
            visit.become("playing", event.at)
        self._changed(visit)

    def _call_offered(self, event: events.CallOffered) -> None:
        if event.target_kind == "queue":
            if event.call in self.callbacks.open:
                self.callbacks.cancel(event.call)  # it waits on the line after all
            self._queueing.arrived(event, self.visits[event.call])
        else:
            self._features.dialled(event)

    def _leg_started(self, event: events.LegStarted) -> None:
        agent = self._directory.agent_behind(event.extension)
        if agent is not None:
            self.visits[event.call].agents[event.leg] = agent
        if not self._queueing.is_offer(event.leg) and not self.callbacks.is_offer(event.leg):
            self.floor.leg_started(event)

    def _leg_ringing(self, event: events.LegRinging) -> None:
        if self._queueing.is_offer(event.leg):
            self._queueing.ringing(event)
        elif self.callbacks.is_offer(event.leg):
            self.callbacks.ringing(event)
        else:
            visit = self.visits[event.call]
            if visit.move is None and event.leg not in visit.supervisors:
                visit.become("ringing", event.at)
                self._changed(visit)

    def _leg_answered(self, event: events.LegAnswered) -> None:
        if self._queueing.is_offer(event.leg):
            self._queueing.answered(event)
            return
        if self.callbacks.is_offer(event.leg):
            self.callbacks.answered(event)
        visit = self.visits[event.call]
        if visit.answered_at is None:
            visit.answered_at = event.at
        if (held := self.callbacks.reached(event)) is not None:
            visit.queued_at = held.since
            wish = Wish((held.agent,))
            self._queueing.bring(visit, event.leg, held.request.queue, "announcements", hurries=False, wish=wish)
            self.callbacks.moved(held)

    def _legs_bridged(self, event: events.LegsBridged) -> None:
        visit = self.visits[event.call]
        self._announcing.left(event.leg)
        self._announcing.left(event.other)
        if visit.connected_at is None:
            visit.connected_at = event.at
        visit.talking, visit.joined, visit.added = (event.leg, event.other), True, None
        visit.agent = visit.agents.get(event.other) or visit.agents.get(event.leg) or visit.agent
        self.callbacks.bridged(event)
        self._show_hold(visit, event.at)

    def _leg_held(self, event: events.LegHeld) -> None:
        visit = self.visits[event.call]
        (visit.holding.add if event.held else visit.holding.discard)(event.leg)
        if event.leg in visit.talking:
            self._show_hold(visit, event.at)

    def _show_hold(self, visit: Visit, at: float) -> None:
        held, was_held = not visit.holding.isdisjoint(visit.talking), visit.state == "held"
        visit.become("held" if held else _talking_state(visit), at)
        self._changed(visit)
        if visit.queue is not None and held != was_held:
            self._queueing.held(visit, held)

    def _transfer_started(self, event: events.TransferStarted) -> None:
        visit = self.visits[event.call]
        visit.move, visit.talking = event, ()
        visit.become("consulting" if event.consulting else "transferring", event.at)
        self._changed(visit)

    def _call_transferred(self, event: events.CallTransferred) -> None:
        visit = self.visits[event.call]
        visit.move = None
        if visit.leg == event.leg:
            visit.leg = event.to or event.other
        if visit.talking:
            self._show_hold(visit, event.at)

    def _transfer_failed(self, event: events.TransferFailed) -> None:
        self.visits[event.call].move = None

    def _party_added(self, event: PartyAdded) -> None:
        visit = self.visits[event.call]
        visit.move, visit.talking, visit.added = None, (event.other, event.leg), event.added
        self._show_hold(visit, event.at)

    def _call_parked(self, event: events.CallParked) -> None:
        visit = self.visits[event.call]
        visit.slot = event.slot
        visit.become("parked", event.at)
        self._changed(visit)

    def _call_unparked(self, event: events.CallUnparked) -> None:
        self.visits[event.call].slot = None

    def _audio_troubled(self, event: media_events.AudioTroubled) -> None:
        visit = self.visits[event.call]
        trouble = LegTrouble.model_validate({"leg": event.leg, "trouble": event.trouble})
        visit.troubles[event.leg, event.trouble] = trouble
        self._changed(visit)

    def _audio_mended(self, event: media_events.AudioMended) -> None:
        visit = self.visits[event.call]
        visit.troubles.pop((event.leg, event.trouble), None)
        self._changed(visit)

    def _calls_merged(self, event: events.CallsMerged) -> None:
        gone = self.visits.pop(event.gone)
        self.visits[event.call].take_over(gone)
        self._merged(gone)

    def _digit_received(self, event: events.DigitReceived) -> None:
        self._announcing.pressed(event)
        self._features.pressed(event)

    def _play_ended(self, event: events.PlayEnded) -> None:
        self._features.play_ended(event.leg)
        self._announcing.played(event)

    def _leg_ended(self, event: events.LegEnded) -> None:
        self._part(self.visits[event.call], event.leg)
        if self._queueing.is_offer(event.leg):
            self._queueing.agent_leg_ended(event)
            return
        self.callbacks.leg_ended(event)
        self._announcing.left(event.leg)
        self.floor.leg_ended(event.leg)
        self._features.leg_ended(event.leg)
        visit = self.visits[event.call]
        if event.leg == visit.leg and event.cause in ("transferred", "left"):
            visit.leg = visit.talking[0] if visit.talking else ""
        elif event.leg == visit.leg:
            visit.become("ending", event.at)
            self._queueing.caller_leg_ended(visit)

    @staticmethod
    def _part(visit: Visit, leg: str) -> None:
        """A leg is over: it neither talks nor holds any more."""
        visit.agents.pop(leg, None)
        visit.troubles = {of: trouble for of, trouble in visit.troubles.items() if of[0] != leg}
        visit.holding.discard(leg)
        if leg in visit.supervisors and visit.supervisors[leg].since is None:
            del visit.supervisors[leg]  # the phone did not answer
        if leg in visit.talking:
            visit.talking = ()

    def _call_ended(self, event: events.CallEnded) -> None:
        visit = self.visits.pop(event.call)
        queue = self._directory.queues.get(visit.queue or "")
        self._ended(visit, record_of(event, visit, queue.client if queue is not None else None))


def _talking_state(visit: Visit) -> CallState:
    """What those who talk are: three, a transferor with whom it asks first, or just two."""
    if visit.added is not None:
        return "conference"
    return "consulting" if visit.consulting else "talking"
