"""What a ladder says, and how it looks."""

from __future__ import annotations

from pbx.ladder.book import Seen
from pbx.ladder.drawing import draw
from pbx.ladder.step import steps_of
from pbx.sip.flow import Flow

CALLER = Flow("udp", "198.51.100.7", 5060)
AGENT = Flow("tcp", "2001:db8::9", 5062)


def message(start: str, cseq: str, *fields: str, body: str = "") -> bytes:
    head = "\r\n".join((start, "Call-ID: a", f"CSeq: {cseq}", *fields))
    return f"{head}\r\n\r\n{body}".encode()


INVITE = message("INVITE sip:700@x SIP/2.0", "1 INVITE", body="v=0\r\n")
LADDER = [
    ("c.1", Seen(10.0, CALLER, False, INVITE)),
    ("c.1", Seen(10.5, CALLER, False, INVITE)),
    ("c.2", Seen(10.6, AGENT, True, message("INVITE sip:1001@y SIP/2.0", "1 INVITE", body="v=0\r\n"))),
    ("c.2", Seen(11.0, AGENT, False, message("SIP/2.0 200 OK", "2 BYE"))),
]


def test_each_step_tells_from_where_to_where_and_what() -> None:
    first, again, out, answer = steps_of(LADDER)
    assert (first.source, first.destination, first.method, first.status) == (
        "198.51.100.7:5060", "centrala", "INVITE", None,
    )  # fmt: skip
    assert first.has_sdp
    assert (first.repeated, again.repeated) == (False, True)
    assert (out.source, out.destination, out.offset_ms) == ("centrala", "[2001:db8::9]:5062", 600.0)
    assert (answer.method, answer.status, answer.summary) == ("BYE", 200, "200 OK")


def test_a_digest_response_is_blanked_and_all_else_is_there() -> None:
    credentials = 'Authorization: Digest username="1001", nonce="n", response="0123abcd", opaque="o"'
    data = message("INVITE sip:700@x SIP/2.0", "2 INVITE", credentials)
    (step,) = steps_of([("c.1", Seen(0.0, CALLER, False, data))])
    assert "0123abcd" not in step.text
    assert 'username="1001"' in step.text
    assert 'opaque="o"' in step.text


def test_the_drawing_has_a_lane_for_each_side_and_an_arrow_for_each_message() -> None:
    head, first, again, out, answer = draw(steps_of(LADDER)).splitlines()
    assert head.split() == ["198.51.100.7:5060", "centrala", "[2001:db8::9]:5062"]
    assert "INVITE sip:700@x (SDP)" in first
    assert first.index(">") < first.rindex("|")
    assert again.strip().startswith("500 ms")
    assert "again" in again
    assert out.index(">") > head.index("centrala")
    assert "200 OK (BYE)" in answer
    assert "<" in answer


def test_nothing_to_draw_is_said_in_words() -> None:
    assert draw([]) == "no SIP message of this call is kept\n"
