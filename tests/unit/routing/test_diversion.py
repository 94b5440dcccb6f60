"""Diversion and History-Info, read and written."""

from __future__ import annotations

import pytest

from pbx.routing.diversion import MAX_READ, Diversion, read, write
from pbx.sip.message import Request


def invite(*fields: tuple[str, str]) -> Request:
    """An INVITE with these header fields."""
    return Request("INVITE", "sip:1003@h", fields)


STEPS = (Diversion("1001", "user-busy"), Diversion("1002", "no-answer"))


def test_the_latest_diversion_stands_first_on_the_wire() -> None:
    fields = write(STEPS, "1003", "pbx.example.com", 5060)
    assert [value for name, value in fields if name == "diversion"] == [
        "<sip:1002@pbx.example.com:5060>;reason=no-answer;counter=1",
        "<sip:1001@pbx.example.com:5060>;reason=user-busy;counter=1",
    ]


def test_the_history_names_each_step_why_it_failed_and_what_came_in_its_place() -> None:
    fields = write(STEPS, "1003", "h", None)
    assert [value for name, value in fields if name == "history-info"] == [
        "<sip:1001@h?Reason=SIP%3Bcause%3D486>;index=1",
        "<sip:1002@h;cause=486?Reason=SIP%3Bcause%3D408>;index=1.1;mp=1",
        "<sip:1003@h;cause=408>;index=1.1.1;mp=1.1",
    ]


def test_a_call_that_nobody_diverted_has_no_history() -> None:
    assert write((), "1003", "h", None) == ()
    assert read(invite()) == ()


@pytest.mark.parametrize("header", ["diversion", "history-info"])
def test_either_header_alone_tells_the_same_steps(header: str) -> None:
    fields = [one for one in write(STEPS, "1003", "h", None) if one[0] == header]
    assert read(invite(*fields)) == STEPS


def test_reasons_and_counters_of_others_are_read_with_caution() -> None:
    request = invite(
        ("diversion", '<sip:1001@h>;reason="User-Busy";counter=3, <tel:+381114000700>;reason=follow-me;counter=-1')
    )
    assert read(request) == (Diversion("+381114000700", "unknown"), Diversion("1001", "user-busy", 3))


def test_a_history_that_cannot_be_read_is_none() -> None:
    assert read(invite(("diversion", "<sip:"))) == ()
    assert read(invite(("history-info", "<sip:"))) == ()


def test_an_endless_history_is_cut() -> None:
    assert len(read(invite(*[("diversion", "<sip:1001@h>")] * 50))) == MAX_READ


def test_an_entry_without_a_cause_is_a_mere_hop() -> None:
    request = invite(("history-info", "<sip:1001@h>;index=1, <sip:1001@phone>;index=1.1;rc=1"))
    assert read(request) == ()
