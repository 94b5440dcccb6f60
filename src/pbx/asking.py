"""What the switch asks while it attends to a leg, and the answers that it takes.

A question is an event with a number (``ask``); its answer is a command that names the same leg and number. One that
comes too late is ignored: nobody is kept waiting for long, so a question may also be left unanswered.
"""

from __future__ import annotations

from msgspec import Struct

from pbx.commands import Command
from pbx.events import Event


class Question(Event, frozen=True):
    """The root of all questions."""

    call: str
    leg: str
    ask: int


class Answering(Command, frozen=True):
    """The root of all answers."""

    leg: str
    ask: int


class Wording(Struct, frozen=True):
    """One thing to be said."""

    text: str = ""
    clip: str = ""
    """The name of a recorded file that goes before the text, where there is one for the language; where there is no
    text, of any clip as ``commands.Play`` knows it."""


class PromptsAsked(Question, frozen=True):
    """Which clips say these words?"""

    language: str
    wordings: tuple[Wording, ...]


class PromptsReady(Answering, frozen=True):
    """What to play: clips as ``commands.Play`` knows them; none where nothing can be said."""

    clips: tuple[str, ...]


class Message(Struct, frozen=True):
    """A voicemail message."""

    id: str
    path: str
    caller: str
    at: float
    """Seconds since the epoch."""
    heard: bool


class MailboxAsked(Question, frozen=True):
    """What messages does the owner of this phone have?"""

    account: str
    """The extension that proved to be hers."""


class MailboxOpened(Answering, frozen=True):
    """Her messages in the order in which they are to be heard."""

    box: str
    messages: tuple[Message, ...]


class LookupAsked(Question, frozen=True):
    """What does another system answer to this HTTP request?"""

    method: str
    url: str
    headers: dict[str, str]
    body: str
    """JSON for a POST, else empty."""
    timeout_s: float


class LookupAnswered(Answering, frozen=True):
    """The body of a good answer; None where there was none in time, or none that may be used."""

    body: bytes | None
