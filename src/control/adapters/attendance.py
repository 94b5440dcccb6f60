"""Agents log in, pause, leave and wrap up; whoever watches their phones, or the whole centre, sees it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

from acd import decisions as decided
from acd import events as acd
from acd.agent import PRESENCE, AgentStatus
from acd.decisions import Decision
from acd.live import AgentLive
from control.adapters.directory import Directory
from control.adapters.lamps import status_note
from control.errors import Invalid
from control.realtime.hub import Hub
from control.schemas.live import BreakOverdue
from pbx.commands import Command


class Attendance:
    """Sets what agents want, and tells what became of it.

    ``live`` is the router's word on an agent; ``flush`` returns when what was posted is in its journal; ``seat`` tells
    the switch which phone rings for an extension in place of its own.

    An agent works at her own phone, or at the one at which she logged in, until she logs out: where that is lies in the
    router's journal. Two do not work at one phone: who logs in there logs out who was there.
    """

    def __init__(
        self,
        directory: Directory,
        hub: Hub,
        *,
        post: Callable[[acd.Event], None],
        flush: Callable[[], Awaitable[None]],
        live: Callable[[str], AgentLive | None],
        execute: Callable[[Iterable[Command]], None],
        seat: Callable[[dict[str, str]], None],
    ) -> None:
        self._directory = directory
        self._hub = hub
        self._post = post
        self._flush = flush
        self._live = live
        self._execute = execute
        self._declare_seats = seat

    def restore(self) -> None:
        """Let agents sit, and be seen as, as before the program was started anew."""
        for agent in self._directory.agents:
            live = self._live(agent)
            if live is not None and live.status != AgentStatus.OFFLINE:
                if live.phone:
                    self._directory.seats[agent] = live.phone
                self._show(agent, AgentStatus(live.status), live.reason)
        self._declare_seats(self._directory.seating())

    def note(
        self,
        agent: str,
        status: AgentStatus,
        reason: str = "",
        *,
        after_work: bool = False,
        phone: str | None = None,
    ) -> None:
        """Let an agent log in, pause or leave, now or when her present work is over.

        ``phone`` is the extension of the phone at which she works from now on; None: where she is, or her own.
        """
        if PRESENCE[status].logged_in and (phone is not None or not self._logged_in(agent)):
            self._vacate(phone or self._directory.phone_of(agent), agent)
        own = phone == self._directory.agents[agent].extension
        self._set(agent, status, reason, after_work=after_work, phone="" if own else phone)

    async def set_status(
        self,
        agent: str,
        status: AgentStatus,
        reason: str = "",
        *,
        after_work: bool = False,
        phone: str | None = None,
    ) -> None:
        """As ``note``; the agent's live view shows it, and a restart keeps it, when this returns.

        Raises Invalid, naming the field, for a phone that there is not, and for one that is not logged in at now.
        """
        if phone is not None:
            if phone not in self._directory.agent_by_extension:
                raise Invalid(f"there is no phone {phone}", field="phone")
            if after_work or not PRESENCE[status].logged_in:
                raise Invalid("a phone is chosen by who logs in, at once", field="phone")
        self.note(agent, status, reason, after_work=after_work, phone=phone)
        await self._flush()

    async def change_wrap_up(self, agent: str, extend_s: float | None, *, forced: bool = False) -> None:
        """End an agent's wrap-up, or extend it, as far as the queue allows."""
        ends = acd.WrapUpEnded(agent, forced) if extend_s is None else acd.WrapUpExtended(agent, extend_s)
        self._post(ends)
        await self._flush()

    def decided(self, decisions: Iterable[Decision]) -> None:
        """Tell what the router made of an agent's status."""
        for decision in decisions:
            match decision:
                case decided.PauseAgent(agent=agent, reason=reason):
                    self._show(agent, AgentStatus.BREAK, reason)
                case decided.TellStatus(agent=agent, status=status, reason=reason):
                    self._show(agent, status, reason)
                    self._sit(agent)
                case decided.TellOverdue(agent=agent, since=since):
                    self._tell_overdue(agent, since)
                case _:
                    pass

    def _set(
        self, agent: str, status: AgentStatus, reason: str, *, after_work: bool = False, phone: str | None = None
    ) -> None:
        self._post(acd.AgentStatusSet(agent, status, reason, after_work, phone))
        self._sit(agent)
        live = self._live(agent)
        if live is not None and live.status == status:
            self._show(agent, status, reason)

    def _vacate(self, phone: str, agent: str) -> None:
        for other in self._directory.agents_at(phone):
            if other != agent and self._logged_in(other):
                self._set(other, AgentStatus.OFFLINE, f"{agent} logged in at phone {phone}")

    def _logged_in(self, agent: str) -> bool:
        live = self._live(agent)
        return live is not None and PRESENCE[AgentStatus(live.status)].logged_in

    def _sit(self, agent: str) -> None:
        """Let the switch know where an agent is, if that is somewhere else now."""
        live, seats = self._live(agent), self._directory.seats
        phone = live.phone if live is not None else ""
        if phone != seats.get(agent, ""):
            if phone:
                seats[agent] = phone
            else:
                del seats[agent]
            self._declare_seats(self._directory.seating())

    def _show(self, agent: str, status: AgentStatus, reason: str) -> None:
        configured = self._directory.agents.get(agent)
        if configured is not None:
            self._execute((status_note(configured.extension, status, reason),))

    def _tell_overdue(self, agent: str, since: float) -> None:
        configured, live = self._directory.agents.get(agent), self._live(agent)
        if configured is not None and live is not None and configured.max_break_s is not None:
            overdue = BreakOverdue(agent=agent, reason=live.reason, since=since, max_break_s=configured.max_break_s)
            self._hub.publish("overdue", agent, overdue)
