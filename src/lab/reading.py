"""Taking a span of the journal apart, record by record, while a router decides it anew."""

from __future__ import annotations

from acd import events
from acd.decisions import Decision, WithdrawalCause, WithdrawOffer
from acd.journal import Record
from lab.episodes import Episode, Happening, Span, Wait
from lab.figures import between, counted
from lab.survival import Observation
from lab.tracking import Cue, CueKind, Tracker


class Reader:
    """Fills a span."""

    def __init__(self, base: bytes | None, at: float) -> None:
        """Begin from a snapshot. Raises msgspec.DecodeError or msgspec.ValidationError for what is none."""
        self.span = Span(base=base, began_at=at)
        self.router = self.span.router()
        state = self.router.state()
        self._before = counted(state)
        self._tracker = Tracker(state, at)
        self._episodes: dict[Cue, Episode] = {}
        """Those that may still be added to."""
        self._waiting: dict[str, Cue] = {}
        self._gone: dict[str, Cue] = {}
        """Work that left, and may come again."""
        self._open(self._tracker.standing)

    def read(self, order: int, record: Record) -> list[Decision]:
        """Decide a record, which is the ``order``-th of the day, and note whose doing it was."""
        event, at = record.event, record.at
        self._attribute(Happening(at, order, event))
        decisions = self.router.decide(event, at)
        self._note_withdrawals(decisions, at)
        self._open(self._tracker.follow(event, decisions, at))
        for work in {getattr(one, "work", None) for one in (event, *decisions)}:
            if isinstance(work, str) and work in self._waiting and self._tracker.wait_of(work) is None:
                self._waited(self._waiting.pop(work), at, gave_up=isinstance(event, events.WorkAbandoned))
        self.span.ended_at = at
        return decisions

    def close(self) -> None:
        """The span is over: who waits now has more patience than that."""
        for cue in self._waiting.values():
            self._waited(cue, self.span.ended_at, gave_up=False)
        self._waiting.clear()
        self.span.figures = between(self._before, counted(self.router.state()))

    def _attribute(self, happening: Happening) -> None:
        """Find out what a record is a reaction to. What was stale then is dropped: it changed nothing."""
        tracker = self._tracker
        match happening.event:
            case events.ClockReached():
                due = self.router.next_timer()
                if due is not None and due <= happening.at:
                    self.span.clocks[due] = (happening.at, happening.order)
            case events.OfferRinging() | events.OfferAccepted() | events.OfferRefused() as event:
                self._reply(tracker.offer_of(event.work, event.agent), happening)
            case events.WorkHeld(work=work):
                self._reply(tracker.talk_of(work), happening)
            case events.WorkEnded(work=work) if tracker.wait_of(work) is not None:
                self.span.given.append(happening)  # a restart: its calls ended with it
            case events.WorkAbandoned(work=work) if tracker.wait_of(work) is not None:
                self.span.hung_up[work] = (happening.at, happening.order)
            case events.WorkEnded(work=work):
                self._reply(tracker.talk_of(work) or tracker.dial_of(work), happening)
            case events.WorkAbandoned(work=work):
                self._reply(tracker.talk_of(work), happening)
            case events.CallbackConnected(work=work) | events.CallbackFailed(work=work):
                self._reply(tracker.dial_of(work), happening)
            case events.WrapUpEnded(agent=agent) | events.WrapUpExtended(agent=agent) if tracker.wrap_up_of(agent):
                self._reply(tracker.wrap_up_of(agent), happening)
            case events.WorkArrived(work=item) if item.id in self._gone:
                self._reply(self._gone.pop(item.id), happening)
            case _:
                self.span.given.append(happening)

    def _reply(self, cue: Cue | None, happening: Happening) -> None:
        if cue is not None:
            self._episodes[cue].replies.append(happening)

    def _note_withdrawals(self, decisions: list[Decision], at: float) -> None:
        for decision in decisions:
            if isinstance(decision, WithdrawOffer):
                cue = self._tracker.offer_of(decision.work, decision.agent)
                if cue is not None:
                    episode = self._episodes[cue]
                    episode.withdrawn_at = at
                    episode.in_vain = decision.cause is WithdrawalCause.NO_ANSWER

    def _open(self, cues: list[Cue]) -> None:
        for cue in cues:
            if cue.kind is CueKind.WAIT:
                if self._tracker.wait_of(cue.work) is cue:
                    self._waiting[cue.work] = cue
                continue
            if cue.kind is CueKind.MOVED or cue.kind is CueKind.DROPPED:
                self._gone[cue.work] = cue
            episode = self._episodes[cue] = Episode(cue)
            self.span.episodes.append(episode)

    def _waited(self, cue: Cue, at: float, *, gave_up: bool) -> None:
        if cue.item is not None:
            first = self.span.waits.get(cue.work)
            queue = first.queue if first is not None else cue.queue
            self.span.waits[cue.work] = Wait(queue, Observation(at - cue.item.arrived_at, gave_up), at)
