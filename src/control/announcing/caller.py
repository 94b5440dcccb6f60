"""One waiting caller: what is heard next, and when.

    MUSIC ---something is due---> MUSIC, being made ---made---> SPEAKING ---heard, or a digit---> MUSIC

Events and ``now`` (seconds) come in, what is to be done goes out. While something is being made the music goes on, and
afterwards it goes on where it was. Each caller hears the music from its own beginning: its frames are encoded once for
all, so one stream for all of them would save nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from control.announcing.terms import CHIME, Announce, Comfort, Recurring
from control.announcing.words import PlaceInLine, Remark, wait_ahead

MUSIC = ("music",)
"""What is heard where a queue names no music, or none that can be played."""
TOO_SHORT_S = 0.1
"""A track that is over sooner could not be played."""
UNKNOWN_S = 2.0
"""How soon a place is asked for again that was not known yet: the router hears of a call a moment later."""


class Standing(Struct, frozen=True):
    """Where a caller stands in the line."""

    position: int | None = None
    """1 is next; None while it is not known."""
    expected_wait_s: float | None = None
    """None while there is no estimate."""


class Make(Struct, frozen=True):
    """Find the clips that say this; ``WaitingCaller.made`` takes them."""

    number: int
    remarks: tuple[Remark, ...]


class Hear(Struct, frozen=True):
    """Play this instead of what plays now."""

    clips: tuple[str, ...]
    loop: bool = False
    from_s: float = 0.0


class Leave(Struct, frozen=True):
    """The caller chose to go elsewhere."""

    target: str


Action = Make | Hear | Leave


class WaitingCaller:
    """What one caller hears from entering a queue to leaving it."""

    def __init__(self, terms: Announce, tracks: tuple[str, ...], now: float, *, greeted: bool = False) -> None:
        """``tracks`` is the music in this caller's order; ``greeted`` leaves the house's own chime out."""
        self._terms = terms
        self._tracks = tracks
        self._track = 0
        self._track_from = now
        """When the present track began, or would have, had it not been interrupted."""
        self._played_from = now
        """When it was last begun or gone on with."""
        self._fruitless = 0
        self._speaking = False
        self._asked = 0
        self._open = 0
        """The number of what is being made; 0 for nothing."""
        self._quiet_until = now
        self._greeted = greeted
        self._comforted = 0
        self._said: dict[str, Remark] = {}
        every: dict[str, Recurring | Comfort | None] = {
            "position": terms.position,
            "expected_wait": terms.expected_wait,
            "comfort": terms.comfort,
        }
        self._recurring = {kind: one for kind, one in every.items() if one is not None}
        self._due = {kind: now + one.first_after_s for kind, one in self._recurring.items()}

    @property
    def wake_at(self) -> float | None:
        """When ``woke`` has something to do; None until something else has happened."""
        if self._speaking or self._open or not self._due:
            return None
        return max(min(self._due.values()), self._quiet_until)

    def begin(self, now: float) -> list[Action]:
        """The caller has entered the queue."""
        greeting = self._terms.greeting
        if greeting is None or (self._greeted and greeting == CHIME):
            return [self._music(now)]
        return [self._music(now), self._make((greeting,))]

    def woke(self, now: float, standing: Standing) -> list[Action]:
        """It is time to say something, unless nothing has changed."""
        if (wake_at := self.wake_at) is None or now < wake_at:
            return []
        remarks = tuple(self._remarks(now, standing))
        return [self._make(remarks)] if remarks else []

    def made(self, number: int, clips: tuple[str, ...], now: float) -> list[Action]:
        """The clips for what was to be said; none where it cannot be. Those that nobody waits for are left out."""
        if number != self._open:
            return []
        self._open = 0
        if not clips:
            return []
        if not self._speaking:
            self._speaking = True
            self._track_from -= now  # how far the music had come, below zero
        return [Hear(clips)]

    def ended(self, now: float) -> list[Action]:
        """What played has been heard to its end."""
        if self._speaking:
            return [self._resume(now)]
        if len(self._tracks) == 1:
            return []
        self._fruitless = self._fruitless + 1 if now - self._played_from < TOO_SHORT_S else 0
        if self._fruitless >= len(self._tracks):
            self._tracks = MUSIC
        self._track = (self._track + 1) % len(self._tracks)
        self._track_from = now
        return [self._music(now)]

    def pressed(self, digit: str, now: float) -> list[Action]:
        """A digit: it ends what is being said, and may lead elsewhere."""
        self._open = 0
        actions: list[Action] = [self._resume(now)] if self._speaking else []
        target = self._terms.interrupt.get(digit)
        return [*actions, Leave(target)] if target is not None else actions

    def _resume(self, now: float) -> Hear:
        self._speaking = False
        self._quiet_until = now + self._terms.min_gap_s
        self._track_from += now
        return self._music(now)

    def _music(self, now: float) -> Hear:
        self._played_from = now
        return Hear(self._tracks[self._track :][:1], len(self._tracks) == 1, round(now - self._track_from, 2))

    def _make(self, remarks: tuple[Remark, ...]) -> Make:
        self._asked += 1
        self._open = self._asked
        return Make(self._open, remarks)

    def _remarks(self, now: float, standing: Standing) -> Iterator[Remark]:
        """What is due, of each kind what it says now."""
        for kind, terms in self._recurring.items():
            if self._due[kind] > now:
                continue
            self._due[kind] = now + terms.every_s
            remark: Remark | None = None
            if isinstance(terms, Comfort):
                remark = terms.messages[self._comforted % len(terms.messages)]
                self._comforted += 1
            elif kind == "expected_wait":
                remark = None if standing.expected_wait_s is None else wait_ahead(standing.expected_wait_s)
            elif standing.position is not None:
                remark = PlaceInLine(standing.position)
            else:
                self._due[kind] = now + UNKNOWN_S
            told = isinstance(terms, Recurring) and terms.when == "changed" and remark == self._said.get(kind)
            if remark is not None and not told:
                self._said[kind] = remark
                yield remark
