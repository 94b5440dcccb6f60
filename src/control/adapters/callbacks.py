"""Callbacks: customers who are called when their turn has come, by an agent's phone that rings first.

A callback is work under the id of the call in which it was asked for; each attempt is a call of its own:

    Offer -> the agent's phone rings -> she answers (OfferAccepted) -> DialBack -> the customer is dialled
          -> they talk (CallbackConnected) | busy, no answer ... (CallbackFailed)

``DialBack`` is handed over once OfferAccepted lies in the journal, so an attempt is known before it is dialled: a
program that died in between counts it, and never dials it again. The next one follows when the queue's rules say so.
Queues may have the customer called first instead, see ``customer_first``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct
from msgspec.structs import replace

from acd import decisions as decided
from acd import events as acd
from acd.decisions import Decision, RefusalCause
from acd.live import WorkLive
from acd.model import Channel, WorkItem
from acd.records import WorkState
from control.adapters.customer_first import CustomerFirst, Held
from control.adapters.directory import Directory
from control.adapters.visit import Visit
from control.leftovers import CallbackRequest
from pbx import commands, events
from pbx.commands import Command

REFUSALS = {
    "declined": RefusalCause.DECLINED,
    "busy": RefusalCause.BUSY,
    "no_answer": RefusalCause.NO_ANSWER,
    "unreachable": RefusalCause.UNREACHABLE,
}
RING_GRACE_S = 5.0
"""The router's ring timeout decides; the switch's own, this much later, only catches what the router lost."""


class Attempt(Struct):
    """One agent's phone that rings, or rang, for a callback."""

    work: str
    agent: str
    call: str
    leg: str
    """The agent's."""
    dialled: bool = False
    joined: bool = False
    result: str = ""
    """Why the customer's leg ended."""


class Surroundings(Struct, frozen=True):
    """What the rest of the centre does for callbacks."""

    work: Callable[[str], WorkLive | None]
    """The router's word on a piece of work."""
    keep: Callable[[str, CallbackRequest | None], None]
    """Write a request down, as it is now; None forgets it."""
    new_call_id: Callable[[], str]
    draining: Callable[[], bool]


