"""One attempt to reach a lead: from the decision to dial until its line is free again.

dialling ──rang──► ringing ──answered──► judging ──a person──► queued ──► connected
    └───────┬─────────┘                     │                     └──► parting   (nobody was there in time)
            │                               ├──a machine──► leaving (after the beep)
            ▼                               └──no agents wanted──► announcing
          over  ◄──────────────────────────────  every stage ends here
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from dialer.detecting.detector import Detector
from dialer.detecting.message_cue import MessageCue
from dialer.detecting.verdict import Verdict
from dialer.lead import Lead
from dialer.outcome import Outcome


class Stage(StrEnum):
    """Where an attempt stands."""

    __hash__ = str.__hash__

    DIALLING = "dialling"
    RINGING = "ringing"
    JUDGING = "judging"
    """Answered; whether by a person is not known yet."""
    QUEUED = "queued"
    """A person waits for an agent."""
    CONNECTED = "connected"
    PARTING = "parting"
    """A person hears that nobody was there."""
    LEAVING = "leaving"
    """A machine hears our message, or its beep is waited for."""
    ANNOUNCING = "announcing"
    """A person hears the announcement."""
    ENDING = "ending"
    """We hung up; the end of the leg has not been told yet."""


UNANSWERED = frozenset({Stage.DIALLING, Stage.RINGING})
RINGS_ON = UNANSWERED | {Stage.JUDGING}
"""Whether the call needs an agent is not known yet."""


class Attempt(Struct):
    """What is known of one attempt; instants are seconds since the epoch."""

    id: str
    """Also the call's."""
    campaign: str
    lead: Lead
    number: str
    caller_id: str
    trigger: str
    """What asked for it: ``predictive``, ``preview:ana`` ..."""
    dialled_at: float
    agent: str = ""
    """Who is on the line first, or was connected."""
    agent_first: bool = False
    """Whether her phone rings before the called party's does."""
    stage: Stage = Stage.DIALLING
    rang_at: float | None = None
    answered_at: float | None = None
    greeting_ended_at: float | None = None
    queued_at: float | None = None
    connected_at: float | None = None
    dropped_at: float | None = None
    """When the party was told that nobody was there."""
    abandoned: bool = False
    """No agent was there within two seconds of the end of the greeting."""
    offered: bool = False
    """An agent's phone rings for it."""
    detector: Detector | None = None
    cue: MessageCue | None = None
    """Says when a message may begin, on a machine."""
    verdict: Verdict | None = None
    outcome: Outcome | None = None
    """Known before the line is free where we ended it."""
    pressed: str = ""
    due_at: float | None = None
    """When its stage has to be looked at again."""
