"""Messages cut out of a stream: RFC 3261 section 18.3, RFC 5626 section 3.5.1."""

from __future__ import annotations

import pytest

from pbx.sip.errors import ParseError
from pbx.sip.framing import PING, StreamFramer
from pbx.sip.message import MAX_BODY, MAX_HEAD

ONE = b"OPTIONS sip:b SIP/2.0\r\nContent-Length: 5\r\n\r\n12345"
TWO = b"SIP/2.0 200 OK\r\nl : 0\r\nSubject: \r\n Content-Length: 99\r\n\r\n"
FOLDED = b"OPTIONS sip:b SIP/2.0\r\nContent-Length:\r\n 3\r\n\r\nabc"


def framed(*chunks: bytes) -> list[bytes]:
    """What a new framer makes of the chunks."""
    framer = StreamFramer()
    return [message for chunk in chunks for message in framer.feed(chunk)]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_any_split_gives_the_same_messages(size: int) -> None:
    stream = ONE + PING + TWO + b"\r\n" + FOLDED + ONE
    chunks = [stream[start : start + size] for start in range(0, len(stream), size)]
    assert framed(*chunks) == [ONE, PING, TWO, FOLDED, ONE]


def test_a_pong_is_swallowed_once_more_comes() -> None:
    assert framed(b"\r\n", ONE) == [ONE]


def test_a_message_waits_for_its_whole_body() -> None:
    assert framed(ONE[:-1]) == []
    assert framed(ONE[:-1], ONE[-1:]) == [ONE]


def test_a_message_without_a_length_ends_the_stream_after_those_before_it() -> None:
    framer = StreamFramer()
    messages = framer.feed(ONE + b"OPTIONS sip:b SIP/2.0\r\n\r\n")
    assert next(messages) == ONE
    with pytest.raises(ParseError):
        next(messages)


def test_a_head_without_end_is_given_up_with_513() -> None:
    with pytest.raises(ParseError) as refused:
        framed(b"X" * MAX_HEAD, b"X")
    assert refused.value.status == 513


def test_a_body_too_large_is_given_up_with_413_before_it_comes() -> None:
    with pytest.raises(ParseError) as refused:
        framed(b"OPTIONS sip:b SIP/2.0\r\nl: %d\r\n\r\n" % (MAX_BODY + 1))
    assert refused.value.status == 413
