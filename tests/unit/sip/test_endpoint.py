"""What an endpoint answers by itself (RFC 3261 section 8.2), and what it counts."""

from __future__ import annotations

from itertools import count

import pytest

from pbx.sip.abilities import ALLOW
from pbx.sip.endpoint import Endpoint
from pbx.sip.events import RequestReceived, SessionOffered
from pbx.sip.flow import Flow
from pbx.sip.message import Response, parse_message

PEER = Flow("udp", "192.0.2.2", 5060)


def endpoint() -> Endpoint:
    numbers = count()
    return Endpoint({"udp": ("192.0.2.1", 5060)}, lambda: f"t{next(numbers)}")


def request(method: str = "OPTIONS", *lines: str, uri: str = "sip:us@192.0.2.1", to: str = "<sip:us@x>") -> bytes:
    """A request of the peer's."""
    head = [
        f"{method} {uri} SIP/2.0", f"Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK{method}", "From: <sip:them@x>;tag=1",
        f"To: {to}", "Call-ID: c", f"CSeq: 1 {method}", *lines,
    ]  # fmt: skip
    return "\r\n".join(head).encode() + b"\r\n\r\n"


def answer_to(data: bytes, ours: Endpoint | None = None) -> Response:
    """The one answer that bytes get."""
    ours = ours or endpoint()
    ours.receive(data, PEER, 0.0)
    [(sent, flow)] = ours.take_outgoing()
    assert flow == PEER
    message = parse_message(sent)
    assert isinstance(message, Response)
    return message


@pytest.mark.parametrize(
    ("data", "status", "header", "value"),
    [
        (request("NOVEL"), 501, "allow", ALLOW),
        (request("BYE"), 481, "allow", ALLOW),
        (request("BYE", to="<sip:us@x>;tag=gone"), 481, "to", "<sip:us@x>;tag=gone"),
        (request("CANCEL"), 481, "cseq", "1 CANCEL"),
        (request("OPTIONS", "Require: 100rel, x, y"), 420, "unsupported", "x, y"),
        (request("INVITE", "Require: x"), 420, "unsupported", "x"),
        (request("INVITE", "Supported: timer", "Session-Expires: 89"), 422, "min-se", "90"),
        (request("INVITE", "Session-Expires: soon"), 400, "cseq", "1 INVITE"),
        (request("INVITE", "Session-Expires: 1800;refresher=me"), 400, "cseq", "1 INVITE"),
        (request("INVITE", "Min-SE: -1"), 400, "cseq", "1 INVITE"),
        (request("INVITE", "Accept: text/plain"), 406, "cseq", "1 INVITE"),
        (request("INVITE", "Content-Type: text/plain") + b"hello", 415, "accept", "application/sdp"),
        (request(uri="isbn:2983792873"), 416, "cseq", "1 OPTIONS"),
        (request("INVITE", "Max-Forwards: many"), 400, "cseq", "1 INVITE"),
        (request(uri="sip:us@x?Subject=x"), 400, "cseq", "1 OPTIONS"),
    ],
)
def test_a_request_that_asks_for_what_we_lack_is_refused_and_told_why(
    data: bytes, status: int, header: str, value: str
) -> None:
    refusal = answer_to(data)
    assert (refusal.status, refusal.get(header)) == (status, value)
    assert refusal.to.tag, "section 8.2.6.2: every final response has a To tag"


@pytest.mark.parametrize("accept", ["application/sdp", "text/plain, APPLICATION/SDP;level=1", "application/*", "*/*"])
def test_an_invite_that_takes_our_sdp_is_offered(accept: str) -> None:
    ours = endpoint()
    ours.receive(request("INVITE", f"Accept: {accept}"), PEER, 0.0)
    assert [type(event) for event in ours.take_events()] == [SessionOffered]


def test_an_unreadable_request_is_refused_each_time_with_the_same_words_and_counted() -> None:
    ours = endpoint()
    data = request("OPTIONS", "Content-Length: -1")
    first, second = answer_to(data, ours), answer_to(data, ours)
    assert bytes(first) == bytes(second)
    assert (first.status, first.reason) == (400, "Bad Request: Content-Length needs a plain number, found '-1'")
    assert (ours.figures.unreadable, ours.transactions) == (2, 0)


def test_the_reason_quotes_nothing_that_could_break_the_line() -> None:
    refusal = answer_to(request("OPTIONS", "Content-Length: \x07\x00\x1b[31m").replace(b"[31m", b"[31m\xff"))
    assert refusal.reason.isprintable()


@pytest.mark.parametrize("data", [b"rubbish", b"", b"SIP/2.0 200 OK\r\n\r\n", request("ACK", "Content-Length: -1")])
def test_what_cannot_be_refused_is_dropped_and_counted(data: bytes) -> None:
    ours = endpoint()
    ours.receive(data, PEER, 0.0)
    assert ours.take_outgoing() == []
    assert (ours.figures.received, ours.figures.dropped) == (1, 1)


def test_a_repeated_request_is_told_once_and_answered_twice() -> None:
    ours = endpoint()
    ours.receive(request(), PEER, 0.0)
    [event] = ours.take_events()
    assert isinstance(event, RequestReceived)
    ours.respond(event.transaction, event.request, 200, 0.1, fields=(("allow", "OPTIONS"),))
    ours.receive(request(), PEER, 0.5)
    assert ours.take_events() == []
    first, second = ours.take_outgoing()
    assert first == second


def test_the_answer_notes_where_the_request_really_came_from() -> None:
    ours = endpoint()
    data = request("NOVEL").replace(b"192.0.2.2;", b"10.0.0.1:5070;rport;")
    ours.receive(data, Flow("udp", "203.0.113.7", 40_000), 0.0)
    [(sent, flow)] = ours.take_outgoing()
    via = parse_message(sent).via
    assert (via.host, via.port, flow) == ("10.0.0.1", 5070, Flow("udp", "203.0.113.7", 40_000))
    assert ("received", "203.0.113.7") in via.params
    assert ("rport", "40000") in via.params


def test_two_senders_who_write_no_branch_are_told_apart() -> None:
    ours = endpoint()
    for call_id in (b"one", b"two"):
        bare = request().replace(b";branch=z9hG4bKOPTIONS", b";branch=z9hG4bK")
        ours.receive(bare.replace(b"Call-ID: c", b"Call-ID: " + call_id), PEER, 0.0)
    assert len(ours.take_events()) == 2


def test_a_request_for_which_there_is_no_room_gets_503_and_leaves_nothing_behind() -> None:
    numbers = count()
    ours = Endpoint({"udp": ("192.0.2.1", 5060)}, lambda: f"t{next(numbers)}", room=1)
    assert answer_to(request("NOVEL"), ours).status == 501
    refused = answer_to(request("OPTIONS"), ours)
    assert (refused.status, refused.reason, ours.transactions) == (503, "Service Unavailable", 1)
    assert answer_to(request("NOVEL"), ours).status == 501, "what has its room is served on"
    assert ours.figures.unreadable == 0
    ours.handle_timer(40.0)
    assert answer_to(request("NOVEL"), ours).status == 501
