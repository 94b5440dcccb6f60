"""Which of a 3xx's contacts are tried, and in which order."""

from __future__ import annotations

import pytest

from pbx.call.redirect import MAX_CONTACTS, alternatives
from pbx.sip.message import Response


def answered(status: int, *contacts: str) -> list[list[str]]:
    """The alternatives of a response with these Contact values."""
    response = Response(status, "", tuple(("contact", one) for one in contacts))
    return [[str(uri) for uri in group] for group in alternatives(response)]


def test_the_contacts_of_a_302_are_tried_the_best_first() -> None:
    assert answered(302, "<sip:a@h>;q=0.2, <sip:b@h>", "<sip:c@h>;q=0.2") == [["sip:b@h"], ["sip:a@h", "sip:c@h"]]


def test_a_preference_that_cannot_be_read_comes_last() -> None:
    assert answered(302, "<sip:a@h>;q=high", "<sip:b@h>;q=0.1") == [["sip:b@h"], ["sip:a@h"]]


@pytest.mark.parametrize("scheme", ["mailto:ana@example.com", "https://example.com/ana", "urn:service:sos"])
def test_only_what_can_be_called_is_tried(scheme: str) -> None:
    assert answered(300, f"<{scheme}>", "<tel:+381114000700>") == [["tel:+381114000700"]]


def test_headers_that_a_contact_asks_for_are_left_out() -> None:
    assert answered(301, "<sip:a@h?Replaces=x>") == [["sip:a@h"]]


@pytest.mark.parametrize("status", [200, 305, 380, 404, 486])
def test_other_responses_name_no_alternatives(status: int) -> None:
    assert answered(status, "<sip:a@h>") == []


def test_a_contact_that_cannot_be_read_names_nothing() -> None:
    assert answered(302, "<sip:a@h>, <sip:") == []
    assert alternatives(None) == []


def test_a_long_list_of_contacts_is_cut() -> None:
    [group] = answered(302, *(f"<sip:{number}@h>" for number in range(50)))
    assert len(group) == MAX_CONTACTS
