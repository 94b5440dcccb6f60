"""Feature codes: what agents ask of the centre by dialling.

Only the agent herself, proven by her phone's password, sets her status or where her calls go. A code that was carried
out is answered with a confirmation; another one is refused.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import TypeAlias

from msgspec.structs import replace

from acd.agent import AgentStatus
from control.adapters.attendance import Attendance
from control.adapters.directory import Directory
from control.adapters.hot_desk import FEATURE as LOGIN_HERE
from control.adapters.hot_desk import HotDesk
from control.adapters.supervising import MODE_OF_FEATURE, Supervision
from control.nouns import Agent
from pbx import commands, events

STATUS_OF_FEATURE = {"login": AgentStatus.AVAILABLE, "break": AgentStatus.BREAK, "logout": AgentStatus.OFFLINE}
DO_NOT_DISTURB = {"dnd-on": True, "dnd-off": False}
FORWARD, FORWARD_OFF = "forward-on", "forward-off"
"""``forward-on`` stands behind a pattern such as ``*72.``: what follows the code is where calls go."""

Rewrite: TypeAlias = Callable[[str, Callable[[Agent], Agent], Callable[[bool], None]], None]
"""Changes an agent's configuration: ``(agent, change, done)``; ``done`` hears later whether it could be done."""


class FeatureCodes:
    """Carries out what was dialled."""

    def __init__(
        self,
        directory: Directory,
        attendance: Attendance,
        execute: Callable[[Iterable[commands.Command]], None],
        rewrite: Rewrite,
        supervision: Supervision,
        later: Callable[[float, Callable[[], None]], asyncio.TimerHandle],
    ) -> None:
        self._directory = directory
        self._attendance = attendance
        self._execute = execute
        self._rewrite = rewrite
        self._supervision = supervision
        self._hot_desk = HotDesk(directory, attendance, execute, later=later, confirm=self._play_confirmation)
        self._confirming: set[str] = set()
        """Legs that hear the answer to a feature code."""

    def dialled(self, event: events.CallOffered) -> None:
        """A feature code was dialled."""
        agent = self._directory.agent_by_extension.get(event.account or "")
        feature = event.target
        if agent is None:
            self._refuse(event.leg, 403)
        elif (status := STATUS_OF_FEATURE.get(feature)) is not None:
            self._attendance.note(agent, status)
            self._confirm(event.leg)
        elif (quiet := DO_NOT_DISTURB.get(feature)) is not None:
            self._change(event.leg, agent, lambda one: replace(one, do_not_disturb=quiet))
        elif feature in (FORWARD, FORWARD_OFF):
            self._forward(event, agent)
        elif feature == LOGIN_HERE:
            self._hot_desk.dialled(event, agent)
        elif feature in MODE_OF_FEATURE:
            self._supervision.dialled(event, agent)
        else:
            self._refuse(event.leg, 403)

    def _forward(self, event: events.CallOffered, agent: str) -> None:
        to = self._directory.digits_behind(event.number, f"feature:{FORWARD}") if event.target == FORWARD else None
        if event.target == FORWARD and not to:
            self._refuse(event.leg, 484)  # Address Incomplete: the number is missing
            return
        self._change(event.leg, agent, lambda one: replace(one, forward=replace(one.forward, always=to)))

    def _change(self, leg: str, agent: str, change: Callable[[Agent], Agent]) -> None:
        self._rewrite(agent, change, lambda possible: self._confirm(leg) if possible else self._refuse(leg, 404))

    def _confirm(self, leg: str) -> None:
        self._execute((commands.Answer(leg),))
        self._play_confirmation(leg)

    def _play_confirmation(self, leg: str) -> None:
        self._confirming.add(leg)
        self._execute((commands.Play(leg, ("confirm",)),))

    def _refuse(self, leg: str, status: int) -> None:
        self._execute((commands.Reject(leg, status),))

    def pressed(self, event: events.DigitReceived) -> None:
        """A leg sent a digit."""
        self._hot_desk.pressed(event)

    def play_ended(self, leg: str) -> None:
        """The confirmation was heard."""
        if leg in self._confirming:
            self._execute((commands.Hangup(leg),))

    def leg_ended(self, leg: str) -> None:
        """A caller is gone."""
        self._confirming.discard(leg)
        self._hot_desk.leg_ended(leg)
