"""The short way of reading numbers comes to the same as ``phonenumbers``, whatever stands in a list."""

from __future__ import annotations

import phonenumbers
from hypothesis import example, given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from dialer.numbers.reader import BadNumber, Fault, NumberReader, ReadNumber

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
FORMATS = (PhoneNumberFormat.E164, PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.NATIONAL)
EXAMPLES = [
    number
    for region in REGIONS
    for kind in PhoneNumberType.values()
    if (number := phonenumbers.example_number_for_type(region, kind)) is not None
]
READERS = {region: NumberReader(region) for region in [*REGIONS, "XX"]}


def outcome(reader: NumberReader, text: str, *, at_length: bool) -> ReadNumber | Fault:
    try:
        return reader.read_at_length(text) if at_length else reader.read(text)
    except BadNumber as error:
        return error.fault


@st.composite
def written(draw: st.DrawFn) -> str:
    """A number that may exist, as somebody may have written it; some of its digits are others."""
    text = phonenumbers.format_number(draw(st.sampled_from(EXAMPLES)), draw(st.sampled_from(FORMATS)))
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(text) - 1))
        text = text[:place] + draw(st.sampled_from(["", *"0123456789+ -().x/"])) + text[place + 1 :]
    return draw(st.sampled_from(["", "", "", "00", "011", "+", "(", " ", "0", "1"])) + text


@settings(max_examples=1500, deadline=None)
@given(
    text=written() | st.text(alphabet="0123456789+-(). x/\u00a0", max_size=20), region=st.sampled_from(list(READERS))
)
@example(text="1 (415) 555-2671", region="CA")
@example(text="+1 242 365 1234", region="US")
@example(text="+39 06 698 12345", region="US")
@example(text="02 1234 5678", region="IT")
@example(text="+7 701 234 5678", region="RU")
@example(text="0039 333 1234567", region="DE")
@example(text="+80012345678", region="US")
@example(text="3812155", region="RS")
@example(text="+06480 256789", region="RS")
@example(text="+54 9 11 2345 6789", region="AR")
@example(text="011 15 2345 6789", region="AR")
def test_both_ways_come_to_the_same(text: str, region: str) -> None:
    reader = READERS[region]
    assert outcome(reader, text, at_length=False) == outcome(reader, text, at_length=True)


def test_every_example_of_every_plan_is_read_both_ways() -> None:
    reader = READERS["XX"]
    for number in EXAMPLES:
        text = phonenumbers.format_number(number, PhoneNumberFormat.E164)
        assert outcome(reader, text, at_length=False) == outcome(reader, text, at_length=True), text
