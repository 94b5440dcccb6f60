"""Texts with variables, and fields of JSON answers."""

from __future__ import annotations

import pytest

from pbx.routing.flow.text import Prompt, fill, fill_speech, fill_url, pick

KNOWN = {"name": "Ana & co/?", "account": "0012345", "order": "42"}


def test_variables_are_filled_in_and_unknown_ones_are_nothing() -> None:
    assert fill("Hello {name}, {nobody}.", KNOWN) == "Hello Ana & co/?, ."


def test_a_brace_that_begins_no_name_stays() -> None:
    assert fill("{Name} {} {1} {order", KNOWN) == "{Name} {} {1} {order"


def test_a_value_cannot_become_another_part_of_a_url() -> None:
    assert fill_url("https://crm.example/{name}?id={order}", KNOWN) == "https://crm.example/Ana%20%26%20co%2F%3F?id=42"


def test_a_long_number_is_said_digit_by_digit() -> None:
    assert fill_speech("Account {account}, order {order}", KNOWN) == "Account 0 0 1 2 3 4 5, order 42"
    assert fill_speech("{caller}", {"caller": "+38164"}) == "3 8 1 6 4"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("customer.tier", "gold"),
        ("orders.1.id", "8"),
        ("customer.vip", "true"),
        ("balance", "12.5"),
        ("customer", None),
        ("orders.9.id", None),
        ("customer.none", None),
        ("customer.tier.x", None),
    ],
)
def test_fields_of_an_answer_are_found_by_their_path(path: str, expected: str | None) -> None:
    answer = {
        "customer": {"tier": "gold", "vip": True, "none": None},
        "orders": [{"id": 7}, {"id": 8}],
        "balance": 12.5,
    }
    assert pick(answer, path) == expected


def test_a_prompt_speaks_the_language_or_the_first_it_has() -> None:
    prompt = Prompt(text={"sr": "Dobar dan", "en": "Good day"})
    assert prompt.wording("en") == "Good day"
    assert prompt.wording("de") == "Dobar dan"
    assert Prompt(text="Hello").wording("sr") == "Hello"
