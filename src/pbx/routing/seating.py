"""Who sits where: a person's calls go to, and come from, the phone at which she works, be it her own or another's."""

from __future__ import annotations

from collections.abc import Mapping


class Seating:
    """Which phone rings for a number, and as whose number a phone calls; both are extensions."""

    def __init__(self) -> None:
        self._phones: dict[str, str] = {}
        self._numbers: dict[str, str] = {}

    def declare(self, phones: Mapping[str, str]) -> None:
        """Replace all of it: the phone of each number that is at another's, of which no two are at one phone."""
        self._phones = dict(phones)
        self._numbers = {phone: number for number, phone in phones.items()}

    @property
    def phones(self) -> Mapping[str, str]:
        """The phone of each number that is at another's."""
        return self._phones

    def phone_of(self, number: str) -> str:
        """The extension whose phones ring for a number."""
        return self._phones.get(number, number)

    def number_at(self, phone: str) -> str:
        """The number of who sits at a phone."""
        return self._numbers.get(phone, phone)

    def numbers_at(self, phone: str) -> list[str]:
        """The numbers for which a phone rings: its own, unless that is elsewhere, and that of who sits there."""
        own = [phone] if phone not in self._phones else []
        return [*own, self._numbers[phone]] if phone in self._numbers else own
