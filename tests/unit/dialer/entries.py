"""Entries of the ledger for tests."""

from __future__ import annotations

from typing import Any

from dialer.ledger import PERMITTED, Entry
from dialer.outcome import Outcome


def entry(id: str = "a1", **fields: Any) -> Entry:
    """An attempt that an agent took in time, unless fields say otherwise."""
    plain: dict[str, Any] = {
        "campaign": "spring",
        "lead": 7,
        "number": "+381112345678",
        "verdict": PERMITTED,
        "decided_at": 1_795_690_800.0,
        "client": "acme",
        "trigger": "predictive",
        "zone": "Europe/Belgrade",
        "local_time": "2026-11-26T12:00:00+01:00",
        "number_key": "00112233445566778899aabbccddeeff",
        "number_end": "5678",
        "dialled_at": 1_795_690_800.25,
        "answered_at": 1_795_690_812.5,
        "ended_at": 1_795_690_900.0,
        "seconds_to_connect": 0.4,
        "outcome": Outcome.CONNECTED,
    }
    return Entry(id=id, **(plain | fields))
