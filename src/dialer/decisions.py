"""What the dialer decides: imperative frozen values, to be carried out in order."""

from __future__ import annotations

from msgspec import Struct

from dialer.attempt import Attempt
from dialer.campaign import Run
from dialer.compliance.verdict import Permit, Refusal
from dialer.lead import Lead


class Decision(Struct, frozen=True, tag=True):
    """The root of all decisions."""


class FetchLeads(Decision, frozen=True):
    """Answer with ``LeadsFetched``: the next leads that are due, but those the dialer has at hand."""

    campaign: str
    limit: int
    owned_by: tuple[str, ...] = ()
    """Agents who are free, and whose own callbacks come first."""


class Dial(Decision, frozen=True):
    """Write the attempt down, then call its number; it rings for ``max_ring_s`` at most."""

    attempt: Attempt
    permit: Permit
    max_ring_s: float
    listen: bool
    """Whether to tell what is heard of the called party."""


class Refuse(Decision, frozen=True):
    """Note why a lead is not dialled; ``lead`` says what becomes of it."""

    lead: Lead
    number: str
    trigger: str
    refusal: Refusal


class Queue(Decision, frozen=True):
    """Let the party wait for an agent of the queue."""

    attempt: str
    queue: str


class Play(Decision, frozen=True):
    """Let the party hear a prompt, out of its queue if it waits there; ``AttemptPlayed`` follows."""

    attempt: str
    prompt: str
    """A prompt's name; ``drop`` is the sentence of our own."""


class HangUp(Decision, frozen=True):
    """End the party's leg; ``AttemptEnded`` follows."""

    attempt: str


class ForbidCalls(Decision, frozen=True):
    """The party wants no more calls: its number goes to the list of the campaign's client."""

    attempt: str
    number: str


class Close(Decision, frozen=True):
    """The attempt is over, and written down; ``lead`` is what it made of the lead."""

    attempt: Attempt
    lead: Lead


class ShowLead(Decision, frozen=True):
    """Let an agent look at a lead until she dials or skips it, or ``until`` has come and it is dialled."""

    agent: str
    lead: Lead
    until: float


class HideLead(Decision, frozen=True):
    """The agent is not shown her lead any more."""

    agent: str


class PutBack(Decision, frozen=True):
    """A lead that was at hand is not dialled now: ``lead`` says when it is due."""

    lead: Lead


class SetRun(Decision, frozen=True):
    """A campaign came to its end by itself."""

    campaign: str
    run: Run
    why: str
