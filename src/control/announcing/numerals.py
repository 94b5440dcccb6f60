"""Numbers in words, as they are said in a sentence: which one in a line, how many of a thing.

Each number is also a row of recordings, for a centre that records its words instead of having them spoken:
``number-40``, ``number-2``; the last one of an ordinal is ``ordinal-2``.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct
from num2words import num2words

LARGEST = 999


class Noun(Struct, frozen=True):
    """A thing that is counted: its form after one, after a few (2-4, where the language knows them), and after more."""

    name: str
    """What its recordings are named for."""
    one: str
    few: str
    many: str


class Numerals(Struct, frozen=True):
    """How a language counts."""

    ordinal: Callable[[int], str]
    cardinal: Callable[[int], str]
    form: Callable[[Noun, int], tuple[str, str]]
    """The form of a noun after a number, and the name of that form: ``one``, ``few`` or ``many``."""

    def counted(self, number: int, noun: Noun) -> tuple[str, tuple[str, ...]]:
        """How many of a thing: the words, and the recordings that say the same."""
        word, form = self.form(noun, number)
        return f"{self.cardinal(number)} {word}", (*(f"number-{part}" for part in parts(number)), f"{noun.name}-{form}")

    def place(self, number: int) -> tuple[str, tuple[str, ...]]:
        """Which one in a line: the words, and the recordings that say the same."""
        *before, last = parts(number)
        return self.ordinal(number), (*(f"number-{part}" for part in before), f"ordinal-{last}")


def parts(number: int) -> tuple[int, ...]:
    """The parts in which a number from 1 to 999 is said: 342 is 300, 40 and 2. Raises ValueError."""
    if not 1 <= number <= LARGEST:
        raise ValueError(f"{number} is not from 1 to {LARGEST}")
    hundreds, rest = number // 100 * 100, number % 100
    tens, units = (0, rest) if rest < 20 else (rest // 10 * 10, rest % 10)
    return tuple(part for part in (hundreds, tens, units) if part)


def _english_form(noun: Noun, number: int) -> tuple[str, str]:
    return (noun.one, "one") if number == 1 else (noun.many, "many")


def _serbian_form(noun: Noun, number: int) -> tuple[str, str]:
    """1, 21, 31 ... go with the singular, 2-4, 22-24 ... with the form for a few, 11-14 as all others."""
    teens = 11 <= number % 100 <= 14
    if number % 10 == 1 and not teens:
        return noun.one, "one"
    if 2 <= number % 10 <= 4 and not teens:
        return noun.few, "few"
    return noun.many, "many"


_FIRST = {1: "prvi", 2: "drugi", 3: "treći", 4: "četvrti", 5: "peti", 6: "šesti", 7: "sedmi", 8: "osmi"}
"""Serbian ordinals that are no cardinal with an ending."""


def _serbian_ordinal(number: int) -> str:
    """Masculine nominative. Only the last part is an ordinal: ``sto dvadeset treći``."""
    *before, last = parts(number)
    word = _serbian(last)
    # sto: stoti; dvesta: dvestoti
    ordinal = _FIRST.get(last) or (f"{word[:-1]}oti" if last >= 100 else f"{word}i")
    return " ".join([*map(_serbian, before), ordinal])


def _serbian(number: int) -> str:
    """Masculine: minutes and hours are, and nothing else is counted here."""
    return str(num2words(number, lang="sr"))


NUMERALS = {
    "en": Numerals(
        ordinal=lambda number: str(num2words(number, lang="en", to="ordinal")),
        cardinal=lambda number: str(num2words(number, lang="en")),
        form=_english_form,
    ),
    "sr": Numerals(ordinal=_serbian_ordinal, cardinal=_serbian, form=_serbian_form),
}
