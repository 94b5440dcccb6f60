"""Agents log in, pause, leave and wrap up; whoever watches their phones, or the whole centre, sees it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

from acd import decisions as decided
from acd import events as acd
from acd.agent import AgentStatus
from acd.decisions import Decision
from acd.live import AgentLive
from control.adapters.directory import Directory
from control.adapters.lamps import status_note
from control.realtime.hub import Hub
from control.schemas.live import BreakOverdue
from pbx.commands import Command


class Attendance:
    """Sets what agents want, and tells what became of it.

    ``live`` is the router's word on an agent; ``flush`` returns when what was posted is in its journal.
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
    ) -> None:
        self._directory = directory
        self._hub = hub
        self._post = post
        self._flush = flush
        self._live = live
        self._execute = execute

    def restore(self) -> None:
        """Show again what agents wanted to be seen as before the program was started anew."""
        for agent in self._directory.agents:
            if (live := self._live(agent)) is not None:
                self._show(agent, AgentStatus(live.status), live.reason)

    def note(self, agent: str, status: AgentStatus, reason: str = "", *, after_work: bool = False) -> None:
        """Let an agent log in, pause or leave, now or when her present work is over."""
        self._post(acd.AgentStatusSet(agent, status, reason, after_work))
        live = self._live(agent)
        if live is not None and live.status == status:
            self._show(agent, status, reason)

    async def set_status(self, agent: str, status: AgentStatus, reason: str = "", *, after_work: bool = False) -> None:
        """As ``note``; the agent's live view shows it, and a restart keeps it, when this returns."""
        self.note(agent, status, reason, after_work=after_work)
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
                case decided.TellOverdue(agent=agent, since=since):
                    self._tell_overdue(agent, since)
                case _:
                    pass

    def _show(self, agent: str, status: AgentStatus, reason: str) -> None:
        configured = self._directory.agents.get(agent)
        if configured is not None:
            self._execute((status_note(configured.extension, status, reason),))

    def _tell_overdue(self, agent: str, since: float) -> None:
        configured, live = self._directory.agents.get(agent), self._live(agent)
        if configured is not None and live is not None and configured.max_break_s is not None:
            overdue = BreakOverdue(agent=agent, reason=live.reason, since=since, max_break_s=configured.max_break_s)
            self._hub.publish("overdue", agent, overdue)
