"""The digits that wait to be sent to a leg by INFO, one request after the other."""

from __future__ import annotations

from collections import deque

RELAY, PLAIN = "application/dtmf-relay", "application/dtmf"
"""The kinds of body: a digit and its milliseconds in two lines, or nothing but a digit."""


class Dialling:
    """What is to be sent, and how far that is."""

    __slots__ = ("asked", "duration_ms", "kind", "resting", "waiting")

    def __init__(self) -> None:
        self.waiting: deque[tuple[str, int]] = deque()
        """Digits and pauses, each with its milliseconds."""
        self.asked = ""
        """The digit whose INFO is not answered yet."""
        self.duration_ms = 0
        """Of that digit."""
        self.resting = False
        """Whether the pause after a digit lasts."""
        self.kind = RELAY
        """What the far side takes, as far as is known."""

    @property
    def busy(self) -> bool:
        """Whether the next digit has to wait."""
        return bool(self.asked) or self.resting

    def body(self) -> bytes:
        """The body that brings the present digit."""
        text = f"Signal={self.asked}\r\nDuration={self.duration_ms}\r\n" if self.kind == RELAY else self.asked
        return text.encode()
