"""What the switch tells of calls in which more than two take part; see ``events`` for what all events have."""

from __future__ import annotations

from pbx.events import Event
from pbx.supervision import Mode


class PartyAdded(Event, frozen=True):
    """A party that was consulted, or called for that, talks with the two of a call from now on: all three hear each
    other. Who leaves them ends with cause ``left``, and ``LegsBridged`` tells who is connected then."""

    call: str
    leg: str
    """Who added it."""
    other: str
    """Who was there before."""
    added: str


class SupervisionStarted(Event, frozen=True):
    """A supervisor is with the parties of a call."""

    call: str
    leg: str
    """The supervisor's."""
    extension: str
    mode: Mode
    """``listen``, ``whisper`` or ``barge``."""


class SupervisionChanged(Event, frozen=True):
    """A supervisor is heard by others than before."""

    call: str
    leg: str
    mode: Mode


class SupervisionEnded(Event, frozen=True):
    """A supervisor has left a call, or taken it over and is a party of it."""

    call: str
    leg: str
    took_over: bool


class ConferenceJoined(Event, frozen=True):
    """Somebody is in a conference room."""

    call: str
    leg: str
    room: str


class ConferenceLeft(Event, frozen=True):
    """Somebody is in a room no more; with the last one the room is gone, and no longer locked."""

    call: str
    leg: str
    room: str


class MemberMuted(Event, frozen=True):
    """A member of a room is heard by nobody, or by all again."""

    call: str
    leg: str
    room: str
    muted: bool


class ConferenceLocked(Event, frozen=True):
    """Nobody comes into a room any more, or all may again."""

    room: str
    locked: bool
