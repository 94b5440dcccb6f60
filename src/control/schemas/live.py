"""The live figures of queues and agents, as shown and as told."""

from __future__ import annotations

from pydantic import Field

from acd.agent import AgentState, AgentStatus
from acd.model import Channel
from control.schemas.call import LiveCall
from control.schemas.common import Instant, Shown
from control.schemas.conference import ConferenceLive
from control.schemas.dialing import CampaignLive
from control.schemas.trunk import TrunkLive
from control.schemas.work import WorkShown


class ExpectedWait(Shown):
    """How long a caller who came now would wait: half of them less than ``p50`` seconds, 80 % less than ``p80``."""

    p50: float | None
    p80: float | None


class EstimateScore(Shown):
    """The shares (0 to 1) of ``calls`` that waited no longer than ``p50`` and ``p80`` had been when they came."""

    calls: int = 0
    within_p50: float | None = None
    within_p80: float | None = None


class QueueLive(Shown):
    """A queue now. Counts are since the centre's first start, or since the queue was declared."""

    id: str
    name: str
    waiting: int
    longest_wait_s: float
    agents_available: int
    agents_busy: int
    offered: int
    answered: int
    abandoned: int
    service_level: float | None = Field(
        description="The share (0 to 1) of calls answered within the queue's threshold; null before the first one."
    )
    ewt_s: ExpectedWait
    ewt_score: EstimateScore = Field(default_factory=EstimateScore, description="How good such estimates were so far.")
    agents_logged_in: int = 0
    open: bool = Field(default=True, description="Whether the queue is within its hours.")
    next_change_at: Instant | None = Field(
        default=None, description="When it opens or closes next; null: not within a year, or never."
    )


class Unavailable(Shown):
    """What keeps work from an agent."""

    rule: str = Field(description="As in `/agents/{id}/why-idle`, such as `status`, `unreachable` or `working`.")
    detail: str
    since: Instant | None


class WorkAtHand(Shown):
    """A piece of work that an agent is offered, or has; `GET /work` has what it is about."""

    id: str
    queue: str
    channel: Channel
    state: AgentState
    suspended: bool = Field(description="Whether it was put aside for something more urgent.")


class AgentLive(Shown):
    """An agent now."""

    id: str
    name: str
    extension: str
    phone: str = Field(default="", description="The extension of the phone at which the agent works.")
    status: AgentStatus = Field(description="What the agent wants.")
    reason: str
    state: AgentState = Field(description="What the work does.")
    since: Instant = Field(description="When the state began.")
    reachable: bool = Field(description="Whether the agent's phone is registered, where she takes work by telephone.")
    call: str | None = Field(default=None, description="The call the agent is in, or is offered.")
    work: list[WorkAtHand] = Field(default_factory=list, description="All that the agent is offered, or has.")
    pending: AgentStatus | None = Field(default=None, description="The status the agent has when this work is over.")
    overdue: bool = Field(default=False, description="Whether the agent's break has lasted longer than it may.")
    unavailable: Unavailable | None = Field(
        default=None, description="What keeps work from the agent, such as a phone that is not registered; or null."
    )


class BreakOverdue(Shown):
    """A break has lasted its longest."""

    agent: str
    reason: str
    since: Instant
    max_break_s: float


class Snapshot(Shown):
    """Everything live at one moment."""

    queues: list[QueueLive]
    agents: list[AgentLive]
    calls: list[LiveCall]
    trunks: list[TrunkLive] = Field(default_factory=list)
    conferences: list[ConferenceLive] = Field(default_factory=list)
    work: list[WorkShown] = Field(default_factory=list, description="Chats, e-mails and tasks that are not done.")
    campaigns: list[CampaignLive] = Field(default_factory=list)
