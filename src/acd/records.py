"""What changes while the centre runs: the router's memory of agents, work and queues.

Records name each other by id only, so that a snapshot is these values and nothing else; the indexes over them
(``roster``, ``waiting``) are built again when a snapshot is loaded. Only the router and its two indexes change them.
What is made for each piece of work is in no circle, then, and of no concern to the garbage collector (``gc``).
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct, field

from acd.agent import NOT_TAKEN, PRESENCE, AgentState, AgentStatus
from acd.decisions import RefusalCause
from acd.model import AgentProfile, Channel, OverflowCause, Queue, WorkItem
from acd.statistics import QueueCounters

FORMAT = 1
"""Counted up when a snapshot or a record can no longer be read by the program before."""

Timer = tuple[float, int]
"""When it is due, and a serial number that orders timers due at the same instant."""


class Assignment(Struct, eq=False, gc=False):
    """A piece of work that an agent is offered, or has, until its wrap-up is over."""

    agent: str
    work: str
    key: str
    """Among the agent's assignments: the work's id, as long as it is offered or connected."""
    queue: str
    channel: Channel
    weight: int
    """Its share of ``channels.FULL``."""
    state: AgentState = AgentState.IDLE
    connected_at: float | None = None
    ended_at: float | None = None
    suspended: bool = False
    """Whether it yielded to other work."""
    timer: Timer | None = None
    """The end of the ringing, or of the wrap-up."""

    @property
    def offered(self) -> bool:
        """Whether the agent has yet to take it."""
        return self.state in NOT_TAKEN


class Rest(Struct, eq=False):
    """An agent is left alone after an offer that she did not take."""

    agent: str
    cause: RefusalCause
    timer: Timer | None = None


class BreakLimit(Struct, eq=False):
    """When an agent's break has lasted its longest."""

    agent: str
    timer: Timer | None = None


class AgentRecord(Struct, eq=False, kw_only=True):
    """An agent as she is now."""

    profile: AgentProfile
    number: int
    """In the order of declaration."""
    channels: tuple[Channel, ...] = ()
    """What she takes work of, by her profile."""
    status: AgentStatus = AgentStatus.OFFLINE
    reason: str = ""
    status_since: float
    pending: tuple[AgentStatus, str] | None = None
    """The status, with its reason, that she has when her present work is over."""
    reachable: bool = False
    reachable_since: float
    engaged: bool = False
    engaged_since: float
    state: AgentState = AgentState.IDLE
    """Of her assignments' states, the one that says most."""
    state_since: float
    assignments: dict[str, Assignment] = field(default_factory=dict)
    rest: Rest | None = None
    break_limit: BreakLimit | None = None
    overdue: bool = False
    """Whether her break has lasted longer than it may."""
    free: tuple[float, int] | None = None
    """Since when she could be offered work, and a serial number for ties. An offer that is withdrawn through no fault
    of hers leaves it as it was."""
    calls: int = 0
    """Connected since she logged in."""
    missed: int = 0
    """Offers in a row that rang in vain."""
    occupancy: float = 0.0
    """The share of time with work, the past fading out (see ``strategies.least_occupied``), at ``occupancy_at``."""
    occupancy_at: float
    talk_window: int = -1
    """The window in which she last talked, and for how long (see ``strategies.least_talk_time``)."""
    talk_s: float = 0.0
    phone: str = ""
    """Another phone than her own at which she works; it is of no concern here, and kept for those whom it concerns."""

    @property
    def willing(self) -> bool:
        """Whether her own condition allows work: status, phone, no other call."""
        return self.reachable and not self.engaged and self.pending is None and PRESENCE[self.status].takes_work

    @property
    def busy(self) -> bool:
        """Whether work, wrap-up or another call occupies her."""
        return self.engaged or bool(self.assignments)

    @property
    def has_offer(self) -> bool:
        """Whether she has yet to take something."""
        return any(one.offered for one in self.assignments.values())

    @property
    def work(self) -> str | None:
        """What she is offered or connected to; the first, where it is several."""
        for one in self.assignments.values():
            if one.state is not AgentState.WRAP_UP:
                return one.work
        return None


