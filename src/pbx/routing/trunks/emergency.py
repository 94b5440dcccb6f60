"""Emergency numbers: those of the home region, those known everywhere, and what the operator adds."""

from __future__ import annotations

from functools import lru_cache

import phonenumbers

EVERYWHERE = frozenset(("112", "911"))
"""Dialled by visitors in any country; 3GPP TS 22.101 section 10.1.1 has terminals know both."""
LONGEST = 6
MISSING: dict[str, tuple[str, ...]] = {"RS": ("192", "193", "194")}
"""By region, what the library's tables do not know (Serbia's police, fire brigade and ambulance)."""


class EmergencyNumbers:
    """Which dialled numbers are calls for help."""

    def __init__(self, region: str, more: tuple[str, ...] = ()) -> None:
        """``region``: ISO 3166; ``more``: numbers that the operator knows of."""
        self._region = region
        self._known = EVERYWHERE.union(MISSING.get(region, ()), more)

    def __contains__(self, number: object) -> bool:
        known = number in self._known
        return known or (isinstance(number, str) and len(number) <= LONGEST and _is_emergency(number, self._region))


@lru_cache(maxsize=4096)
def _is_emergency(number: str, region: str) -> bool:
    return number.isascii() and number.isdigit() and bool(phonenumbers.is_emergency_number(number, region))
