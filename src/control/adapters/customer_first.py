"""Callbacks whose customer is called before the agent's phone rings (``callback.first`` of a queue).

    Offer -> taken at once, on behalf of the agent, who is held free -> DialBack -> the customer is dialled
          -> answers, and waits as a call at the callback's old place, for that agent first (WorkDiverted)
           | busy, no answer ... (CallbackFailed)

So no agent listens to a phone that rings, and the customer waits while the agent's does; if she does not answer, others
are asked as for any call.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from acd import events as acd
from control.adapters.directory import Directory
from control.leftovers import CallbackRequest
from pbx import commands, events
from pbx.commands import Command

CUSTOMER_RING_S = 45.0
"""How long the customer's phone rings."""


class Held(Struct):
    """A callback for which an agent is held free."""

    request: CallbackRequest
    agent: str
    since: float
    """From when its waiting counts."""
    leg: str = ""
    """The customer's, once it is dialled."""


class CustomerFirst:
    """The attempts of this kind that are under way."""

    def __init__(self, directory: Directory, post: Callable[[acd.Event], None], new_call_id: Callable[[], str]) -> None:
        self._directory = directory
        self._post = post
        self._new_call_id = new_call_id
        self._held: dict[str, Held] = {}
        """By the work's id."""
        self._of_call: dict[str, Held] = {}

    def wanted(self, request: CallbackRequest) -> bool:
        """Whether a request's queue calls its customers first."""
        queue = self._directory.queues.get(request.queue)
        return queue is not None and queue.callback.first == "customer"

    def holds(self, work: str) -> bool:
        """Whether an agent is held free for a callback."""
        return work in self._held

    def hold(self, request: CallbackRequest, agent: str, since: float) -> None:
        """Take an offer on behalf of the agent."""
        self._held[request.id] = Held(request, agent, since)
        self._post(acd.OfferAccepted(request.id, agent))

    def dial(self, work: str, number: str) -> tuple[Command, ...]:
        """Call the customer; the attempt lies in the journal."""
        held, call = self._held[work], self._new_call_id()
        held.leg = f"{call}.1"
        self._of_call[call] = held
        agent = self._directory.agents.get(held.agent)
        return (
            commands.CallOut(
                call,
                held.leg,
                number,
                agent.caller_id if agent is not None else "",
                party_name=held.request.name,
                max_ring_s=CUSTOMER_RING_S,
                account=agent.extension if agent is not None else "",
            ),
        )

    def of_call(self, call: str) -> Held | None:
        """The callback that a call is an attempt of, while its customer's phone rings."""
        return self._of_call.get(call)

    def answered(self, event: events.LegAnswered) -> Held | None:
        """The customer answered; None for any other leg. The call is one as all others from now on."""
        held = self._of_call.get(event.call)
        if held is None or event.leg != held.leg:
            return None
        return self._forget(event.call)

    def ended(self, event: events.LegEnded) -> Held | None:
        """The customer did not answer; None for any other leg."""
        return self._forget(event.call) if event.call in self._of_call else None

    def _forget(self, call: str) -> Held:
        held = self._of_call.pop(call)
        del self._held[held.request.id]
        return held
