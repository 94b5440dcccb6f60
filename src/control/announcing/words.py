"""The sentences that queues say, by language: the place in the line, and how long it may take.

Each has its words, to be spoken, and the recordings that say the same, which win where all of them are there.
"""

from __future__ import annotations

from math import ceil

from msgspec import Struct

from control.announcing.numerals import LARGEST, NUMERALS, Noun
from pbx.routing.flow.text import Prompt

HOUR = 60
LONGEST_WAIT = 3 * HOUR
"""Minutes; what is longer is said to be more."""


class Saying(Struct, frozen=True):
    """One thing to be said."""

    text: str = ""
    clips: tuple[str, ...] = ()
    """The recordings that say it; they go before the text where all of them are there."""


class PlaceInLine(Struct, frozen=True):
    """A caller's place, 1 is next."""

    position: int


class WaitAhead(Struct, frozen=True):
    """How long a caller may have to wait."""

    minutes: int
    """0 is less than one."""


Remark = Prompt | PlaceInLine | WaitAhead
"""Something to be said, whatever the language."""


class _Sentences(Struct, frozen=True):
    place: str
    soon: str
    wait: str
    long: str
    joint: str
    """Between hours and minutes."""
    minute: Noun
    hour: Noun


_SENTENCES = {
    "en": _Sentences(
        place="You are {} in line.",
        soon="The expected wait is less than one minute.",
        wait="The expected wait is about {}.",
        long="The expected wait is more than {}.",
        joint="and",
        minute=Noun("minute", "minute", "minutes", "minutes"),
        hour=Noun("hour", "hour", "hours", "hours"),
    ),
    "sr": _Sentences(
        place="Vi ste {} u redu.",
        soon="Očekivano vreme čekanja je manje od jednog minuta.",
        # No "oko" (about): it would want the genitive, in which one hardly says numbers any more.
        wait="Očekivano vreme čekanja je {}.",
        long="Očekivano vreme čekanja je duže nego {}.",
        joint="i",
        minute=Noun("minute", "minut", "minuta", "minuta"),
        hour=Noun("hour", "sat", "sata", "sati"),
    ),
}
LANGUAGES = tuple(_SENTENCES)


def speaks(language: str) -> bool:
    """Whether the sentences are known in a language, or in that of which it is a dialect."""
    return _main(language) in _SENTENCES


def wait_ahead(seconds: float) -> WaitAhead:
    """A wait as it is told: upwards to a minute, five minutes beyond ten, a quarter of an hour beyond one."""
    if seconds < 60:
        return WaitAhead(0)
    minutes = seconds / 60
    step = 1 if minutes <= 10 else 5 if minutes <= HOUR else 15
    return WaitAhead(min(ceil(minutes / step) * step, LONGEST_WAIT + 1))


def saying(remark: Remark, language: str) -> Saying | None:
    """The words for a remark; None where the language has none for it, or the number is too large to be told."""
    match remark:
        case Prompt():
            return Saying(remark.wording(language), (remark.clip,) if remark.clip else ())
        case PlaceInLine():
            return _place(remark.position, _main(language))
        case WaitAhead():
            return _wait(remark.minutes, _main(language))


def _place(position: int, language: str) -> Saying | None:
    if language not in _SENTENCES or position > LARGEST:
        return None
    words, clips = NUMERALS[language].place(position)
    return Saying(_SENTENCES[language].place.format(words), ("you-are", *clips, "in-line"))


def _wait(minutes: int, language: str) -> Saying | None:
    sentences = _SENTENCES.get(language)
    if sentences is None:
        return None
    if minutes == 0:
        return Saying(sentences.soon, ("wait-less-than-a-minute",))
    if minutes > LONGEST_WAIT:
        words, clips = NUMERALS[language].counted(LONGEST_WAIT // HOUR, sentences.hour)
        return Saying(sentences.long.format(words), ("wait-more-than", *clips))
    counted = [
        NUMERALS[language].counted(number, noun)
        for number, noun in ((minutes // HOUR, sentences.hour), (minutes % HOUR, sentences.minute))
        if number
    ]
    words = f" {sentences.joint} ".join(one for one, _ in counted)
    return Saying(sentences.wait.format(words), ("wait-about", *(clip for _, clips in counted for clip in clips)))


def _main(language: str) -> str:
    return language.partition("-")[0]
