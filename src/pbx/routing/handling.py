"""What an extension wants done with calls to it: forwarded, when and whereto, or not at all."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from pbx.routing.diversion import Reason
from pbx.routing.numbering import Target

Destination: TypeAlias = str | Target
"""A number, led on by the numbering plan, or a target."""

NO_ANSWER_S = 20.0
"""Seconds for which a phone rings before its calls go on, unless told otherwise."""


class Handling(Struct, frozen=True):
    """The wishes of one extension; None where it has none."""

    do_not_disturb: bool = False
    """Its phones do not ring: callers find it busy."""
    always: Destination | None = None
    busy: Destination | None = None
    """Where calls go when its phones are busy, decline, or it does not want to be disturbed."""
    no_answer: Destination | None = None
    unreachable: Destination | None = None
    """Where calls go when none of its phones can be reached."""
    after_s: float = NO_ANSWER_S
    """Seconds of ringing that count as no answer, where calls go somewhere then."""

    def at_once(self) -> tuple[Reason, Destination | None] | None:
        """What becomes of a call before any phone rings: why it does not, and where it goes; None lets them ring."""
        if self.always is not None:
            return "unconditional", self.always
        if self.do_not_disturb:
            return "do-not-disturb", self.busy
        return None

    def after(self, cause: str) -> tuple[Reason, Destination] | None:
        """Where a call goes on to whose phones ended with ``cause`` (``events.LegEnded``); None refuses it."""
        ways: dict[str, tuple[Reason, Destination | None]] = {
            "busy": ("user-busy", self.busy),
            "declined": ("user-busy", self.busy),
            "no_answer": ("no-answer", self.no_answer),
            "unreachable": ("unavailable", self.unreachable),
            "failed": ("unavailable", self.unreachable),
        }
        reason, to = ways.get(cause, ("unknown", None))
        return None if to is None else (reason, to)