class CallbackDesk:
    """Knows every open request, and the attempts that are under way."""

    def __init__(self, directory: Directory, post: Callable[[acd.Event], None], around: Surroundings) -> None:
        self._directory = directory
        self._post = post
        self._around = around
        self.open: dict[str, CallbackRequest] = {}
        """Those that are not done, by id."""
        self._attempts: dict[str, Attempt] = {}
        """By the agent's leg."""
        self._of_call: dict[str, Attempt] = {}
        self._customers = CustomerFirst(directory, post, around.new_call_id)

    # At the start

    def restore(self, requests: Iterable[CallbackRequest], works: Iterable[WorkLive]) -> None:
        """Know again what was open, before the router is brought in line with what is alive."""
        self.open = {request.id: request for request in requests}
        for work in works:
            if work.channel is not Channel.CALLBACK:
                continue
            known = self.open.get(work.id)
            if known is None:  # the program died before it was written down
                known = CallbackRequest(work.id, work.queue, work.number, "", work.arrived_at, at=work.not_before)
            self._note(replace(known, attempts=work.attempts))
            if work.state == WorkState.CONNECTED:
                self._close(work.id, "answered")

    def resume(self) -> None:
        """Let the router, which is in line by now, have what it does not know, and give up what it has given up."""
        for request in list(self.open.values()):
            if self._around.work(request.id) is not None:
                continue
            if request.attempts:
                self._close(request.id, "failed")
            else:
                self._arrive(request)

    # Asked for

    def asked(
        self, request: CallbackRequest, *, came_at: float, agents: tuple[str, ...] = (), priority: int = 0
    ) -> None:
        """Somebody wants to be called, and waits since ``came_at``; ``agents`` are asked first."""
        if request.id not in self.open:
            self._note(request)
            self._arrive(request, came_at, agents, priority)

    def promised(self, visit: Visit, number: str, at: float) -> None:
        """One who waited on the line keeps the place, and will be called."""
        self._note(CallbackRequest(visit.call, visit.queue or "", number, visit.party_name, at))

    def cancel(self, id: str, result: str = "cancelled") -> bool:
        """Call it off; False where the customer is being called already."""
        live = self._around.work(id)
        if live is not None and live.state in (WorkState.DIALLING, WorkState.CONNECTED):
            return False
        self._post(acd.WorkWithdrawn(id))
        self._close(id, result)
        return True

    def forget(self, id: str) -> bool:
        """Call it off, and keep nothing of it; False as for ``cancel``."""
        if not self.cancel(id):
            return False
        self._around.keep(id, None)
        return True

    def new_id(self) -> str:
        """An id for a callback that was not asked for in a call."""
        return self._around.new_call_id()

    def state(self, request: CallbackRequest) -> str:
        """``scheduled``, ``waiting``, ``offered``, ``dialling``, ``connected``, or ``done``."""
        live = self._around.work(request.id) if not request.done else None
        return live.state if live is not None else "done" if request.done else "waiting"

    # From the switch

    def is_offer(self, leg: str) -> bool:
        """Whether a leg is an agent's who was asked to call somebody back."""
        return leg in self._attempts

    def begun(self, visit: Visit) -> None:
        """An attempt's call exists."""
        if (attempt := self._of_call.get(visit.call)) is not None:
            request = self.open.get(attempt.work)
            visit.work, visit.agent = attempt.work, attempt.agent
            visit.queue = request.queue if request is not None else None
        elif (held := self._customers.of_call(visit.call)) is not None:
            visit.agent, visit.queue = held.agent, held.request.queue

    def ringing(self, event: events.LegRinging) -> None:
        """The agent's phone rings."""
        attempt = self._attempts[event.leg]
        self._post(acd.OfferRinging(attempt.work, attempt.agent))

    def answered(self, event: events.LegAnswered) -> None:
        """The agent is ready to hear the customer's phone ring."""
        attempt = self._attempts[event.leg]
        self._post(acd.OfferAccepted(attempt.work, attempt.agent))

    def holds(self, work: str) -> bool:
        """Whether an agent is held free for a customer whose phone rings."""
        return self._customers.holds(work)

    def reached(self, event: events.LegAnswered) -> Held | None:
        """A customer who is called before the agent answered; None for any other leg."""
        return self._customers.answered(event)

    def moved(self, held: Held) -> None:
        """That customer waits as a call now: the agent who was held is free for it."""
        self._post(acd.WorkDiverted(held.request.id, f"queue:{held.request.queue}"))
        self._close(held.request.id, "answered")

    def bridged(self, event: events.LegsBridged) -> None:
        """Two legs of a call are connected; it may be that of an attempt whose customer answered."""
        attempt = self._of_call.get(event.call)
        if attempt is not None and not attempt.joined:
            attempt.joined = True
            self._post(acd.CallbackConnected(attempt.work))
            self._close(attempt.work, "answered")

    def leg_ended(self, event: events.LegEnded) -> None:
        """A leg is over."""
        attempt = self._of_call.get(event.call)
        if attempt is None:
            if (held := self._customers.ended(event)) is not None:
                self._failed(held.request.id, event.cause)
            return
        if event.leg != attempt.leg:
            attempt.result = attempt.result if attempt.joined else event.cause
            return
        del self._attempts[event.leg], self._of_call[event.call]
        if attempt.joined:
            self._post(acd.WorkEnded(attempt.work))
        elif attempt.dialled:
            self._failed(attempt.work, attempt.result or event.cause)
        elif not event.answered and event.cause != "cancelled":
            cause = REFUSALS.get(event.cause, RefusalCause.FAILED)
            self._post(acd.OfferRefused(attempt.work, attempt.agent, cause))

    # From the distributor

    def commands_for(self, decision: Decision) -> tuple[Command, ...]:
        """Carry out a decision about a callback."""
        match decision:
            case decided.Offer(work=work, agent=agent, ring_timeout_s=timeout_s):
                return self._offer(self.open[work], agent, timeout_s)
            case decided.WithdrawOffer(work=work, agent=agent):
                attempt = self._attempt(work, agent)
                return (commands.Hangup(attempt.leg, "cancelled"),) if attempt is not None else ()
            case decided.DialBack(work=work, agent=agent, number=number, attempt=count):
                self._note(replace(self.open[work], attempts=count))
                if self._customers.holds(work):
                    return self._customers.dial(work, number)
                attempt = self._attempt(work, agent)
                if attempt is None:  # she hung up before the journal had it
                    self._failed(work, "failed")
                    return ()
                attempt.dialled = True
                return (commands.Dial(attempt.leg, number),)
            case decided.Refuse(work=work, cause=cause):
                self._close(work, cause)
                return ()
            case _:
                return ()

    def _offer(self, request: CallbackRequest, agent: str, timeout_s: float) -> tuple[Command, ...]:
        configured = self._directory.agents.get(agent)
        if configured is None or self._around.draining():
            self._post(acd.OfferRefused(request.id, agent, RefusalCause.FAILED))
            return ()
        if self._customers.wanted(request):
            live = self._around.work(request.id)
            self._customers.hold(request, agent, request.asked_at if live is None else live.arrived_at)
            return ()
        call = self._around.new_call_id()
        attempt = Attempt(request.id, agent, call, f"{call}.1")
        self._attempts[attempt.leg] = self._of_call[call] = attempt
        name = request.name or configured.name
        return (
            commands.PlaceCall(
                call, attempt.leg, configured.extension, request.number, name, timeout_s + RING_GRACE_S, waits=True
            ),
        )

    def _attempt(self, work: str, agent: str) -> Attempt | None:
        found = (one for one in self._attempts.values() if one.work == work and one.agent == agent)
        return next(found, None)

    def _failed(self, work: str, result: str) -> None:
        """The customer was not reached: the router tries again later, or gives up."""
        self._post(acd.CallbackFailed(work))
        if self._around.work(work) is None:
            self._close(work, result)
        elif work in self.open:
            self._note(replace(self.open[work], result=result))

    def _arrive(
        self, request: CallbackRequest, came_at: float | None = None, agents: tuple[str, ...] = (), priority: int = 0
    ) -> None:
        self._post(
            acd.WorkArrived(
                WorkItem(
                    id=request.id,
                    queue=request.queue,
                    arrived_at=request.asked_at if came_at is None else came_at,
                    caller=request.number,
                    channel=Channel.CALLBACK,
                    priority=priority,
                    preferred=agents,
                    preferred_s=self._directory.patience_s(request.queue) if agents else 0.0,
                    not_before=request.at,
                    number=request.number,
                )
            )
        )

    def _note(self, request: CallbackRequest) -> None:
        self.open[request.id] = request
        self._around.keep(request.id, request)

    def _close(self, id: str, result: str) -> None:
        if (request := self.open.pop(id, None)) is not None:
            self._around.keep(id, replace(request, done=True, result=result))
