"""What may be asked of a call that stands: hold it, take it back, give it away, park it.

A request is checked against what is known of the call, then becomes commands; what comes of them is told as events.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from control.adapters.directory import Directory
from control.adapters.visit import Visit
from control.errors import Invalid, NotFound, Refused
from pbx import commands
from pbx.call.transfer import FOR_ONESELF, RINGING
from pbx.commands import Command
from pbx.events import TransferStarted
from pbx.routing.numbering import Route


class CallHandling:
    """The verbs. Each raises NotFound for a call that is over, Invalid for an agent who does not exist, and Refused
    where the call's present state does not allow it."""

    def __init__(
        self,
        directory: Directory,
        visits: dict[str, Visit],
        execute: Callable[[Iterable[Command]], None],
        route: Callable[[str], Route | None],
        takes_digits: Callable[[str], bool],
    ) -> None:
        self._directory = directory
        self._visits = visits
        self._execute = execute
        self._route = route
        self._takes_digits = takes_digits

    def hold(self, call: str, agent: str | None = None) -> None:
        """Let the agent's side (whoever spoke last, where none is named) keep the other waiting with music."""
        self._execute((commands.Hold(self._side(call, agent)),))

    def resume(self, call: str, agent: str | None = None) -> None:
        """End such a hold."""
        self._execute((commands.Resume(self._side(call, agent)),))

    def transfer(self, call: str, to: str, *, attended: bool, agent: str | None = None) -> None:
        """Let the agent's side give the other away to a number, at once or after speaking there first."""
        leg = self._mover(call, agent)
        self._check(to, RINGING if attended else None)
        self._execute((commands.Consult(leg, to) if attended else commands.Transfer(leg, to),))

    def send_digits(self, call: str, digits: str, duration_ms: int, agent: str | None = None) -> None:
        """Let the agent's side press keys for the other, in the way that the other has digits."""
        side = self._side(call, agent)
        [other] = (leg for leg in self._visit(call).talking if leg != side)
        if not self._takes_digits(other):
            raise Refused(
                f"nobody hears digits in call {call}: the other side is set to telephone-events (`rfc4733`) and has"
                " agreed on none"
            )
        self._execute((commands.SendDigits(other, digits, duration_ms),))

    def add_party(self, call: str, to: str, agent: str | None = None) -> None:
        """Let the agent's side ring a number, and all three talk once somebody answers there."""
        leg = self._mover(call, agent)
        self._check(to, RINGING)
        self._execute((commands.AddParty(leg, to),))

    def join_transfer(self, call: str) -> None:
        """Let customer, agent and the party that she consults talk, all three."""
        move = self._move(call)
        if self._visit(call).state != "consulting" or move.leg not in self._visit(call).talking:
            raise Refused(f"nobody is consulted in call {call} who could be joined")
        self._execute((commands.JoinConsulted(move.leg),))

    def complete_transfer(self, call: str) -> None:
        """Leave customer and consulted party to each other."""
        move = self._move(call)
        if not move.consulting:
            raise Refused(f"the transfer of call {call} completes by itself")
        self._execute((commands.CompleteTransfer(move.leg),))

    def cancel_transfer(self, call: str) -> None:
        """Come back to the customer."""
        self._execute((commands.CancelTransfer(self._move(call).leg),))

    def park(self, call: str, slot: str | None = None, agent: str | None = None) -> str:
        """Let the agent's side park the other; the slot."""
        visit = self._visit(call)
        self._execute((commands.Park(self._mover(call, agent), slot or ""),))
        if visit.slot is None:
            raise Refused(f"slot {slot} is not free" if slot else "no slot is free")
        return visit.slot

    def _mover(self, call: str, agent: str | None) -> str:
        """The leg that gives its partner away, or adds to the two."""
        visit = self._visit(call)
        if visit.move is not None:
            raise Refused(f"call {call} is being transferred")
        if visit.added is not None:
            raise Refused(f"three talk in call {call}")
        return self._side(call, agent)

    def _check(self, to: str, kinds: frozenset[str] | None) -> None:
        """Raise Invalid for a number where nobody may be taken; ``kinds`` are those of targets that will do."""
        route = self._route(to)
        if route is None:
            raise Invalid(f"{to} leads nowhere", field="to")
        if route.target.kind in FOR_ONESELF or (kinds is not None and route.target.kind not in kinds):
            raise Invalid(f"{to} leads to {route.target}: a call cannot be transferred there so", field="to")

    def _move(self, call: str) -> TransferStarted:
        move = self._visit(call).move
        if move is None:
            raise Refused(f"call {call} is not being transferred")
        return move

    def _visit(self, call: str) -> Visit:
        visit = self._visits.get(call)
        if visit is None:
            raise NotFound(f"there is no call {call} in progress")
        return visit

    def _side(self, call: str, agent: str | None) -> str:
        """The leg that acts: the agent's, or the called party's where no agent takes part."""
        visit = self._visit(call)
        if agent is not None and agent not in self._directory.agents:
            raise Invalid(f"there is no agent {agent}", field="agent")
        if not visit.talking:
            raise Refused(f"nobody talks in call {call}: it is {visit.state}")
        wanted = agent or visit.agent
        for leg in reversed(visit.talking):
            if visit.agents.get(leg) == wanted:
                return leg
        if agent is not None:
            raise Refused(f"{agent} does not talk in call {call}")
        return visit.talking[1]
