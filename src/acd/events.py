"""What the router is told: past-tense frozen values, journaled in the order in which they were decided upon.

An event about something that is over (an offer that no longer stands, work that left, an agent that was removed) is
stale: it changes nothing. The instant at which an event is decided travels beside it, see ``journal.Record``.
"""

from __future__ import annotations

from msgspec import Struct

from acd.agent import AgentStatus
from acd.decisions import RefusalCause
from acd.model import AgentProfile, Queue, WorkItem


class Event(Struct, frozen=True, tag=True, array_like=True, gc=False):
    """The root of all events. Like decisions and records they name each other by id and are in no circle: the garbage
    collector (``gc``) need not look at them."""


class QueueDeclared(Event, frozen=True):
    """A queue was configured, or configured anew: waiting work is measured by the new terms at once."""

    queue: Queue


class QueueRemoved(Event, frozen=True):
    """A queue is gone; its waiting work is refused, its connected work runs on."""

    queue: str


class QueueOpened(Event, frozen=True):
    """A queue's hours began or ended."""

    queue: str
    open: bool


class SiteOpened(Event, frozen=True):
    """A site's hours began or ended: agents of a closed one serve no queue. A site that was never named is open."""

    site: str
    open: bool


class AgentDeclared(Event, frozen=True):
    """An agent was configured (anew); her status, her state and her work are kept."""

    agent: AgentProfile


class AgentRemoved(Event, frozen=True):
    """An agent is gone; an offer to her is withdrawn, connected work runs on."""

    agent: str


class AgentStatusSet(Event, frozen=True):
    """An agent logged in or out, paused, came back; ``after_work``: when her present work is over."""

    agent: str
    status: AgentStatus
    reason: str = ""
    after_work: bool = False
    phone: str | None = None
    """Another phone than her own, at which she works until she logs out; empty: her own; None: where she is."""


class AgentReachable(Event, frozen=True):
    """An agent's phone registered, or its last registration ended."""

    agent: str
    reachable: bool


class AgentEngaged(Event, frozen=True):
    """An agent began or ended a call that the distributor did not give her."""

    agent: str
    engaged: bool


class WorkArrived(Event, frozen=True):
    """Work looks for an agent. An id that is already here is stale."""

    work: WorkItem


class WorkAbandoned(Event, frozen=True):
    """The caller gave up. A callback goes on waiting: its caller is not on the line."""

    work: str


class WorkDiverted(Event, frozen=True):
    """The caller chose something else than to wait on, such as voicemail, or the customer of a callback who was dialled
    is led elsewhere. Work that is connected by then stays so."""

    work: str
    to: str
    """A target as in ``OverflowRule``."""


class WorkReprioritised(Event, frozen=True):
    """Work that waits was given another priority."""

    work: str
    priority: int


class WorkWithdrawn(Event, frozen=True):
    """Work that waits is no longer to be done, such as a callback that was called off."""

    work: str


class WorkHeld(Event, frozen=True):
    """Connected work was put on hold, or taken back."""

    work: str
    held: bool


class WorkEnded(Event, frozen=True):
    """Connected work is over; the agent's wrap-up begins. Work that still waited counts as abandoned."""

    work: str


class CallbackRequested(Event, frozen=True):
    """A caller who waits would rather be called back: at ``number`` (empty: where she called from), at her turn or
    from ``not_before`` on."""

    work: str
    number: str = ""
    not_before: float | None = None


class CallbackConnected(Event, frozen=True):
    """The customer of a callback answered."""

    work: str


class CallbackFailed(Event, frozen=True):
    """The customer of a callback was not reached."""

    work: str


class OfferRinging(Event, frozen=True):
    """The agent's phone rings."""

    work: str
    agent: str


class OfferAccepted(Event, frozen=True):
    """The agent answered."""

    work: str
    agent: str


class OfferRefused(Event, frozen=True):
    """The agent, or her phone, did not take the offer; the work moves on."""

    work: str
    agent: str
    cause: RefusalCause


class WrapUpEnded(Event, frozen=True):
    """The agent is done with her wrap-up before its time; ``forced``: a supervisor says so."""

    agent: str
    forced: bool = False


class WrapUpExtended(Event, frozen=True):
    """The agent needs more time for her wrap-up."""

    agent: str
    by_s: float


class ChanceSeeded(Event, frozen=True):
    """What draws depend on from now on."""

    seed: int


class ClockReached(Event, frozen=True):
    """The instant of ``Router.next_timer`` has come."""


AnyEvent = (
    QueueDeclared
    | QueueRemoved
    | QueueOpened
    | SiteOpened
    | AgentDeclared
    | AgentRemoved
    | AgentStatusSet
    | AgentReachable
    | AgentEngaged
    | WorkArrived
    | WorkAbandoned
    | WorkDiverted
    | WorkReprioritised
    | WorkWithdrawn
    | WorkHeld
    | WorkEnded
    | CallbackRequested
    | CallbackConnected
    | CallbackFailed
    | OfferRinging
    | OfferAccepted
    | OfferRefused
    | WrapUpEnded
    | WrapUpExtended
    | ChanceSeeded
    | ClockReached
)
