"""Recordings of calls: what others may ask of the switch about them, and what it tells.

A recording is made at one leg, and follows it: what its far side says, left, and what that hears, right, whoever it
talks with, while it is held, transferred or in a conference, until it is stopped or the leg ends.
"""

from __future__ import annotations

from pbx.commands import Command
from pbx.events import Event


class StartRecording(Command, frozen=True):
    """Record a leg that is answered and not recorded yet."""

    leg: str
    recording: str
    """An id for it, chosen by the asker."""
    path: str
    """A file that is not there yet, in a folder that is."""
    note: str = ""
    """Written beside the audio, for who finds the file after a crash."""
    key: bytes | None = None
    """What seals the file: 32 octets, for this one alone."""
    beep_s: float | None = None
    """How often the leg hears a beep, in seconds; None for never."""

    def __repr__(self) -> str:
        return f"StartRecording({self.leg}, {self.recording})"  # no key in a log


class PauseRecording(Command, frozen=True):
    """Write silence from now on, or go on."""

    leg: str
    paused: bool


class StopRecording(Command, frozen=True):
    """End a leg's recording."""

    leg: str


class RecordingStarted(Event, frozen=True):
    """A leg is recorded from now on."""

    call: str
    leg: str
    recording: str


class RecordingPaused(Event, frozen=True):
    """A recording was paused, or goes on."""

    call: str
    leg: str
    recording: str
    paused: bool


class RecordingEnded(Event, frozen=True):
    """A recording is over; its file is complete. Told before the end of its call."""

    call: str
    leg: str
    recording: str
    path: str
    seconds: float
    """How long it is; 0 where nothing could be written."""
