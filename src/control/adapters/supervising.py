"""Supervisors: who may be with a call, whose call it is, and what is shown of it.

Over HTTP whoever has a key names the supervisor, whose phone is rung. By phone an agent who is declared a supervisor
dials a code and the extension of the agent she means: ``feature:listen``, ``whisper``, ``barge`` or ``take-over``
behind a pattern such as ``*90.``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import structlog

from control.adapters.directory import Directory
from control.adapters.visit import Supervisor, Visit
from control.errors import Invalid, NotFound, Refused
from pbx import commands, events
from pbx.commands import Command
from pbx.conference_events import SupervisionChanged, SupervisionEnded, SupervisionStarted
from pbx.supervision import MODES, Mode

log = structlog.get_logger(__name__)

MODE_OF_FEATURE: dict[str, Mode] = {mode.replace("_", "-"): mode for mode in MODES}


class Supervision:
    """The verbs, and what the switch tells of them.

    ``phone_of`` finds the extension of an agent who can be rung now, and raises Refused where she cannot; ``tone`` is
    whether agents hear that they are supervised.
    """

    def __init__(
        self,
        directory: Directory,
        visits: dict[str, Visit],
        execute: Callable[[Iterable[Command]], None],
        changed: Callable[[Visit], None],
        phone_of: Callable[[str], str],
        *,
        tone: bool,
    ) -> None:
        self._directory = directory
        self._visits = visits
        self._execute = execute
        self._changed = changed
        self._phone_of = phone_of
        self._tone = tone

    # Over HTTP

    def supervise(self, call: str, mode: Mode, supervisor: str, agent: str | None = None) -> None:
        """Let a supervisor, by id or extension, be with a call in this mode; one who is there changes to it.

        ``agent`` is whom she whispers to or takes over from; None is who spoke last. Raises NotFound, Invalid and
        Refused, as in ``handling.CallHandling``.
        """
        visit, who = self._visit(call), self._agent(supervisor, "supervisor")
        leg = self._leg_of(visit, who)
        if leg is not None:
            self._execute((commands.ChangeSupervision(leg, mode),))
            if mode == "take_over" and leg in visit.supervisors:
                raise Refused(f"{who} cannot take call {call} over: it is {visit.state}")
            return
        meant = self._side(visit, None if agent is None else self._agent(agent, "agent"))
        if who in visit.agents.values():
            raise Refused(f"{who} takes part in call {call}")
        extension = self._phone_of(who)
        visit.legs += 1
        leg = f"{call}.{who}.{visit.legs}"
        visit.supervisors[leg] = Supervisor(who, mode)
        self._execute((commands.RingSupervisor(leg, extension, meant, mode, self._tone),))

    def dismiss(self, call: str, supervisor: str) -> None:
        """End a supervisor's leg. Raises NotFound where she is not with the call."""
        visit = self._visit(call)
        leg = self._leg_of(visit, self._agent(supervisor, "supervisor"))
        if leg is None:
            raise NotFound(f"{supervisor} does not supervise call {call}")
        self._execute((commands.Hangup(leg),))

    # By phone

    def dialled(self, event: events.CallOffered, agent: str) -> None:
        """An agent dialled a code of supervision."""
        mode = MODE_OF_FEATURE[event.target]
        extension = self._directory.digits_behind(event.number, f"feature:{event.target}")
        watched = self._directory.agent_by_extension.get(extension or "")
        leg = self._talking_leg_of(watched) if watched is not None else None
        if not self._directory.agents[agent].supervisor:
            self._refuse(event, 403, "is no supervisor")
        elif not extension:
            self._refuse(event, 484, "the extension is missing")
        elif watched is None:
            self._refuse(event, 404, f"nobody has extension {extension}")
        elif leg is None:
            self._refuse(event, 480, f"{watched} does not talk")
        else:
            self._execute((commands.Supervise(event.leg, leg, mode, self._tone),))

    def _refuse(self, event: events.CallOffered, status: int, reason: str) -> None:
        log.info("supervision refused", phone=event.account, mode=event.target, reason=reason)
        self._execute((commands.Reject(event.leg, status),))

    # What the switch tells

    def started(self, event: SupervisionStarted) -> None:
        """A supervisor came in."""
        visit = self._visits[event.call]
        agent = visit.agents.get(event.leg, event.extension)
        visit.supervisors[event.leg] = Supervisor(agent, event.mode, event.at)
        self._tell(visit, event.leg)

    def changed(self, event: SupervisionChanged) -> None:
        """A supervisor does something else."""
        visit = self._visits[event.call]
        visit.supervisors[event.leg].mode = event.mode
        self._tell(visit, event.leg)

    def ended(self, event: SupervisionEnded) -> None:
        """A supervisor is gone, or a party of the call."""
        visit = self._visits[event.call]
        gone = visit.supervisors.pop(event.leg, None)
        if gone is not None:
            log.info("supervision ended", call=visit.call, supervisor=gone.agent, took_over=event.took_over)
            self._changed(visit)

    def _tell(self, visit: Visit, leg: str) -> None:
        one = visit.supervisors[leg]
        log.info("supervision", call=visit.call, supervisor=one.agent, agent=visit.agent, mode=one.mode)
        self._changed(visit)

    # Who is who

    def _visit(self, call: str) -> Visit:
        visit = self._visits.get(call)
        if visit is None:
            raise NotFound(f"there is no call {call} in progress")
        return visit

    def _agent(self, name: str, field: str) -> str:
        agent = name if name in self._directory.agents else self._directory.agent_by_extension.get(name)
        if agent is None:
            raise Invalid(f"there is no agent {name}", field=field)
        return agent

    @staticmethod
    def _leg_of(visit: Visit, supervisor: str) -> str | None:
        return next((leg for leg, one in visit.supervisors.items() if one.agent == supervisor), None)

    @staticmethod
    def _side(visit: Visit, agent: str | None) -> str:
        if not visit.talking:
            raise Refused(f"nobody talks in call {visit.call}: it is {visit.state}")
        wanted = agent or visit.agent
        for leg in reversed(visit.talking):
            if visit.agents.get(leg) == wanted:
                return leg
        if agent is not None:
            raise Refused(f"{agent} does not talk in call {visit.call}")
        return visit.talking[1]

    def _talking_leg_of(self, agent: str) -> str | None:
        for visit in self._visits.values():
            for leg in visit.talking:
                if visit.agents.get(leg) == agent:
                    return leg
        return None
