"""Digits in INFO requests: whatever the body, one digit or none."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pbx.call.digits import digit_of
from pbx.media.dtmf import DIGITS
from pbx.sip.message import Request

KINDS = st.sampled_from(["application/dtmf-relay", "application/dtmf", "Application/DTMF-Relay; q=1", "text/plain", ""])


def info(kind: str, body: bytes) -> Request:
    request = Request("INFO", "sip:switch@192.0.2.1")
    if kind:
        request.add("content-type", kind)
    request.body = body
    return request


@given(KINDS, st.binary(max_size=200))
def test_any_body_holds_a_digit_or_none(kind: str, body: bytes) -> None:
    digit, duration_ms = digit_of(info(kind, body))

    assert len(digit) <= 1
    assert not digit or digit in DIGITS
    assert 0 < duration_ms <= 99_999


@given(
    st.sampled_from(DIGITS),
    st.integers(1, 60_000),
    st.sampled_from(["\r\n", "\n"]),
    st.sampled_from(["=", " = ", "= "]),
)
def test_a_digit_and_its_length_are_read_however_they_are_spaced(
    digit: str, duration_ms: int, end: str, equals: str
) -> None:
    body = f"Signal{equals}{digit}{end}Duration{equals}{duration_ms}{end}"

    assert digit_of(info("application/dtmf-relay", body.encode())) == (digit, duration_ms)
