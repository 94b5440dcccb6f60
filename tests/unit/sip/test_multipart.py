"""Bodies of several parts (RFC 5621): the SDP is taken, what is required and unknown is not."""

from __future__ import annotations

import pytest

from pbx.sip.errors import ParseError
from pbx.sip.message import Request
from pbx.sip.multipart import parts, unwrap

SDP = b"v=0\r\n"


def body(*pieces: str) -> bytes:
    """Parts, each its headers, an empty line and its body."""
    return ("".join(f"--x\r\n{piece}\r\n" for piece in pieces) + "--x--\r\n").encode()


def invite(data: bytes, kind: str = 'multipart/mixed;boundary="x"') -> Request:
    return Request("INVITE", "sip:a@x", (("content-type", kind), ("content-length", str(len(data)))), data)


DESCRIPTION = "Content-Type: application/sdp\r\n\r\nv=0\r\n"
OPTIONAL = "Content-Type: application/isup\r\nContent-Disposition: signal;handling=optional\r\n\r\n\x01"
REQUIRED = "Content-Type: application/isup\r\n\r\n\x01"


@pytest.mark.parametrize("pieces", [(DESCRIPTION,), (OPTIONAL, DESCRIPTION), (DESCRIPTION, OPTIONAL)])
def test_the_description_is_taken_out(pieces: tuple[str, ...]) -> None:
    request = invite(body(*pieces))
    assert unwrap(request)
    assert (request.get("content-type"), request.body) == ("application/sdp", SDP)
    assert b"Content-Length: 5\r\n" in bytes(request)


@pytest.mark.parametrize("pieces", [(REQUIRED, DESCRIPTION), (OPTIONAL,), (REQUIRED,)])
def test_what_is_required_and_unknown_or_describes_nothing_cannot_be_taken(pieces: tuple[str, ...]) -> None:
    assert not unwrap(invite(body(*pieces)))


def test_of_alternatives_the_description_is_enough() -> None:
    request = invite(body(REQUIRED, DESCRIPTION), "Multipart/Alternative; boundary=x")
    assert unwrap(request)
    assert request.body == SDP


@pytest.mark.parametrize(("kind", "data"), [("text/plain", b"hello"), ("multipart/mixed;boundary=x", b"")])
def test_any_other_body_stays_as_it_is(kind: str, data: bytes) -> None:
    request = invite(data, kind)
    assert unwrap(request)
    assert request.body == data


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("multipart/mixed", body(DESCRIPTION)),
        ("multipart/mixed;boundary=x", b"--x\r\nv=0\r\n"),
        ("multipart/mixed;boundary=x", b"no boundary"),
        ("multipart/mixed;boundary=x", b"--x\r\nno empty line\r\n--x--"),
        ("multipart/mixed;boundary=x", body(*["\r\n"] * 17)),
    ],
)
def test_a_body_whose_parts_cannot_be_told_apart_is_refused(kind: str, data: bytes) -> None:
    with pytest.raises(ParseError):
        unwrap(invite(data, kind))


def test_a_part_without_headers_is_plain_text() -> None:
    [part] = parts("multipart/mixed;boundary=x", b"preamble\r\n--x \r\n\r\nhello\r\n--x--\r\nepilogue")
    assert (part.kind, part.required, part.body) == ("text/plain", True, b"hello")
