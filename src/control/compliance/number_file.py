"""Files of telephone numbers, one a line, read piece by piece as they arrive.

Registries write numbers without their country, some with a comma after the area code (``201,2000001``); businesses
write what they like. A line may hold digits, spaces and ``+ - . , ( ) / "`` in any order; ``+`` or ``00`` begins an
international number, anything else is one of the given country. Whatever else a line holds, it is refused and told.
"""

from __future__ import annotations

import re

import numpy as np
import phonenumbers
from msgspec import Struct
from numpy.typing import NDArray

from dialer.compliance.number_set import sorted_once

REFUSALS_SHOWN = 20
LONGEST_LINE = 1000
SHORTEST, LONGEST = 7, 15
"""Digits of a number with its country's: E.164 allows no more (ITU-T E.164, clause 6.2.1), no country has fewer."""
_ORNAMENTS = b" \t,-.()/\"';"
_LINE = re.compile(rb"(\+|00)?([0-9]+)")


class RefusedLine(Struct, frozen=True):
    """A line that holds no number."""

    line: int
    """Counted from 1."""
    text: str
    why: str


class NumberFile:
    """Reads one file: give it the pieces in order, then ask for the numbers."""

    def __init__(self, country: str) -> None:
        """``country`` is the ISO 3166 code of numbers without one. Raises ValueError where none has that code."""
        metadata = phonenumbers.PhoneMetadata.metadata_for_region(country.upper())
        if metadata is None or metadata.country_code is None or metadata.general_desc is None:
            raise ValueError(f"expected the ISO 3166 code of a country, such as US, not {country!r}")
        self._code: int = metadata.country_code
        self._prefix_abroad = str(self._code).encode()
        self._prefix = (metadata.national_prefix or "").encode()
        self._lengths = frozenset(metadata.general_desc.possible_length)
        self._pieces: list[NDArray[np.uint64]] = []
        self._rest = b""
        self.lines = 0
        """Read so far."""
        self.refused = 0
        self.refusals: list[RefusedLine] = []
        """The first of those that were refused."""

    def feed(self, piece: bytes) -> None:
        """Read on. Raises ValueError for a line of no end."""
        whole, newline, rest = (self._rest + piece).rpartition(b"\n")
        if len(rest) > LONGEST_LINE:
            raise ValueError("expected one number a line")
        self._rest = rest
        if newline:
            self._read(whole)

    def numbers(self) -> NDArray[np.uint64]:
        """All numbers in order, each once; ends the file."""
        if self._rest:
            self._read(self._rest)
            self._rest = b""
        return sorted_once(np.concatenate(self._pieces)) if self._pieces else np.empty(0, np.uint64)

    def _read(self, text: bytes) -> None:
        """Read whole lines: at once where all hold national digits only, as those of registries do."""
        bare = text.translate(None, _ORNAMENTS + b"\r")
        length = bare.find(b"\n") if b"\n" in bare else len(bare)
        lines = len(bare) // (length + 1) + 1
        if length in self._lengths and len(bare) == lines * (length + 1) - 1:
            table = np.frombuffer(bare + b"\n", np.uint8).reshape(lines, length + 1)
            digits = table[:, :-1] - ord("0")
            if (table[:, -1] == ord("\n")).all() and (digits <= 9).all() and digits[:, 0].all():
                national = digits @ (10 ** np.arange(length - 1, -1, -1, dtype=np.uint64))
                begins = national // np.uint64(10 ** (length - len(self._prefix_abroad)))
                if not (begins == self._code).any():
                    self._pieces.append(national + np.uint64(self._code * 10**length))
                    self.lines += lines
                    return
        self._read_one_by_one(text.split(b"\n"), bare.split(b"\n"))

    def _read_one_by_one(self, texts: list[bytes], bare: list[bytes]) -> None:
        found = []
        for text, digits in zip(texts, bare, strict=True):
            self.lines += 1
            if not digits:
                continue
            number, why = self._number(digits)
            if number is None:
                self._refuse(text, why)
            else:
                found.append(number)
        self._pieces.append(np.array(found, np.uint64))

    def _number(self, digits: bytes) -> tuple[int | None, str]:
        match = _LINE.fullmatch(digits)
        if match is None:
            return None, "it holds other things than a number"
        international, significant = match[1], match[2]
        if not international:
            significant = self._with_code(significant)
        if not SHORTEST <= len(significant) <= LONGEST or significant.startswith(b"0"):
            return None, f"a number has {SHORTEST} to {LONGEST} digits with its country's"
        return int(significant), ""

    def _with_code(self, digits: bytes) -> bytes:
        """National digits as E.164, without the prefix that is dialled before them at home, such as 0."""
        if self._prefix and digits.startswith(self._prefix):
            digits = digits[len(self._prefix) :]
        elif digits.startswith(self._prefix_abroad) and self._has_its_country(digits):
            return digits
        return self._prefix_abroad + digits

    def _has_its_country(self, digits: bytes) -> bool:
        try:
            number = phonenumbers.parse(f"+{digits.decode()}")
        except phonenumbers.NumberParseException:
            return False
        return phonenumbers.is_valid_number(number)

    def _refuse(self, text: bytes, why: str) -> None:
        self.refused += 1
        if len(self.refusals) < REFUSALS_SHOWN:
            shown = text[:60].decode("utf-8", "replace").strip()
            self.refusals.append(RefusedLine(self.lines, shown, why))
