"""What a switch holds and has counted, at one moment."""

from __future__ import annotations

from msgspec import Struct


class SwitchFigures(Struct, frozen=True):
    """What the switch holds now."""

    calls: int
    legs: int
    ports_in_use: int
    transactions: int
    dialogs: int
    registrations: int
    """Extensions with a reachable phone."""
    messages_received: int
    messages_sent: int
    unreadable: int
    failures: int
    banned: int
    turned_away: int
    """Messages that the guard did not let in."""
