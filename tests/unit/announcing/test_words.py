"""Numbers and waits in words, as people say them in English and in Serbian."""

from __future__ import annotations

import pytest

from control.announcing.numerals import LARGEST, NUMERALS, Noun, parts
from control.announcing.words import LONGEST_WAIT, PlaceInLine, Saying, WaitAhead, saying, speaks, wait_ahead
from pbx.routing.flow.text import Prompt


def said(remark: PlaceInLine | WaitAhead, language: str) -> str:
    found = saying(remark, language)
    assert found is not None
    return found.text


@pytest.mark.parametrize(
    ("position", "english", "serbian"),
    [
        (1, "first", "prvi"),
        (2, "second", "drugi"),
        (3, "third", "treći"),
        (4, "fourth", "četvrti"),
        (5, "fifth", "peti"),
        (6, "sixth", "šesti"),
        (7, "seventh", "sedmi"),
        (8, "eighth", "osmi"),
        (9, "ninth", "deveti"),
        (10, "tenth", "deseti"),
        (11, "eleventh", "jedanaesti"),
        (12, "twelfth", "dvanaesti"),
        (14, "fourteenth", "četrnaesti"),
        (16, "sixteenth", "šesnaesti"),
        (20, "twentieth", "dvadeseti"),
        (21, "twenty-first", "dvadeset prvi"),
        (33, "thirty-third", "trideset treći"),
        (40, "fortieth", "četrdeseti"),
        (68, "sixty-eighth", "šezdeset osmi"),
        (100, "one hundredth", "stoti"),
        (101, "one hundred and first", "sto prvi"),
        (200, "two hundredth", "dvestoti"),
        (300, "three hundredth", "tristoti"),
        (500, "five hundredth", "petstoti"),
        (213, "two hundred and thirteenth", "dvesta trinaesti"),
    ],
)
def test_a_place_in_line_is_an_ordinal(position: int, english: str, serbian: str) -> None:
    assert said(PlaceInLine(position), "en") == f"You are {english} in line."
    assert said(PlaceInLine(position), "sr") == f"Vi ste {serbian} u redu."


@pytest.mark.parametrize(
    ("minutes", "english", "serbian"),
    [
        (1, "one minute", "jedan minut"),
        (2, "two minutes", "dva minuta"),
        (3, "three minutes", "tri minuta"),
        (4, "four minutes", "četiri minuta"),
        (5, "five minutes", "pet minuta"),
        (10, "ten minutes", "deset minuta"),
        (15, "fifteen minutes", "petnaest minuta"),
        (25, "twenty-five minutes", "dvadeset pet minuta"),
        (60, "one hour", "jedan sat"),
        (75, "one hour and fifteen minutes", "jedan sat i petnaest minuta"),
        (120, "two hours", "dva sata"),
        (150, "two hours and thirty minutes", "dva sata i trideset minuta"),
    ],
)
def test_a_wait_is_counted_in_minutes_and_hours(minutes: int, english: str, serbian: str) -> None:
    assert said(WaitAhead(minutes), "en") == f"The expected wait is about {english}."
    assert said(WaitAhead(minutes), "sr") == f"Očekivano vreme čekanja je {serbian}."


@pytest.mark.parametrize(
    ("number", "form"),
    [(1, "minut"), (2, "few"), (4, "few"), (5, "many"), (11, "many"), (12, "many"), (14, "many"), (20, "many"),
     (21, "minut"), (22, "few"), (25, "many"), (101, "minut"), (111, "many"), (112, "many"), (122, "few")],
)  # fmt: skip
def test_a_serbian_noun_takes_the_form_of_its_number(number: int, form: str) -> None:
    words, clips = NUMERALS["sr"].counted(number, Noun("thing", "minut", "few", "many"))
    assert words.split()[-1] == form
    assert clips[-1] == {"minut": "thing-one", "few": "thing-few", "many": "thing-many"}[form]


@pytest.mark.parametrize(
    ("seconds", "minutes"),
    [(0, 0), (59, 0), (60, 1), (61, 2), (150, 3), (600, 10), (601, 15), (3600, 60), (3601, 75), (10_800, 180),
     (10_801, LONGEST_WAIT + 1), (1e9, LONGEST_WAIT + 1)],
)  # fmt: skip
def test_a_wait_is_rounded_upwards_the_coarser_the_longer(seconds: float, minutes: int) -> None:
    assert wait_ahead(seconds) == WaitAhead(minutes)


def test_the_shortest_and_the_longest_wait_are_told_in_other_words() -> None:
    assert said(WaitAhead(0), "en") == "The expected wait is less than one minute."
    assert said(WaitAhead(0), "sr") == "Očekivano vreme čekanja je manje od jednog minuta."
    assert said(WaitAhead(LONGEST_WAIT + 1), "en") == "The expected wait is more than three hours."
    assert said(WaitAhead(LONGEST_WAIT + 1), "sr") == "Očekivano vreme čekanja je duže nego tri sata."


def test_every_sentence_can_be_put_together_from_recordings() -> None:
    place, wait = saying(PlaceInLine(142), "sr"), saying(WaitAhead(75), "en")
    assert place is not None
    assert wait is not None
    assert place.clips == ("you-are", "number-100", "number-40", "ordinal-2", "in-line")
    assert wait.clips == ("wait-about", "number-1", "hour-one", "number-15", "minute-many")


@pytest.mark.parametrize("language", NUMERALS)
def test_every_number_has_words_of_its_own(language: str) -> None:
    numerals = NUMERALS[language]
    for name in (numerals.place, lambda number: numerals.counted(number, Noun("thing", "a", "b", "c"))):
        found = [name(number) for number in range(1, LARGEST + 1)]
        assert len({words for words, _ in found}) == len({clips for _, clips in found}) == LARGEST


@pytest.mark.parametrize("number", [0, -1, LARGEST + 1])
def test_numbers_beyond_are_not_said(number: int) -> None:
    with pytest.raises(ValueError, match="from 1 to 999"):
        parts(number)
    assert saying(PlaceInLine(LARGEST + 1), "en") is None


def test_a_dialect_is_spoken_as_its_language_and_others_have_no_sentences() -> None:
    assert said(PlaceInLine(1), "sr-latn") == "Vi ste prvi u redu."
    assert speaks("en-gb")
    assert not speaks("fr")
    assert saying(PlaceInLine(1), "fr") is saying(WaitAhead(1), "fr") is None


def test_a_prompt_is_said_in_the_callers_language() -> None:
    prompt = Prompt({"en": "Hold on", "sr": "Ostanite"}, "hold-on")
    assert saying(prompt, "sr") == Saying("Ostanite", ("hold-on",))
