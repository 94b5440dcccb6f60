"""Calls that call control refuses itself, and why."""

from __future__ import annotations

import pytest
from tests.scenario.exchange import Exchange, Handset

from pbx.events import CallEnded
from pbx.sip.message import Response, parse_message


def refusal_heard_by(exchange: Exchange, handset: Handset) -> Response:
    """The last failure that the switch sent to a phone."""
    heard = [parse_message(one.data) for one in exchange.network.sent if one.receiver == handset.party.name]
    failures = [one for one in heard if isinstance(one, Response) and one.status >= 300]
    return failures[-1]


def test_an_unknown_number_gets_404(exchange: Exchange) -> None:
    ana = exchange.phone("1001")
    ana.dial("999")
    exchange.run_until(1)
    assert ana.refused_with == [(404, "Not Found")]
    assert (exchange.ended.cause, exchange.ended.answered_at) == ("unreachable", None)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"v=1\r\n", "399"),
        (b"v=0\r\no=- 1 1 IN IP4\r\n", "399"),
        (b"v=0\r\no=- 1 1 IN IP4 h\r\ns=-\r\nc=nowhere\r\nm=audio 4000 RTP/AVP 0\r\n", "301"),
        (b"v=0\r\no=- 1 1 IN IP4 h\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nm=video 4000 RTP/AVP 31\r\n", "304"),
        (b"v=0\r\no=- 1 1 IN IP4 h\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nm=audio 4000 RTP/AVP 18\r\n", "305"),
        (b"v=0\r\no=- 1 1 IN IP4 h\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nm=audio 4000 RTP/SAVP 0\r\n", "302"),
        (b'v=0\r\n"\\\xff\x00\r\n', "399"),
    ],
    ids=["version", "origin", "connection", "no audio", "no codec of ours", "encrypted", "not text"],
)
def test_a_description_that_cannot_be_met_gets_488_with_a_warning(exchange: Exchange, body: bytes, code: str) -> None:
    ana = exchange.phone("1001")
    ana.dial("600", body)
    exchange.run_until(1)
    refusal = refusal_heard_by(exchange, ana)
    assert refusal.status == 488
    warning = refusal.get("warning") or ""
    assert warning.startswith(f'{code} centrala "')
    assert warning.count('"') == 2
    assert warning.isascii()


def test_a_call_that_may_pass_no_further_gets_483(exchange: Exchange) -> None:
    ana = exchange.phone("1001")
    ana.dial("600", max_forwards=0)
    exchange.run_until(1)
    assert ana.refused_with == [(483, "Too Many Hops")]


def test_each_hop_is_counted_on_the_way_through(exchange: Exchange) -> None:
    ana = exchange.phone("1001")
    exchange.phone("1002", 486)
    ana.dial("1002", max_forwards=7)
    exchange.run_until(1)
    onward = [parse_message(one.data) for one in exchange.network.packets("INVITE") if one.receiver == "1002"]
    assert [one.get("max-forwards") for one in onward] == ["6"]


def test_a_request_uri_or_hop_count_that_cannot_be_read_starts_no_call(exchange: Exchange) -> None:
    ana = exchange.phone("1001")
    ana.dial("600")
    invite = exchange.network.packets("INVITE")[0].data
    exchange.run_until(1)
    ana.hang_up()
    for number, (good, bad) in enumerate(
        [(b"INVITE sip:600@", b"INVITE <sip:600@"), (b"Max-Forwards: 70", b"Max-Forwards: many")]
    ):
        broken = invite.replace(good, bad).replace(b"branch=z9hG4bK", b"branch=z9hG4bK%d" % number)
        exchange.network.deliver(broken.replace(b"Call-ID: ", b"Call-ID: %d" % number), ana.party, exchange.switch)
        assert refusal_heard_by(exchange, ana).status == 400
    exchange.run_until(2)
    exchange.plane.tell_closed()
    assert len(exchange.told(CallEnded)) == 1


@pytest.mark.parametrize("number", ["600", "1002"])
def test_a_full_plane_gets_503(exchange: Exchange, number: str) -> None:
    exchange.plane.capacity = 0
    ana = exchange.phone("1001")
    exchange.phone("1002", "answer")
    ana.dial(number)
    exchange.run_until(1)
    assert [status for status, _ in ana.refused_with] == [503]
    assert exchange.ended.ended_by == "switch"


def test_a_plane_that_is_full_for_the_caller_alone_hangs_up_on_the_phone_that_answered(exchange: Exchange) -> None:
    exchange.plane.capacity = 1
    ana, boris = exchange.phone("1001"), exchange.phone("1002", "answer")
    ana.dial("1002")
    exchange.run_until(2)
    assert [status for status, _ in ana.refused_with] == [503]
    assert not boris.talks


def test_an_answer_without_audio_ends_the_call(exchange: Exchange) -> None:
    ana, boris = exchange.phone("1001"), exchange.phone("1002")
    ana.dial("1002")
    exchange.run_until(1)
    assert boris.session is not None
    boris.session.accept(b"v=0\r\no=- 1 1 IN IP4 h\r\ns=-\r\nt=0 0\r\n", exchange.network.now)
    exchange.run_until(2)
    assert not boris.talks
    assert [status for status, _ in ana.refused_with] == [480]
