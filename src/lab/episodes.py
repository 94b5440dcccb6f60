"""What is known of a recorded day: what was given, and who reacted to what, and when.

Of the records some were given (who called when, who logged in, what was configured), the others were reactions to what
the router had decided. An *episode* is a cue with the reactions that were recorded; what-if replays episodes where they
fit, and draws from them where they do not.
"""

from __future__ import annotations

from msgspec import Struct, field

from acd import events
from acd.journal import decode_state
from acd.router import Router
from lab.figures import Figures
from lab.survival import Observation
from lab.tracking import Cue, CueKind


class Happening(Struct, frozen=True):
    """An event of the journal, and its place there."""

    at: float
    order: float
    event: events.Event


class Episode(Struct):
    """A cue, and what was recorded of those whose word was awaited."""

    cue: Cue
    replies: list[Happening] = field(default_factory=list)
    withdrawn_at: float | None = None
    """When an offer was taken back before anybody had answered it."""
    in_vain: bool = False
    """It rang for as long as it may: nobody was there."""

    @property
    def complete(self) -> bool:
        """Whether it tells how such a cue ends."""
        return bool(self.replies) or self.in_vain or self.cue.kind is CueKind.WRAP_UP


class Wait(Struct, frozen=True):
    """What was seen of a caller's patience."""

    queue: str
    """Where she first came to."""
    seen: Observation
    until: float
    """When her wait was over."""


class Span(Struct, kw_only=True):
    """A part of the day without a gap; mostly all of it."""

    base: bytes | None
    began_at: float
    ended_at: float = 0.0
    given: list[Happening] = field(default_factory=list)
    episodes: list[Episode] = field(default_factory=list)
    clocks: dict[float, tuple[float, float]] = field(default_factory=dict)
    """When a timer was served that was due at an instant, and the order of that."""
    hung_up: dict[str, tuple[float, float]] = field(default_factory=dict)
    """When those who gave up did so, and the order of that, by work."""
    waits: dict[str, Wait] = field(default_factory=dict)
    figures: dict[str, Figures] = field(default_factory=dict)

    def router(self) -> Router:
        """A router as it stood when the span began."""
        return Router() if self.base is None else Router(decode_state(self.base))
