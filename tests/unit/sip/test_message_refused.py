"""Messages that cannot be read, with the status each is refused with."""

from __future__ import annotations

import pytest

from pbx.sip.errors import ParseError
from pbx.sip.message import MAX_BODY, MAX_HEAD, MAX_HEADERS, parse_message, salvage

VIA = b"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
START = b"OPTIONS sip:b SIP/2.0\r\n"


def status_of(data: bytes) -> int:
    """The status with which bytes are refused."""
    with pytest.raises(ParseError) as refused:
        parse_message(data)
    return refused.value.status


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"OPTIONS",
        b"OPTIONS sip:b",
        b"OPTIONS  sip:b SIP/2.0",
        b"OPTIONS sip:b SIP/2.0 ",
        b" OPTIONS sip:b SIP/2.0",
        b"OPTIONS sip:b; lr SIP/2.0",
        b"OPT(IONS sip:b SIP/2.0",
        b"OPTIONS sip:b HTTP/1.1",
        b"SIP/2.0 4294967301 better not",
        b"SIP/2.0 099 too low",
        b"SIP/2.0 20 OK",
        b"SIP/3.0 200 OK",
    ],
)
def test_a_start_line_that_is_none_gets_400(start: bytes) -> None:
    assert status_of(start + b"\r\n" + VIA + b"\r\n") == 400


@pytest.mark.parametrize("version", [b"SIP/7.0", b"SIP/1.0", b"sip/3"])
def test_another_version_gets_505(version: bytes) -> None:
    assert status_of(b"OPTIONS sip:b " + version + b"\r\n" + VIA + b"\r\n") == 505


@pytest.mark.parametrize(
    "lines",
    [
        b"no colon here\r\n",
        b"Content-Length: -1\r\n",
        b"Content-Length: 1e3\r\n",
        b"Content-Length: 5\r\n",
        b"Content-Length: 0\r\nl: 0\r\n",
        b"From: <sip:a>\r\nf: <sip:b>\r\n",
        b"To: <sip:a>\r\nTo: <sip:a>\r\n",
    ],
)
def test_header_lines_that_contradict_themselves_get_400(lines: bytes) -> None:
    assert status_of(START + VIA + lines + b"\r\n") == 400


def test_headers_without_end_get_400() -> None:
    assert status_of(START + VIA) == 400


def test_a_head_of_the_largest_size_is_read_and_one_byte_more_gets_513() -> None:
    filling = b"Note: " + b"a" * (MAX_HEAD - len(START + VIA) - 6)
    assert parse_message(START + VIA + filling + b"\r\n\r\n").has("note")
    assert status_of(START + VIA + filling + b"a\r\n\r\n") == 513


def test_too_many_header_lines_get_513() -> None:
    assert len(parse_message(START + b"X: 1\r\n" * MAX_HEADERS + b"\r\n").keys()) == MAX_HEADERS
    assert status_of(START + b"X: 1\r\n" * (MAX_HEADERS + 1) + b"\r\n") == 513


def test_a_body_of_the_largest_size_is_read_and_one_byte_more_gets_413() -> None:
    assert len(parse_message(START + VIA + b"\r\n" + b"a" * MAX_BODY).body) == MAX_BODY
    assert status_of(START + VIA + b"\r\n" + b"a" * (MAX_BODY + 1)) == 413


@pytest.mark.parametrize("value", ["", "70x", "-1", "+1", "²", "12345678901"])
def test_a_number_that_is_none_is_refused_by_name(value: str) -> None:
    message = parse_message(START + VIA + f"Expires: {value}\r\n\r\n".encode())
    with pytest.raises(ParseError, match="Expires needs a plain number"):
        message.number("expires")


def test_of_an_unreadable_request_its_answerable_lines_are_salvaged() -> None:
    kept = salvage(
        b"BAD  LINE SIP/2.0\r\n" + VIA + b"rubbish\r\nv\r\nFrom: <sip:a>\r\nSubject: x\r\nf: again\r\nCSeq: 1 X\r\n\r\n"
    )
    assert kept is not None
    assert kept.keys() == ["via", "from", "cseq"], "each once, for an answer repeats them"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\r\n\r\n",
        b"OPTIONS",
        b"SIP/2.0 x\r\n" + VIA + b"\r\n",
        b"ACK x\r\n" + VIA + b"\r\n",
        START + b"f: a\r\n\r\n",
    ],
    ids=["nothing", "a ping", "a word", "a response", "an ACK", "no Via"],
)
def test_what_cannot_be_answered_is_not_salvaged(data: bytes) -> None:
    assert salvage(data) is None