class WorkState(StrEnum):
    """Where a piece of work stands."""

    SCHEDULED = "scheduled"
    """A callback whose time has not come."""
    WAITING = "waiting"
    OFFERED = "offered"
    DIALLING = "dialling"
    """A callback that an agent took: the customer is being called."""
    CONNECTED = "connected"
    ANSWERED = "answered"
    """Over, after an agent had it."""
    ABANDONED = "abandoned"
    OVERFLOWED = "overflowed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    """Taken out of the line by a supervisor, or by who had asked for it."""


class Search(StrEnum):
    """Who looked for whom when an offer was made."""

    WORK_SOUGHT_AGENT = "work_sought_agent"
    AGENT_SOUGHT_WORK = "agent_sought_work"
    PREFERRED = "preferred"
    """The work asked for this very agent."""
    ASSIGNED = "assigned"
    """Several were weighed against each other (``optimal``)."""


class OfferTrace(Struct, gc=False):
    """One offer in the history of a piece of work."""

    at: float
    agent: str
    search: Search
    strategy: str
    free_since: float
    """Since when the agent had been free."""
    step: int = 0
    """How far the queue's requirement was relaxed."""
    figures: tuple[int, int, float] | None = None
    """Rank, other work and the strategy's key, by which the agent came first; None where nobody was chosen."""
    outcome: str = "pending"
    """``connected``, or the cause that ended the offer."""
    ended_at: float | None = None


class Unserved(Struct, frozen=True):
    """Work waited in a queue in vain."""

    queue: str
    entered_at: float
    left_at: float
    cause: str
    """An ``OverflowCause``, or ``diverted`` where the customer chose something else."""
    to: str
    """The target that it was sent to; empty where it was turned away."""


class OpenedSite(Struct, frozen=True):
    """Work overflowed to a site: it stays in its queue, and agents of the site may be offered it as well."""

    site: str
    at: float
    cause: OverflowCause


class WorkRecord(Struct, eq=False, kw_only=True, gc=False):
    """A piece of work as it stands now."""

    item: WorkItem
    entered_at: float
    """When it joined its queue; its longest wait and the queue's relaxation count from here."""
    serial: int
    since: float
    """From when its waiting counts in the order of service: its own arrival, or that of the call before it."""
    place: float = 0.0
    """Its score: the lowest in line is served first."""
    state: WorkState = WorkState.WAITING
    agents: list[str] = field(default_factory=list)
    """Whom it is offered to, or connected with."""
    step: int = 0
    """Of its queue's timeline."""
    preferred: tuple[str, ...] = ()
    reserved_until: float | None = None
    """Until then it waits for the preferred alone."""
    attempts: int = 0
    """How often a callback was dialled."""
    expected: tuple[float, float] | None = None
    """The wait that was foretold when it came: p50 and p80, in seconds."""
    timer: Timer | None = None
    offers: list[OfferTrace] = field(default_factory=list)
    opened: OpenedSite | None = None

    @property
    def key(self) -> tuple[float, int]:
        """The order of service, comparable across queues."""
        return (self.place, self.serial)

    @property
    def agent(self) -> str | None:
        """Whom it is offered to or connected with; the first, where it rings for several."""
        return self.agents[0] if self.agents else None


class Drawn(Struct, array_like=True):
    """What an agent drew in a queue of chance, for as long as she stays free."""

    since: float
    rank: int
    load: int
    key: float


class LineState(Struct):
    """What a line of the free remembers beyond who is in it."""

    ring: int
    channel: Channel
    turns: list[tuple[int, int, float]]
    drawn: dict[str, Drawn]


class QueueState(Struct):
    """A queue in a snapshot."""

    config: Queue
    counters: QueueCounters
    open: bool = True
    channels: tuple[Channel, ...] = (Channel.VOICE,)
    """Those it ever had work of."""
    lines: list[LineState] = []
    batch: Timer | None = None


class Visitor(Struct, array_like=True):
    """A customer who is remembered: an abandoned place, or the agent who served last."""

    at: float
    value: str | float


class RouterState(Struct, kw_only=True):
    """Everything that a router knows; in the order of declaration and arrival."""

    format: int = FORMAT
    serial: int
    seed: int = 0
    version: int = 0
    """How often the configuration changed."""
    queues: list[QueueState]
    agents: list[AgentRecord]
    works: list[WorkRecord]
    places: dict[str, Visitor] = {}
    served: dict[str, Visitor] = {}
    closed_sites: list[str] = []
