"""The distributor's nouns: what was configured, and the work that arrives.

Times are seconds since the epoch (float), durations are seconds and end in ``_s``. Everything here is a frozen value;
what changes while the centre runs lives in ``records``.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class OverflowCause(StrEnum):
    """What sends work to a queue's overflow target."""

    MAX_WAIT = "max_wait"
    FULL = "full"


class OverflowRule(Struct, frozen=True):
    """Where work goes that its queue cannot serve."""

    to: str
    """A target as routes name them, e.g. ``queue:sales`` or ``agent:ana``; opaque to the distributor."""
    when: tuple[OverflowCause, ...] = (OverflowCause.MAX_WAIT, OverflowCause.FULL)


class ServiceLevel(Struct, frozen=True):
    """The promise of a queue: the share of calls (``target``, 0-1) to be answered within ``threshold_s``."""

    threshold_s: float = 20.0
    target: float = 0.8


class Queue(Struct, frozen=True):
    """A queue as it was configured."""

    id: str
    requires: str = ""
    """A requirement expression (see ``requirement``); empty admits every agent."""
    strategy: str = "longest_idle"
    priority: int = 0
    """Added to the priority of its work; the higher sum is served first, by agents who share several queues."""
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


class AgentProfile(Struct, frozen=True):
    """An agent as configured."""

    id: str
    name: str = ""
    skills: dict[str, int] = {}
    """Levels of 1 to 10 by skill."""
    site: str = ""
    clients: tuple[str, ...] = ()


class WorkItem(Struct, frozen=True):
    """A piece of work that looks for an agent, such as a call."""

    id: str
    queue: str
    arrived_at: float
    """When the customer came; it orders the line and is kept when the work moves on to another queue."""
    caller: str = ""
    channel: str = "voice"
    priority: int = 0
    """Higher is served first."""
