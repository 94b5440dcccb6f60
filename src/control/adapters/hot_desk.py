"""Agents log in at phones of others: ``feature:login-here`` stands behind a pattern such as ``*74.``.

The agent's extension is dialled behind the code and, after a beep, her PIN, ended by ``#``: what is dialled stands in
records and traces, where no secret may be.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

import structlog
from msgspec import Struct

from acd.agent import AgentStatus
from control.adapters.attendance import Attendance
from control.adapters.directory import Directory
from control.credentials import pin_hash
from pbx import commands, events

FEATURE = "login-here"
END = "#"
LONGEST = 16
"""Digits that are read of a PIN."""
PATIENCE_S = 20.0
"""How long an agent has to type it."""
MOST_WRONG = 5
FORGET_S = 900.0
"""After so many wrong PINs in a row an agent's are not asked for any more, until this long after the last."""

log = structlog.get_logger(__name__)


class _Asked(Struct):
    """Somebody is typing a PIN."""

    agent: str
    phone: str
    alarm: asyncio.TimerHandle
    typed: str = ""


class HotDesk:
    """Lets agents log in at phones of others."""

    def __init__(
        self,
        directory: Directory,
        attendance: Attendance,
        execute: Callable[[Iterable[commands.Command]], None],
        *,
        later: Callable[[float, Callable[[], None]], asyncio.TimerHandle],
        confirm: Callable[[str], None],
    ) -> None:
        """``confirm`` tells a leg that its wish was carried out, and lets it go."""
        self._directory = directory
        self._attendance = attendance
        self._execute = execute
        self._later = later
        self._confirm = confirm
        self._asked: dict[str, _Asked] = {}
        self._wrong: dict[str, tuple[int, float]] = {}
        """How many wrong PINs of an agent there were in a row, and when the last."""

    def dialled(self, event: events.CallOffered, caller: str) -> None:
        """The phone at which agent ``caller`` works dialled the code and an extension."""
        extension = self._directory.digits_behind(event.number, f"feature:{FEATURE}")
        agent = self._directory.agent_by_extension.get(extension or "")
        if not extension:
            self._refuse(event, 484, "the extension is missing")
        elif agent is None:
            self._refuse(event, 404, f"nobody has extension {extension}")
        elif not self._directory.agents[agent].pin:
            self._refuse(event, 403, f"{agent} has no PIN")
        elif self._locked(agent, event.at):
            self._refuse(event, 403, f"too many wrong PINs of {agent}")
        else:
            alarm = self._later(PATIENCE_S, lambda: self._give_up(event.leg))
            self._asked[event.leg] = _Asked(agent, self._directory.phone_of(caller), alarm)
            self._execute((commands.Answer(event.leg), commands.Play(event.leg, ("beep",))))

    def pressed(self, event: events.DigitReceived) -> None:
        """A leg sent a digit."""
        asked = self._asked.get(event.leg)
        if asked is None:
            return
        if event.digit != END and len(asked.typed) < LONGEST:
            asked.typed += event.digit
            return
        self.leg_ended(event.leg)
        configured = self._directory.agents.get(asked.agent)
        if configured is not None and pin_hash(asked.agent, asked.typed) == configured.pin:
            self._wrong.pop(asked.agent, None)
            self._attendance.note(asked.agent, AgentStatus.AVAILABLE, phone=asked.phone)
            self._confirm(event.leg)
        else:
            self._wrong[asked.agent] = (self._wrong.get(asked.agent, (0, 0.0))[0] + 1, event.at)
            log.warning("wrong PIN", agent=asked.agent, phone=asked.phone)
            self._execute((commands.Hangup(event.leg),))

    def leg_ended(self, leg: str) -> None:
        """A leg is over, or has typed enough."""
        if (asked := self._asked.pop(leg, None)) is not None:
            asked.alarm.cancel()

    def _locked(self, agent: str, at: float) -> bool:
        times, last = self._wrong.get(agent, (0, 0.0))
        if at - last > FORGET_S:
            self._wrong.pop(agent, None)
            return False
        return times >= MOST_WRONG

    def _give_up(self, leg: str) -> None:
        self.leg_ended(leg)
        self._execute((commands.Hangup(leg),))

    def _refuse(self, event: events.CallOffered, status: int, reason: str) -> None:
        log.info("log-in refused", phone=event.account, reason=reason)
        self._execute((commands.Reject(event.leg, status),))
