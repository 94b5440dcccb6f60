"""What goes on at a router, as told by its events and decisions: whatever happens there asks somebody to react.

A *cue* is the instant at which the next word is another's: an offer rings, and its agent may answer; the two talk, and
may end; a caller waits, and may give up. A cue stands until it is answered, or taken back. The same tracker follows a
recorded day, where it tells which record was the reaction to what, and a simulated one.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from acd import decisions as decided
from acd import events
from acd.agent import AgentState
from acd.decisions import Decision
from acd.model import Channel, WorkItem
from acd.records import RouterState, WorkState


class CueKind(StrEnum):
    """Whose word is awaited."""

    WAIT = "wait"
    """Work came into a queue: its caller may give up."""
    OFFER = "offer"
    """An agent may take the offer, or not."""
    DIAL = "dial"
    """The customer of a callback is called."""
    TALK = "talk"
    """Agent and caller talk until one of them ends it."""
    WRAP_UP = "wrap_up"
    """The agent may be done before the time of her wrap-up, or ask for more."""
    MOVED = "moved"
    """Work was sent to an overflow target."""
    DROPPED = "dropped"
    """A conversation ended; the caller may come again under the same id."""


class Cue(Struct, frozen=True, eq=False):
    """Something happened at ``at`` that somebody may react to. Two cues are the same only when they are one."""

    kind: CueKind
    work: str
    agent: str
    """Empty where no agent is concerned."""
    queue: str
    at: float
    item: WorkItem | None = None
    """The work, where its caller waits."""
    detail: str = ""
    """The target that work was sent to; how often a callback was dialled."""

    @property
    def key(self) -> tuple[CueKind, str, str, str]:
        """What it has in common with the same cue at another time."""
        return self.kind, self.work, self.agent, self.detail


class Tracker:
    """Follows one router."""

    def __init__(self, state: RouterState | None = None, at: float = 0.0) -> None:
        """Begin with what stands in a state."""
        self._queues: dict[str, str] = {}
        """The queue of all work that is here."""
        self._waits: dict[str, Cue] = {}
        self._offers: dict[tuple[str, str], Cue] = {}
        self._dials: dict[str, Cue] = {}
        self._talks: dict[str, Cue] = {}
        self._wrap_ups: dict[str, Cue] = {}
        self.standing: list[Cue] = []
        """What stood when the tracker began."""
        if state is not None:
            self._resume(state, at)

    # What stands.

    def wait_of(self, work: str) -> Cue | None:
        """The cue of one who waits, and may give up."""
        return self._waits.get(work)

    def offer_of(self, work: str, agent: str) -> Cue | None:
        return self._offers.get((work, agent))

    def dial_of(self, work: str) -> Cue | None:
        return self._dials.get(work)

    def talk_of(self, work: str) -> Cue | None:
        return self._talks.get(work)

    def wrap_up_of(self, agent: str) -> Cue | None:
        return self._wrap_ups.get(agent)

    def stands(self, cue: Cue) -> bool:
        """Whether a cue still waits for an answer."""
        match cue.kind:
            case CueKind.WAIT:
                return self._waits.get(cue.work) is cue
            case CueKind.OFFER:
                return self._offers.get((cue.work, cue.agent)) is cue
            case CueKind.DIAL:
                return self._dials.get(cue.work) is cue
            case CueKind.TALK:
                return self._talks.get(cue.work) is cue
            case CueKind.WRAP_UP:
                return self._wrap_ups.get(cue.agent) is cue
            case CueKind.MOVED | CueKind.DROPPED:
                return cue.work not in self._queues

    # What happens.

    def follow(self, event: events.Event, decisions: Iterable[Decision], now: float) -> list[Cue]:
        """Take note of an event and of what followed; the new cues."""
        cues = self._event(event, now)
        for decision in decisions:
            cues += self._decision(decision, now)
        return cues

    def _event(self, event: events.Event, now: float) -> list[Cue]:
        match event:
            case events.WorkArrived(work=item) if item.id not in self._queues:
                return [self._arrive(item, now)]
            case events.OfferRefused(work=work, agent=agent):
                self._offers.pop((work, agent), None)
            case events.WorkEnded(work=work) | events.WorkAbandoned(work=work) if work in self._talks:
                talk = self._talks.pop(work)
                self._leave(work)
                wrap_up = self._wrap_ups[talk.agent] = Cue(CueKind.WRAP_UP, work, talk.agent, talk.queue, now)
                return [wrap_up, Cue(CueKind.DROPPED, work, "", talk.queue, now)]
            case events.WorkEnded(work=work) | events.CallbackFailed(work=work) if work in self._dials:
                del self._dials[work]
            case events.WorkEnded(work=work) | events.WorkAbandoned(work=work) if work in self._waits:
                self._leave(work)
            case events.WorkWithdrawn(work=work) if work not in self._talks and work not in self._dials:
                self._leave(work)
            case events.CallbackConnected(work=work) if work in self._dials:
                dial = self._dials.pop(work)
                return [self._talk(work, dial.agent, now)]
            case events.WrapUpEnded(agent=agent, forced=True):
                self._wrap_ups.pop(agent, None)
        return []

    def _decision(self, decision: Decision, now: float) -> list[Cue]:
        match decision:
            case decided.Offer(work=work, agent=agent, queue=queue):
                cue = self._offers[work, agent] = Cue(CueKind.OFFER, work, agent, queue, now)
                return [cue]
            case decided.WithdrawOffer(work=work, agent=agent):
                self._offers.pop((work, agent), None)
            case decided.Connect(work=work, agent=agent):
                self._take(work, agent)
                return [self._talk(work, agent, now)]
            case decided.DialBack(work=work, agent=agent, attempt=attempt):
                self._take(work, agent)
                cue = self._dials[work] = Cue(CueKind.DIAL, work, agent, self._queues[work], now, detail=str(attempt))
                return [cue]
            case decided.BecomeCallback(work=work):
                self._waits.pop(work, None)
            case decided.Overflow(work=work, target=target):
                queue = self._queues.get(work, "")
                self._dials.pop(work, None)
                self._leave(work)
                return [Cue(CueKind.MOVED, work, "", queue, now, detail=target)]
            case decided.Refuse(work=work):
                self._leave(work)
        return []

    def _arrive(self, item: WorkItem, now: float) -> Cue:
        self._queues[item.id] = item.queue
        cue = Cue(CueKind.WAIT, item.id, "", item.queue, now, item)
        if item.channel is not Channel.CALLBACK:
            self._waits[item.id] = cue
        return cue

    def _take(self, work: str, agent: str) -> None:
        self._offers.pop((work, agent), None)
        self._waits.pop(work, None)
        self._wrap_ups.pop(agent, None)

    def _talk(self, work: str, agent: str, now: float) -> Cue:
        cue = self._talks[work] = Cue(CueKind.TALK, work, agent, self._queues[work], now)
        return cue

    def _leave(self, work: str) -> None:
        self._queues.pop(work, None)
        self._waits.pop(work, None)

    def _resume(self, state: RouterState, at: float) -> None:
        for work in state.works:
            cues = [self._arrive(work.item, at)]
            for agent in work.agents:
                if work.state is WorkState.OFFERED:
                    cues += self._decision(decided.Offer(work.item.id, agent, work.item.queue, 0.0), at)
                elif work.state is WorkState.DIALLING:
                    cues += self._decision(decided.DialBack(work.item.id, agent, "", work.attempts), at)
                elif work.state is WorkState.CONNECTED:
                    cues += self._decision(decided.Connect(work.item.id, agent), at)
            self.standing += cues
        for record in state.agents:
            for one in record.assignments.values():
                if one.state is AgentState.WRAP_UP:
                    cue = Cue(CueKind.WRAP_UP, one.work, one.agent, one.queue, at)
                    self._wrap_ups[one.agent] = cue
                    self.standing.append(cue)
