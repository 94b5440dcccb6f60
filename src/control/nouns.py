"""The configuration as values: what operators declare, apart from how it travels (schemas) or rests (store).

Values are frozen; two that are equal mean the same configuration, so an idempotent PUT changes nothing.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from acd.model import Channel, Member, OverflowRule, Relaxation, ServiceLevel
from control.announcing.terms import Announce
from control.opening import Calendar, Hours, Site, SitePreference
from control.record_rule import RecordRule
from dialer import campaign
from pbx.routing.flow.steps import Steps
from pbx.routing.flow.text import Language
from pbx.routing.handling import NO_ANSWER_S
from pbx.routing.trunks.trunk import Trunk as Trunk
from pbx.sdp.dtmf import DtmfMode

NounName: TypeAlias = Literal[
    "skill", "agent", "queue", "route", "flow", "trunk", "music", "campaign", "site", "calendar"
]


class Skill(Struct, frozen=True):
    """Something an agent can be good at and a queue can ask for."""

    id: str
    name: str


class Forward(Struct, frozen=True):
    """Where the calls of an agent's phone go: numbers, or targets such as ``queue:support``."""

    always: str | None = None
    busy: str | None = None
    no_answer: str | None = None
    unreachable: str | None = None
    after_s: float = NO_ANSWER_S
    """Seconds of ringing that count as no answer."""

    @property
    def ways(self) -> dict[str, str]:
        """Those that are set, by when they hold."""
        every = {"always": self.always, "busy": self.busy, "no_answer": self.no_answer, "unreachable": self.unreachable}
        return {when: to for when, to in every.items() if to is not None}


class Agent(Struct, frozen=True):
    """A person who takes calls."""

    id: str
    name: str
    extension: str
    """What is dialled to reach the agent's phone, and the phone's SIP user."""
    ha1_md5: str
    """Hexadecimal MD5 of ``extension:realm:password`` (RFC 2617 section 3.2.2.2)."""
    ha1_sha256: str
    """The same by SHA-256 (RFC 7616 section 3.4.2)."""
    skills: dict[str, int] = {}
    """Skill id to level, 1 to 10."""
    site: str | None = None
    clients: tuple[str, ...] = ()
    """The client businesses the agent works for."""
    forward: Forward = Forward()
    do_not_disturb: bool = False
    """Whether the phone is silent for calls that no queue offers."""
    caller_id: str = ""
    """The number shown to those whom the agent calls outside; empty: the trunk's, else the extension."""
    dtmf: DtmfMode = DtmfMode.AUTO
    """How the agent's phones have digits."""
    supervisor: bool = False
    """Whether the agent may supervise calls of others by her phone."""
    record: RecordRule | None = None
    """Whether her calls are recorded; None says nothing."""
    capacity: dict[Channel, int] = {}
    """How many pieces of work of a channel fill her (see ``acd.channels``)."""
    max_break_s: float | None = None
    """A break that lasts longer is shown as overdue."""
    pin: str = ""
    """What is kept of the PIN for phones of others (``credentials.pin_hash``); empty where there is none."""


class RoutingRules(Struct, frozen=True):
    """The finer terms of a queue, as in ``acd.model.Queue``."""

    retry_delay_s: float = 5.0
    refused_delay_s: float | None = None
    no_answer_delay_s: float | None = None
    busy_delay_s: float | None = None
    pause_after_missed: int = 0
    wrap_up_min_s: float = 0.0
    wrap_up_max_s: float | None = None
    max_expected_wait_s: float | None = None
    resume_s: float = 0.0
    count_ivr: bool = False
    sticky_s: float = 0.0
    preferred_wait_s: float = 30.0
    vip: tuple[str, ...] = ()
    vip_priority: int = 10


class CallbackRules(Struct, frozen=True):
    """How the customer of a callback is tried, and how often."""

    attempts: int = 3
    retry_s: float = 300.0
    """Seconds between two attempts."""
    first: Literal["agent", "customer"] = "agent"
    """Whose phone rings first; while the customer's does, an agent is held free."""


class Queue(Struct, frozen=True):
    """A line of waiting calls and what an agent needs to take them."""

    id: str
    name: str
    extension: str | None = None
    requires: str = ""
    """A requirement expression over skills; empty means everyone."""
    strategy: str = "longest_idle"
    priority: int = 0
    """Each point is worth a minute of waiting, across queues."""
    service_level: ServiceLevel = ServiceLevel()
    ring_timeout_s: float = 20.0
    wrap_up_s: float = 0.0
    max_wait_s: float | None = None
    max_length: int | None = None
    overflow: OverflowRule | None = None
    client: str | None = None
    """The client business on whose behalf the queue's calls are taken; it goes into their records, and agents who work
    for named clients only serve the queue when they work for this one."""
    music: str | None = None
    """The music class that waiting callers hear; None is the house's music."""
    announce: Announce = Announce()
    record: RecordRule | None = None
    """Whether its calls are recorded; None says nothing."""
    relax: tuple[Relaxation, ...] = ()
    members: tuple[Member, ...] = ()
    sites: tuple[SitePreference, ...] = ()
    routing: RoutingRules = RoutingRules()
    hours: Hours | None = None
    """When it takes calls; None is always."""
    callback: CallbackRules = CallbackRules()


class Route(Struct, frozen=True):
    """A dialled number, or a pattern of them, and where it leads."""

    number: str
    target: str
    pin: str = ""
    """What who is led to a conference has to type first; empty for nothing."""
    tones: bool = True
    """Whether all in a conference hear that somebody comes or goes."""
    backup: str | None = None
    """The queue, as ``queue:support``, that takes calls to an agent who cannot be had in time."""
    preferred: tuple[str, ...] = ()
    """The agents whom a queue asks before all others, the first first."""
    preferred_s: float | None = None
    """How long a call waits for them, or for the agent, alone; None: as long as the queue says."""


class Flow(Struct, frozen=True):
    """An IVR flow: what a caller hears, presses and lands in."""

    id: str
    name: str
    steps: Steps
    language: Language = "en"
    """What its prompts are spoken in unless a step says otherwise."""


class Music(Struct, frozen=True):
    """A music class: tracks that waiting callers hear one after another."""

    id: str
    name: str
    tracks: tuple[str, ...]
    """Recordings without a language."""
    order: Literal["listed", "shuffled"] = "listed"
    client: str | None = None
    """The client business whose recordings go before the house's."""


class Campaign(campaign.Campaign, frozen=True):
    """A campaign as the dialer has it, and what only its surroundings want to know."""

    region: str = ""
    """ISO 3166 country of numbers without ``+`` in its lists; empty: the centre's."""
    record: RecordRule | None = None
    """Whether its calls are recorded; None says nothing."""


Noun: TypeAlias = Skill | Agent | Queue | Route | Flow | Trunk | Music | Campaign | Site | Calendar


NOUN_OF: dict[type[Noun], NounName] = {
    Skill: "skill",
    Agent: "agent",
    Queue: "queue",
    Route: "route",
    Flow: "flow",
    Trunk: "trunk",
    Music: "music",
    Campaign: "campaign",
    Site: "site",
    Calendar: "calendar",
}


def id_of(value: Noun) -> str:
    """By what a configured thing is addressed."""
    return value.number if isinstance(value, Route) else value.id


class Change(Struct, frozen=True):
    """One configured thing became ``value``; None when it was deleted."""

    noun: NounName
    id: str
    """The slug, or a route's number."""
    value: Noun | None
