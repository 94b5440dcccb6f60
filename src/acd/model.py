"""The distributor's nouns: what was configured, and the work that arrives.

Times are seconds since the epoch (float), durations are seconds and end in ``_s``. Everything here is a frozen value;
what changes while the centre runs lives in ``records``.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Channel(StrEnum):
    """By what work comes; what an agent can do of each at a time is in ``channels``."""

    __hash__ = str.__hash__

    VOICE = "voice"
    CHAT = "chat"
    EMAIL = "email"
    CALLBACK = "callback"
    """A customer to be called: at the place that the call had in line, or at an appointed time."""
    TASK = "task"
    """Back-office work."""


class OverflowCause(StrEnum):
    """What sends work to a queue's overflow target: on its way in, or (those marked so) out of the line as well."""

    MAX_WAIT = "max_wait"
    """The longest wait is over (out of the line)."""
    FULL = "full"
    NO_AGENTS = "no_agents"
    """Nobody who qualifies is logged in; out of the line when the last one logs out."""
    EXPECTED_WAIT = "expected_wait"
    """Half of those who came now would wait longer than ``max_expected_wait_s``."""
    SERVICE_LEVEL = "service_level"
    """The service level is missed at present, and who came now would not be answered in time."""
    CLOSED = "closed"
    """Outside of the queue's hours; out of the line when it closes. What needs nobody on the line waits."""


class OverflowRule(Struct, frozen=True):
    """Where work goes that its queue cannot serve."""

    to: str
    """A target as routes name them, e.g. ``queue:sales`` or ``agent:ana``; opaque to the distributor, except for
    ``callback``: the work keeps its place, and its customer is called when it is due; and for ``site:x``: it stays in
    line, and agents of that site are asked as well from then on."""
    when: tuple[OverflowCause, ...] = (OverflowCause.MAX_WAIT, OverflowCause.FULL)

    @property
    def site(self) -> str | None:
        """The site that work overflows to; None where it goes elsewhere."""
        return self.to.removeprefix(SITE_TARGET) if self.to.startswith(SITE_TARGET) else None


CALLBACK_TARGET = "callback"
SITE_TARGET = "site:"


class ServiceLevel(Struct, frozen=True):
    """The promise of a queue: the share of calls (``target``, 0-1) to be answered within ``threshold_s``."""

    threshold_s: float = 20.0
    target: float = 0.8


class Relaxation(Struct, frozen=True):
    """Who may take work, too, once it has waited for ``after_s`` (bullseye routing: the ring grows)."""

    after_s: float
    requires: str


class Member(Struct, frozen=True):
    """An agent who serves a queue by name, whatever her skills."""

    agent: str
    tier: int = 0
    """Agents of a higher tier are asked when nobody of a lower one is free; whoever is no member is in tier 0."""
    weight: int = 1
    """Her share under ``weighted_random``."""


class SitePreference(Struct, frozen=True):
    """A site whose agents serve a queue; of those who are free, the sites listed first come first."""

    site: str
    after_s: float = 0.0
    """Its agents are asked once work has waited this long (spill-over)."""
    rank: int | None = None
    """Sites of one rank are preferred alike, a lower rank goes first; None is the place in the list."""


class Queue(Struct, frozen=True):
    """A queue as it was configured."""

    id: str
    requires: str = ""
    """A requirement expression (see ``requirement``); empty admits every agent, or the members where there are any."""
    strategy: str = "longest_idle"
    priority: int = 0
    """Added to the priority of its work: each point is worth ``places.PRIORITY_S`` seconds of waiting."""
    service_level: ServiceLevel = ServiceLevel()
    ring_timeout_s: float = 20.0
    wrap_up_s: float = 0.0
    retry_delay_s: float = 5.0
    """How long an agent who refused or missed an offer of this queue is left alone before the next one."""
    max_wait_s: float | None = None
    """Waiting in this queue ends after this time, in the overflow target or refused; None waits for ever."""
    max_length: int | None = None
    """Work that finds this many waiting and no agent free is turned away; None is unbounded."""
    overflow: OverflowRule | None = None
    relax: tuple[Relaxation, ...] = ()
    members: tuple[Member, ...] = ()
    sites: tuple[SitePreference, ...] = ()
    """Only agents of these sites serve, and those of a site that it overflows to; empty: those of all."""
    client: str = ""
    """The client business; agents who work for named clients only serve it when they work for this one."""
    wrap_up_min_s: float = 0.0
    """An agent cannot end her wrap-up before this time; a supervisor can."""
    wrap_up_max_s: float | None = None
    """How long a wrap-up may become when it is extended; None: as long as is asked for."""
    refused_delay_s: float | None = None
    """In place of ``retry_delay_s`` after an offer that was declined."""
    no_answer_delay_s: float | None = None
    busy_delay_s: float | None = None
    pause_after_missed: int = 0
    """After this many offers in a row that rang in vain, the agent is on a break; 0 never."""
    max_expected_wait_s: float | None = None
    """Work that finds nobody free and would wait longer is turned away."""
    resume_s: float = 0.0
    """Who gave up and comes back within this time has the old place."""
    count_ivr: bool = False
    """Whether the time that the customer spent before the queue counts as time waited."""
    sticky_s: float = 0.0
    """Who comes back within this time is first offered to the agent who served last."""
    preferred_wait_s: float = 30.0
    """How long work waits for that agent alone."""
    vip: tuple[str, ...] = ()
    """Callers, or the beginnings of their numbers, who have priority."""
    vip_priority: int = 10
    callback_attempts: int = 3
    callback_retry_s: float = 300.0


class AgentProfile(Struct, frozen=True):
    """An agent as configured."""

    id: str
    name: str = ""
    skills: dict[str, int] = {}
    """Levels of 1 to 10 by skill."""
    site: str = ""
    clients: tuple[str, ...] = ()
    """The clients she works for; empty: all."""
    capacity: dict[Channel, int] = {}
    """How many pieces of work of a channel fill her; what is not named is as in ``channels.CAPACITY``."""
    max_break_s: float | None = None
    """A break that lasts longer is told."""


class WorkItem(Struct, frozen=True, gc=False):
    """A piece of work that looks for an agent, such as a call."""

    id: str
    queue: str
    arrived_at: float
    """When the customer came; it orders the line and is kept when the work moves on to another queue."""
    caller: str = ""
    channel: Channel = Channel.VOICE
    priority: int = 0
    """Each point is worth ``places.PRIORITY_S`` seconds of waiting."""
    preferred: tuple[str, ...] = ()
    """Agents who are asked before all others, whether or not they qualify; the first comes first."""
    preferred_s: float = 0.0
    """How long the work waits for one of them alone, while any is logged in; its queue serves it from then on."""
    ivr_s: float = 0.0
    """What the customer spent in menus and the like before ``arrived_at``."""
    due_at: float | None = None
    """When a task has to be done; it orders the line in place of ``arrived_at``."""
    not_before: float | None = None
    """When a scheduled callback begins to look for an agent."""
    number: str = ""
    """Whom a callback is for; empty: ``caller``."""
