"""What a call costs: the rate of the longest prefix, by the second."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct


class Rate(Struct, frozen=True):
    """The price that applies to a number."""

    prefix: str
    per_minute: float


def rate_of(rates: Mapping[str, float], e164: str) -> Rate | None:
    """The rate of an E.164 number (with ``+``); None where none applies."""
    digits = e164.removeprefix("+")
    for length in range(len(digits), -1, -1):
        price = rates.get(digits[:length])
        if price is not None:
            return Rate(digits[:length], price)
    return None
