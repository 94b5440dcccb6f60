"""Voicemail on the wire."""

from __future__ import annotations

from pydantic import Field

from control.schemas.common import Declared, Instant, Shown


class VoicemailShown(Shown):
    """A message; its sound is at `/voicemails/{id}/audio`."""

    id: str
    box: str
    caller: str
    caller_name: str
    left_at: Instant
    seconds: float
    heard: bool


class VoicemailChanged(Declared):
    """What may be changed of it."""

    heard: bool


class MailboxShown(Shown):
    """A box and how many messages it holds."""

    box: str
    new: int = Field(description="Not heard yet.")
    old: int
