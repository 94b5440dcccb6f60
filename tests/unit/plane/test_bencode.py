"""Bencode: what is written is read again, and what is none is refused."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbx.plane.rtpengine.bencode import BencodeError, decode, encode

VALUES = st.recursive(
    st.integers(-(2**63), 2**63) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_what_is_written_is_read_again(value: object) -> None:
    assert decode(encode(value)) == value  # type: ignore[arg-type]


def test_a_ping_is_written_as_rtpengine_reads_it() -> None:
    assert encode({"command": "ping"}) == b"d7:command4:pinge"
    assert decode(b"d6:result4:ponge") == {"result": "pong"}


def test_octets_that_are_no_text_come_out_as_they_went_in() -> None:
    assert encode(decode(b"2:\xff\xfe")) == b"2:\xff\xfe"


@pytest.mark.parametrize(
    "data",
    [b"", b"i12", b"ixe", b"5:abc", b"l", b"d1:ae", b"di1ei2ee", b"i1ei2e", b"x", b"l" * 40 + b"e" * 40, b"-1:a"],
)
def test_what_is_no_bencode_is_refused(data: bytes) -> None:
    with pytest.raises(BencodeError):
        decode(data)


@given(st.binary(max_size=60))
def test_nothing_else_is_ever_raised(data: bytes) -> None:
    with suppress(BencodeError):
        decode(data)
