"""What changes while the centre runs: the router's memory of agents, work and queues.

Records name each other by id only, so that a snapshot is these values and nothing else; the indexes over them
(``roster``, ``waiting``) are built again when a snapshot is loaded. Only the router and its two indexes change them.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct, field

from acd.agent import PRESENCE, AgentState, AgentStatus
from acd.decisions import RefusalCause
from acd.model import AgentProfile, Queue, WorkItem
from acd.statistics import QueueCounters

Timer = tuple[float, int]
"""When it is due, and a serial number that orders timers due at the same instant."""


class AgentRecord(Struct, eq=False, kw_only=True):
    """An agent as she is now. She has at most one timer: her ring timeout, her wrap-up, or her rest."""

    profile: AgentProfile
    status: AgentStatus = AgentStatus.OFFLINE
    reason: str = ""
    status_since: float
    reachable: bool = False
    reachable_since: float
    engaged: bool = False
    engaged_since: float
    state: AgentState = AgentState.IDLE
    state_since: float
    work: str | None = None
    """What she is offered or connected to."""
    resting: RefusalCause | None = None
    """Set while she is left alone after an offer that she did not take."""
    free: tuple[float, int] | None = None
    """Since when she could be offered work, and a serial number for ties. An offer that is withdrawn through no fault
    of hers leaves it as it was."""
    timer: Timer | None = None

    @property
    def willing(self) -> bool:
        """Whether her own condition allows work: status, phone, no other call."""
        return PRESENCE[self.status].takes_work and self.reachable and not self.engaged

    @property
    def offerable(self) -> bool:
        """Whether work may be offered to her now."""
        return self.state is AgentState.IDLE and self.resting is None and self.willing

    @property
    def busy(self) -> bool:
        """Whether work, wrap-up or another call occupies her."""
        return self.engaged or self.state is not AgentState.IDLE


class WorkState(StrEnum):
    """Where a piece of work stands."""

    WAITING = "waiting"
    OFFERED = "offered"
    CONNECTED = "connected"
    ANSWERED = "answered"
    """Over, after an agent had it."""
    ABANDONED = "abandoned"
    OVERFLOWED = "overflowed"
    REFUSED = "refused"


class Search(StrEnum):
    """Who looked for whom when an offer was made."""

    WORK_SOUGHT_AGENT = "work_sought_agent"
    AGENT_SOUGHT_WORK = "agent_sought_work"


class OfferTrace(Struct):
    """One offer in the history of a piece of work."""

    at: float
    agent: str
    search: Search
    strategy: str
    free_since: float
    """Since when the agent had been free."""
    outcome: str = "pending"
    """``connected``, or the cause that ended the offer."""
    ended_at: float | None = None


class WorkRecord(Struct, eq=False, kw_only=True):
    """A piece of work as it stands now."""

    item: WorkItem
    entered_at: float
    """When it joined its queue; its longest wait counts from here."""
    serial: int
    state: WorkState = WorkState.WAITING
    agent: str | None = None
    """Whom it is offered to or connected with."""
    timer: Timer | None = None
    """The end of its longest wait."""
    offers: list[OfferTrace] = field(default_factory=list)


class QueueState(Struct):
    """A queue in a snapshot."""

    config: Queue
    counters: QueueCounters


class RouterState(Struct):
    """Everything that a router knows; in the order of declaration and arrival."""

    serial: int
    queues: list[QueueState]
    agents: list[AgentRecord]
    works: list[WorkRecord]
