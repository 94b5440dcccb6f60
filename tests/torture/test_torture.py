"""The torture messages of RFC 4475 and RFC 5118, against what ``manifest.toml`` says of each."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from msgspec import Struct, convert

from pbx.sip.endpoint import Endpoint
from pbx.sip.events import Event, RequestReceived, SessionOffered
from pbx.sip.flow import Flow
from pbx.sip.message import Response, parse_message

HERE = Path(__file__).parent
PEER = Flow("udp", "198.51.100.7", 5060)


class Torture(Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of the manifest."""

    file: str
    section: str
    valid: bool
    reaction: str
    status: int = 0
    note: str = ""


MESSAGES = convert(tomllib.loads((HERE / "manifest.toml").read_text())["message"], list[Torture])
each_message = pytest.mark.parametrize("message", MESSAGES, ids=lambda message: f"{message.section} {message.file}")


def endpoint_that_heard(message: Torture) -> Endpoint:
    tokens = iter("abcdefgh")
    endpoint = Endpoint({"udp": ("192.0.2.1", 5060)}, lambda: next(tokens))
    endpoint.receive((HERE / message.file).read_bytes(), PEER, 0.0)
    return endpoint


def reaction_of(events: list[Event], answers: list[Response], dropped: int) -> str:
    match events, answers, dropped:
        case [SessionOffered()], [], 0:
            return "offered"
        case [RequestReceived()], [], 0:
            return "received"
        case [], [_], 0:
            return "refused"
        case [], [], 0:
            return "stray"
        case [], [], 1:
            return "dropped"
    return f"several at once: {events}, {answers}, {dropped} dropped"


@each_message
def test_the_endpoint_reacts_as_the_manifest_says(message: Torture) -> None:
    endpoint = endpoint_that_heard(message)
    events = endpoint.take_events()
    answers = [parse_message(data) for data, flow in endpoint.take_outgoing() if flow == PEER]
    refusals = [answer for answer in answers if isinstance(answer, Response)]
    assert len(refusals) == len(answers)
    assert reaction_of(events, refusals, endpoint.figures.dropped) == message.reaction
    assert [answer.status for answer in refusals] == ([message.status] if message.status else [])


@pytest.mark.parametrize("message", [one for one in MESSAGES if one.status], ids=lambda message: message.file)
def test_a_refusal_can_find_its_way_back(message: Torture) -> None:
    [(data, flow)] = endpoint_that_heard(message).take_outgoing()
    refusal = parse_message(data)
    assert flow == PEER
    assert refusal.has("via")
    assert refusal.has("cseq")


@each_message
def test_nothing_is_left_once_the_timers_have_run(message: Torture) -> None:
    endpoint = endpoint_that_heard(message)
    for event in endpoint.take_events():
        match event:
            case SessionOffered(session):
                session.reject(486, 0.0)
            case RequestReceived(transaction, request):
                endpoint.respond(transaction, request, 200, 0.0)
    while (due := endpoint.next_timer()) is not None and due < 100:
        endpoint.handle_timer(due)
    assert (endpoint.dialogs, endpoint.transactions, len(endpoint.timers)) == (0, 0, 0)


def test_no_message_of_the_rfcs_is_left_out() -> None:
    found = {str(path.relative_to(HERE)) for path in HERE.glob("rfc*/*")}
    assert found == {message.file for message in MESSAGES}
    assert len(found) == 50 + 12


def test_every_message_that_the_rfcs_call_invalid_and_we_take_is_explained() -> None:
    taken = [one for one in MESSAGES if not one.valid and one.reaction in ("offered", "received")]
    assert [one.file for one in taken if not one.note] == []
