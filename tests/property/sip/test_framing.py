"""A stream of messages gives the same messages whatever pieces it arrives in (RFC 3261 section 18.3)."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from tests.property.sip.wire_forms import budget, requests

from pbx.sip.errors import ParseError
from pbx.sip.framing import PING, StreamFramer

messages = st.lists(requests().map(lambda request: request[1]) | st.just(PING), max_size=4)
cuts = st.lists(st.integers(0, 2000), max_size=8)


def pieces(stream: bytes, at: list[int]) -> list[bytes]:
    """The stream, cut at these places."""
    places = [0, *sorted(min(place, len(stream)) for place in at), len(stream)]
    return [stream[start:end] for start, end in pairwise(places)]


def framed(chunks: list[bytes]) -> tuple[list[bytes], bool]:
    """What a framer makes of the chunks, and whether it gave up."""
    framer = StreamFramer()
    found: list[bytes] = []
    try:
        for chunk in chunks:
            found.extend(framer.feed(chunk))
    except ParseError:
        return found, True
    return found, False


@budget
@given(messages, cuts)
def test_messages_come_out_as_they_went_in(sent: list[bytes], at: list[int]) -> None:
    stream = b"".join(sent)
    assert framed(pieces(stream, at)) == (sent, False)
    assert framed([stream[place : place + 1] for place in range(len(stream))]) == (sent, False)


@budget
@given(messages, cuts, st.binary(max_size=40), st.data())
def test_rubbish_in_the_stream_costs_no_message_before_it(
    sent: list[bytes], at: list[int], rubbish: bytes, data: st.DataObject
) -> None:
    stream = b"".join(sent) + b"x" + rubbish + b"\r\n\r\n"
    whole, gave_up = framed([stream])
    assert gave_up
    assert whole == sent
    cut, _ = framed(pieces(stream, at))
    assert cut == sent
