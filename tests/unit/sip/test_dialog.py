"""Dialogs: routes, targets and numbers (RFC 3261 section 12)."""

from __future__ import annotations

import pytest

from pbx.sip.dialog import Dialog
from pbx.sip.errors import ParseError
from pbx.sip.flow import Flow
from pbx.sip.message import Request, Response

SEEN = Flow("udp", "203.0.113.7", 40_000)


def invite(*more: tuple[str, str]) -> Request:
    fields = [
        ("via", "SIP/2.0/UDP h;branch=1"), ("from", "<sip:ana@a.example>;tag=a"), ("to", "<sip:boris@b.example>"),
        ("call-id", "c"), ("cseq", "7 INVITE"),
    ]  # fmt: skip
    return Request("INVITE", "sip:boris@b.example", [*fields, *more])


def of_callee(*more: tuple[str, str]) -> Dialog:
    return Dialog.of_callee(invite(*more), "b", SEEN)


def test_a_callees_dialog_answers_to_the_contact_along_the_recorded_route() -> None:
    dialog = of_callee(
        ("record-route", "<sip:p1.example;lr>"),
        ("record-route", "<sip:p2.example;lr>"),
        ("contact", "<sip:ana@h:5070>"),
    )
    request = dialog.request("BYE", "SIP/2.0/UDP us;branch=2")
    assert dialog.id == ("c", "b", "a")
    assert (request.uri_text, request.get("from"), request.get("to")) == (
        "sip:ana@h:5070", "<sip:boris@b.example>;tag=b", "<sip:ana@a.example>;tag=a",
    )  # fmt: skip
    assert request.get_all("route") == ["<sip:p1.example;lr>", "<sip:p2.example;lr>"]
    assert dialog.next_hop() == Flow("udp", "p1.example", 0)


def test_a_callers_dialog_turns_the_recorded_route_round() -> None:
    fields = [
        ("to", "<sip:boris@b.example>;tag=b"),
        ("record-route", "<sip:p2;lr>, <sip:p1;lr>"),
        ("contact", "<sip:b@h>"),
    ]
    dialog = Dialog.of_caller(invite(), Response(200, "OK", fields), SEEN)
    assert dialog.route_set == ["<sip:p1;lr>", "<sip:p2;lr>"]
    assert dialog.request("BYE", "v").cseq.number == 8


def test_a_strict_router_goes_into_the_request_uri_and_the_target_to_the_end() -> None:
    dialog = of_callee(("record-route", "<sip:strict.example>, <sip:p2;lr>"), ("contact", "<sip:ana@h>"))
    request = dialog.request("BYE", "v")
    assert request.uri_text == "sip:strict.example"
    assert request.get_all("route") == ["<sip:p2;lr>", "<sip:ana@h>"]


def test_without_a_contact_the_far_address_is_the_target() -> None:
    assert of_callee().request("BYE", "v").uri_text == "sip:ana@a.example"
    assert of_callee().next_hop() == SEEN


@pytest.mark.parametrize("contact", ["<sip:ana@192.168.1.5:5060>", "<sip:ana@h;transport=tcp>", "<tel:+381>"])
def test_a_contact_that_cannot_be_reached_from_here_is_answered_where_it_was_seen(contact: str) -> None:
    assert of_callee(("contact", contact)).next_hop() == SEEN


def test_a_contact_on_the_host_it_was_seen_at_may_name_another_port() -> None:
    assert of_callee(("contact", "<sip:ana@203.0.113.7:5070>")).next_hop() == Flow("udp", "203.0.113.7", 5070)


def test_no_contact_makes_us_send_elsewhere() -> None:
    dialog = of_callee(("contact", "<sip:ana@203.0.113.7;maddr=198.51.100.1>"))
    assert dialog.next_hop() == Flow("udp", "203.0.113.7", 5060)


@pytest.mark.parametrize("route", ["<sip:p;transport=tls;lr>", "<tel:1>"])
def test_a_route_that_we_cannot_take_is_left_for_the_way_it_came(route: str) -> None:
    assert of_callee(("record-route", route)).next_hop() == SEEN


def test_a_sips_target_or_route_is_never_reached_in_the_clear() -> None:
    assert of_callee(("contact", "<sips:ana@203.0.113.7>")).next_hop() == Flow("tls", "203.0.113.7", 5061)
    assert of_callee(("record-route", "<sips:192.0.2.1;lr>")).next_hop() == Flow("tls", "192.0.2.1", 5061)


@pytest.mark.parametrize("more", [("record-route", "<sip:192.0.2.1;lr>"), ("contact", "<sip:ana@203.0.113.7:5070>")])
def test_who_is_reached_over_tls_is_never_reached_in_the_clear(more: tuple[str, str]) -> None:
    seen = Flow("tls", "203.0.113.7", 40_000)
    assert Dialog.of_callee(invite(more), "our-tag", seen).next_hop() == seen


@pytest.mark.parametrize("more", [("record-route", "rubbish"), ("record-route", "<sip:p"), ("contact", "<nothing>")])
def test_a_route_or_contact_that_cannot_be_read_makes_no_dialog(more: tuple[str, str]) -> None:
    with pytest.raises(ParseError):
        of_callee(more)


def test_requests_must_come_with_rising_numbers() -> None:
    dialog = of_callee()
    accepted = [dialog.accepts(Request("INFO", "sip:b", [("cseq", f"{number} INFO")])) for number in (7, 8, 8, 6, 20)]
    assert accepted == [False, True, False, False, True]


def test_a_new_contact_is_the_new_target() -> None:
    dialog = of_callee(("contact", "<sip:ana@old>"))
    dialog.aim(Request("INVITE", "sip:b", [("contact", "<sip:ana@new>")]))
    assert dialog.request("BYE", "v").uri_text == "sip:ana@new"
