"""What the router decides: imperative frozen values, to be carried out in order."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from acd.agent import AgentStatus


class RefusalCause(StrEnum):
    """Why an offer was not taken."""

    DECLINED = "declined"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    UNREACHABLE = "unreachable"
    FAILED = "failed"


class WithdrawalCause(StrEnum):
    """Why the router took an offer back."""

    NO_ANSWER = "no_answer"
    """It rang for the queue's ring timeout."""
    ABANDONED = "abandoned"
    """The caller gave up."""
    DIVERTED = "diverted"
    """The caller chose something else than to wait on."""
    MAX_WAIT = "max_wait"
    """The work had waited its longest."""
    AGENT_AWAY = "agent_away"
    """The agent set a status that takes no work."""
    UNREACHABLE = "unreachable"
    """The agent's phone is no longer registered."""
    ENGAGED = "engaged"
    """The agent took part in another call."""
    RECONFIGURED = "reconfigured"
    """The queue or the agent is gone, or they no longer fit."""
    ANSWERED_ELSEWHERE = "answered_elsewhere"
    """Another of those for whom it rang was faster."""
    WITHDRAWN = "withdrawn"
    """The work was taken out of the line."""
    BECAME_CALLBACK = "became_callback"
    """The caller hangs up, and is called back."""
    QUEUE_LEFT = "queue_left"
    """The queue closed, or nobody is logged in any more."""


class TurnedAwayCause(StrEnum):
    """Why work is refused."""

    FULL = "full"
    MAX_WAIT = "max_wait"
    NO_SUCH_QUEUE = "no_such_queue"
    QUEUE_REMOVED = "queue_removed"
    NO_AGENTS = "no_agents"
    EXPECTED_WAIT = "expected_wait"
    SERVICE_LEVEL = "service_level"
    CLOSED = "closed"


class Decision(Struct, frozen=True, tag=True, array_like=True, gc=False):
    """The root of all decisions."""


class Offer(Decision, frozen=True):
    """Ring the agent. The router withdraws the offer itself when ``ring_timeout_s`` is over."""

    work: str
    agent: str
    queue: str
    ring_timeout_s: float


class WithdrawOffer(Decision, frozen=True):
    """Stop ringing the agent; an answer that crosses this decision is hung up."""

    work: str
    agent: str
    cause: WithdrawalCause


class Connect(Decision, frozen=True):
    """Bring the work and the agent together."""

    work: str
    agent: str


class Suspend(Decision, frozen=True):
    """Put the agent's email or task aside: she has a more urgent piece of work."""

    work: str
    agent: str


class TakeUp(Decision, frozen=True):
    """Give the agent back what was put aside."""

    work: str
    agent: str


class Overflow(Decision, frozen=True):
    """Send the work to the target; it has left its queue."""

    work: str
    target: str


class Refuse(Decision, frozen=True):
    """Turn the work away; it has left its queue, or never came in."""

    work: str
    cause: TurnedAwayCause


class BecomeCallback(Decision, frozen=True):
    """Tell the caller that she keeps her place and will be called, and let her go."""

    work: str
    number: str


class DialBack(Decision, frozen=True):
    """Call the customer on behalf of the agent, who is on the line. Each ``attempt`` (from 1) is dialled once."""

    work: str
    agent: str
    number: str
    attempt: int


class PauseAgent(Decision, frozen=True):
    """The agent is on a break now, and did not ask for it."""

    agent: str
    reason: str


class TellStatus(Decision, frozen=True):
    """The agent's work is over, and the status that she asked for meanwhile holds now."""

    agent: str
    status: AgentStatus
    reason: str


class TellOverdue(Decision, frozen=True):
    """The agent's break has lasted longer than it may."""

    agent: str
    since: float
