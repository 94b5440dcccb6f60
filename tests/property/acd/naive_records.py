"""What the naive router remembers: plain objects that point at each other."""

from __future__ import annotations

from dataclasses import dataclass, field

from acd.agent import PRESENCE, AgentStatus
from acd.channels import CAPACITY, FULL, MOST, YIELDING
from acd.model import AgentProfile, Channel, OverflowCause, WorkItem

NOT_FREE = (0.0, 0)


@dataclass(eq=False)
class NaiveTask:
    """A piece of work in the hands of an agent."""

    work: str
    queue: str
    channel: Channel
    weight: int
    key: str
    doing: str = "offered"
    connected_at: float = 0.0
    ended_at: float = 0.0
    suspended: bool = False
    timer: tuple[float, int] | None = None


@dataclass(eq=False)
class NaiveBell:
    """Something that is due for an agent: the end of a rest, or of a break."""

    timer: tuple[float, int] | None = None


@dataclass(eq=False)
class NaiveAgent:
    profile: AgentProfile
    number: int
    status: AgentStatus = AgentStatus.OFFLINE
    pending: AgentStatus | None = None
    reachable: bool = False
    engaged: bool = False
    tasks: dict[str, NaiveTask] = field(default_factory=dict)
    rest: NaiveBell | None = None
    limit: NaiveBell | None = None
    status_since: float = 0.0
    free: tuple[float, int] = NOT_FREE
    in_line: bool = False
    calls: int = 0
    missed: int = 0
    was_busy: bool = False
    occupancy: float = 0.0
    occupancy_at: float = 0.0
    talk_window: int = -1
    talk_s: float = 0.0

    @property
    def id(self) -> str:
        return self.profile.id

    @property
    def offered(self) -> list[NaiveTask]:
        return [task for task in self.tasks.values() if task.doing == "offered"]

    @property
    def busy(self) -> bool:
        return self.engaged or bool(self.tasks)

    @property
    def willing(self) -> bool:
        return PRESENCE[self.status].takes_work and self.reachable and not self.engaged and self.pending is None

    def weight(self, channel: Channel) -> int:
        most = min(self.profile.capacity.get(channel, CAPACITY[channel]), MOST)
        return FULL // most if most else 2 * FULL

    def channels(self) -> list[Channel]:
        """What she could be offered now."""
        if not self.willing or self.rest is not None:
            return []
        return [channel for channel in Channel if self._room(channel) >= self.weight(channel)]

    def _room(self, channel: Channel) -> int:
        counts = [t for t in self.tasks.values() if t.channel not in YIELDING or channel in YIELDING]
        firm = [t for t in self.tasks.values() if t.channel not in YIELDING]
        if sum(task.weight for task in firm) >= FULL:
            return 0
        return FULL - sum(task.weight for task in counts)


@dataclass(eq=False)
class NaiveWork:
    item: WorkItem
    entered_at: float
    serial: int
    since: float
    place: float = 0.0
    state: str = "waiting"
    agents: list[NaiveAgent] = field(default_factory=list)
    step: int = 0
    preferred: tuple[str, ...] = ()
    reserved_until: float | None = None
    attempts: int = 0
    timer: tuple[float, int] | None = None
    opened: tuple[str, OverflowCause] | None = None
    """The site that it overflowed to, and why."""

    @property
    def key(self) -> tuple[float, int]:
        return (self.place, self.serial)
