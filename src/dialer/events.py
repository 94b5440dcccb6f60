"""What the dialer is told: past-tense frozen values. An event about an attempt that is over changes nothing."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from dialer.campaign import Campaign, Run
from dialer.detecting.sounds import Sound
from dialer.lead import Lead
from dialer.outcome import Outcome


class Activity(StrEnum):
    """What an agent does, as far as pacing wants to know."""

    __hash__ = str.__hash__

    IDLE = "idle"
    TALKING = "talking"
    """Or on the way there: her phone rings."""
    WRAP_UP = "wrap_up"
    AWAY = "away"


class Event(Struct, frozen=True, tag=True):
    """The root of all events."""


class CampaignDeclared(Event, frozen=True):
    """A campaign was configured (anew), and dials or does not."""

    campaign: Campaign
    run: Run


class CampaignRemoved(Event, frozen=True):
    """A campaign is gone; its calls under way run on."""

    campaign: str


class LeadsFetched(Event, frozen=True):
    """The answer to ``FetchLeads``."""

    campaign: str
    leads: tuple[Lead, ...]
    next_due: float | None = None
    """Where there were fewer than asked for: when the next one is due; None where none ever is."""


class AgentSeen(Event, frozen=True):
    """An agent does something else now, or serves other queues."""

    agent: str
    activity: Activity
    since: float
    queues: frozenset[str]


class LeadsCame(Event, frozen=True):
    """A campaign's list is another one than it was: an import, a callback, a change by hand."""

    campaign: str


class AgentGone(Event, frozen=True):
    """An agent was removed."""

    agent: str


class LinesCounted(Event, frozen=True):
    """So many more calls could go out at present; None is any number."""

    free: int | None


class ServiceLevelSeen(Event, frozen=True):
    """The present service level (0-1) of a queue of inbound work; None where it had none lately."""

    queue: str
    level: float | None


class AttemptRang(Event, frozen=True):
    """The called phone rings."""

    attempt: str


class AttemptAnswered(Event, frozen=True):
    """Somebody, or something, took the call."""

    attempt: str


class AttemptHeard(Event, frozen=True):
    """A sound of the called party, before or after the answer."""

    attempt: str
    sound: Sound


class AttemptOffered(Event, frozen=True):
    """An agent's phone rings for the party, or does so no more."""

    attempt: str
    offered: bool


class AttemptConnected(Event, frozen=True):
    """The party and an agent hear each other."""

    attempt: str
    agent: str


class AttemptPlayed(Event, frozen=True):
    """What was played to the party was heard to its end."""

    attempt: str


class DigitPressed(Event, frozen=True):
    """The party pressed a key."""

    attempt: str
    digit: str


class AttemptEnded(Event, frozen=True):
    """The party's line is free again; ``outcome`` says what that means where nobody answered."""

    attempt: str
    outcome: Outcome


class AttemptNotMade(Event, frozen=True):
    """An attempt was not dialled after all, as its lead is somebody else's by now, or could not be written down."""

    attempt: str


class PreviewAnswered(Event, frozen=True):
    """An agent dials the lead that she was shown, or skips it."""

    agent: str
    dials: bool


class DialAsked(Event, frozen=True):
    """An agent wants to call a lead herself; she is on the line first."""

    lead: Lead
    agent: str


class LeadConverted(Event, frozen=True):
    """Conversations of a campaign ended in what the campaign is for: one, or all those of before a restart."""

    campaign: str
    count: int = 1


class ClockReached(Event, frozen=True):
    """The instant of ``Dialer.next_timer`` has come."""
