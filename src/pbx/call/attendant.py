"""Who attends to a leg that the switch itself talks to: an IVR flow, a mailbox.

A leg has one attendant at most. It is let go when the leg ends, is taken to another target or is bridged.
"""

from __future__ import annotations

from typing import Protocol

from pbx.asking import Answering


class Attendant(Protocol):
    """Hears what a leg does; ``now`` is the endpoint's clock."""

    def digit_pressed(self, digit: str, now: float) -> None:
        """The far side pressed ``0``-``9``, ``*``, ``#`` or ``A``-``D``."""

    def clips_ended(self, now: float) -> None:
        """The clips that were played to it were heard to their end."""

    def answered(self, answer: Answering, now: float) -> None:
        """A question of its was answered, or one that it has given up."""

    def partner_failed(self, cause: str, now: float) -> None:
        """The phone that was rung for it did not answer; ``cause`` as in ``events.LegEnded``."""

    def dismissed(self, now: float) -> None:
        """The leg is over or goes elsewhere; nothing more is heard of it. Told once."""
