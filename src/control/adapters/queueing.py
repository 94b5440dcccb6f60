"""Between the switch's calls and the distributor's work: events one way, decisions the other.

A call is a work item under the same id. The caller's leg is answered and hears what ``announcing`` has for it; a
leg is made for each offer to an agent; connecting is bridging the two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from acd import decisions as decided
from acd import events as acd
from acd.decisions import Decision, RefusalCause
from acd.model import WorkItem
from control.adapters.announcing import Announcing
from control.adapters.directory import Directory
from control.adapters.visit import Hears, Visit
from control.adapters.wishes import is_number
from pbx import commands, events
from pbx.call.callback import can_be_called
from pbx.commands import Command
from pbx.wish import Wish

RING_GRACE_S = 5.0
"""The router's ring timeout decides; the switch's own, this much later, only catches what the router lost."""
MOST_DROPS = 3
"""Agents who may answer a call and be gone at once: a phone that does so by itself would do it without end."""
MOST_OVERFLOWS = 50
"""A call that was sent on so often goes round in a circle of queues, routes and flows."""
REFUSALS = {
    "declined": RefusalCause.DECLINED,
    "busy": RefusalCause.BUSY,
    "no_answer": RefusalCause.NO_ANSWER,
    "unreachable": RefusalCause.UNREACHABLE,
}


class QueueAdapter:
    """Translates for calls that a queue has, or had."""

    def __init__(
        self,
        directory: Directory,
        visits: dict[str, Visit],
        post: Callable[[acd.Event], None],
        execute: Callable[[Iterable[Command]], None],
        changed: Callable[[Visit], None],
        announcing: Announcing,
        promised: Callable[[Visit, str], None],
    ) -> None:
        """``promised`` hears of callers who will be called back at a number."""
        self._directory = directory
        self._announcing = announcing
        self._visits = visits
        self._post = post
        self._execute = execute
        self._changed = changed
        self._promised = promised
        self._offers: dict[str, tuple[Visit, str]] = {}
        """The visit and the agent that a leg rings for, by leg."""

    # From the switch

    def is_offer(self, leg: str) -> bool:
        """Whether a leg was made for an offer."""
        return leg in self._offers

    def arrived(self, event: events.CallOffered, visit: Visit) -> None:
        """A call reached a queue: it waits from now on, answered and with music."""
        visit.queue, visit.leg, visit.wish = event.target, event.leg, event.wish
        visit.party, visit.party_name = event.caller, event.caller_name
        if visit.queued_at is None or visit.joined:
            visit.queued_at = event.at  # one who has spoken to somebody queues anew
        visit.joined = False
        visit.become("waiting", event.at)
        self._changed(visit)
        answer = () if visit.answered_at is not None else (commands.Answer(event.leg),)
        # Without a free port this ends the call at once; what the router then hears of it is stale and harmless.
        self._execute((*answer, *self._announcing.entered(visit, event.language)))
        self._queue_up(visit)

    def bring(
        self, visit: Visit, leg: str, queue: str, hears: Hears, *, hurries: bool, wish: Wish | None = None
    ) -> None:
        """Take the leg of a party that was called out to a queue, where it hears as much as is said here.

        ``hurries``: whoever is offered it has her phone asked to answer by itself.
        """
        visit.hears, visit.hurries = hears, hurries
        self._execute((commands.Redirect(leg, "queue", queue, wish),))

    def _queue_up(self, visit: Visit) -> None:
        assert visit.queue is not None
        assert visit.queued_at is not None
        # What came before the queue, unless that was a conversation; nobody waits while a phone rings that we called.
        began = visit.answered_at if visit.direction == "outbound" else None
        before_s = max(0.0, visit.queued_at - (began or visit.started_at)) if visit.connected_at is None else 0.0
        preferred, preferred_s = self._preferred(visit.queue, visit.wish)
        item = WorkItem(
            visit.call, visit.queue, visit.queued_at, visit.party, priority=visit.priority, preferred=preferred,
            preferred_s=preferred_s, ivr_s=before_s,
        )  # fmt: skip
        self._post(acd.WorkArrived(item))

    def _preferred(self, queue: str, wish: Wish | None) -> tuple[tuple[str, ...], float]:
        """Those whom a caller would rather speak to, as far as they exist, and how long she waits for them."""
        persons = tuple(one for one in wish.persons if one in self._directory.agents) if wish is not None else ()
        if wish is None or not persons:
            return (), 0.0
        return persons, self._directory.patience_s(queue) if wish.for_s is None else wish.for_s

    def ringing(self, event: events.LegRinging) -> None:
        """The phone of an offered agent rings."""
        visit, agent = self._offers[event.leg]
        visit.become("ringing", event.at)
        self._changed(visit)
        self._post(acd.OfferRinging(visit.call, agent))

    def answered(self, event: events.LegAnswered) -> None:
        """The agent answered."""
        visit, agent = self._offers[event.leg]
        self._post(acd.OfferAccepted(visit.call, agent))

    def held(self, visit: Visit, held: bool) -> None:
        """Caller or agent put the other on hold, or took it back."""
        self._post(acd.WorkHeld(visit.work, held))

    def agent_leg_ended(self, event: events.LegEnded) -> None:
        """An offered agent did not take the call, or has left it."""
        visit, agent = self._offers.pop(event.leg)
        self._announcing.agent_left(event.leg)
        visit.offers.pop(agent, None)
        if event.answered:
            self._post(acd.WorkEnded(visit.call))
            if not visit.joined and visit.state != "ending":
                self._dropped(visit, event.at)
        elif event.cause != "cancelled":
            visit.become("waiting", event.at)
            self._changed(visit)
            self._post(acd.OfferRefused(visit.call, agent, REFUSALS.get(event.cause, RefusalCause.FAILED)))

    def _dropped(self, visit: Visit, at: float) -> None:
        """An agent answered and was gone before the two were bridged: the caller queues anew, at its old place."""
        visit.dropped += 1
        if visit.dropped == MOST_DROPS:
            self._execute((commands.HangupCall(visit.call),))
            return
        visit.become("waiting", at)
        self._changed(visit)
        self._queue_up(visit)

    def caller_leg_ended(self, visit: Visit) -> None:
        """The caller is gone: whoever rings for the call stops ringing."""
        if visit.promised:
            return  # its work waits on
        if not visit.joined:
            self._post(acd.WorkAbandoned(visit.call))
        else:
            self._post(acd.WorkEnded(visit.call))
        if visit.offers:
            self._execute((commands.HangupCall(visit.call),))

    def turn_away(self, visit: Visit) -> bool:
        """Somebody says that a caller is not to wait any more; False for one who does not wait."""
        if visit.queue is None or visit.joined or visit.state not in ("waiting", "ringing"):
            return False
        visit.turned_away = True
        self._post(acd.WorkWithdrawn(visit.call))
        self._execute((commands.HangupCall(visit.call),))
        return True

    # From the distributor

    def commands_for(self, decision: Decision) -> tuple[Command, ...]:
        """What carries out a decision."""
        visit = self._visits.get(getattr(decision, "work", ""))
        if visit is None:
            return ()
        match decision:
            case decided.Offer(agent=agent, ring_timeout_s=timeout_s):
                return self._offer(visit, agent, timeout_s)
            case decided.WithdrawOffer(agent=agent):
                leg = visit.offers.get(agent)
                return (commands.Hangup(leg, "cancelled"),) if leg is not None else ()
            case decided.Connect(agent=agent):
                leg = visit.offers.get(agent)
                visit.agent = agent
                return self._announcing.connect(visit, leg) if leg is not None else ()
            case decided.Overflow(target=text):
                return (self._overflow(visit, text),)
            case decided.BecomeCallback(number=number):
                return self._promise(visit, number)
            case decided.Refuse():
                visit.turned_away = True
                return (commands.Hangup(visit.leg, "busy"),)
            case _:
                return ()

    def _overflow(self, visit: Visit, to: str) -> Command:
        """Send a caller where the queue says: to a target, or out to a number."""
        visit.overflows += 1
        if visit.overflows > MOST_OVERFLOWS:
            return commands.HangupCall(visit.call)
        if is_number(to):
            return commands.Dial(visit.leg, to, by=f"queue:{visit.queue}")
        target = self._directory.target(to)
        return commands.Redirect(visit.leg, target.kind, target.name)

    def _promise(self, visit: Visit, number: str) -> tuple[Command, ...]:
        """Tell a caller that it will be called, and let it go; one without a number hears that it cannot be."""
        if can_be_called(number):
            self._promised(visit, number)
            visit.promised = True
        else:
            self._post(acd.WorkWithdrawn(visit.call))
        return (commands.Redirect(visit.leg, "callback", visit.queue or ""),)

    def _offer(self, visit: Visit, agent: str, timeout_s: float) -> tuple[Command, ...]:
        configured = self._directory.agents.get(agent)
        if configured is None:
            return ()  # removed a moment ago: the router hears of it and takes the offer back
        visit.legs += 1
        leg = f"{visit.call}.{agent}.{visit.legs}"
        visit.offers[agent] = leg
        visit.agent = agent
        self._offers[leg] = (visit, agent)
        return (
            commands.Originate(
                call=visit.call,
                leg=leg,
                to=configured.extension,
                caller=visit.party,
                caller_name=visit.party_name,
                ring_timeout_s=timeout_s + RING_GRACE_S,
                auto_answer=visit.hurries,
            ),
        )
