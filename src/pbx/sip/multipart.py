"""Bodies of several parts (RFC 5621, RFC 2046 section 5.1): the session description is taken out of them."""

from __future__ import annotations

from msgspec import Struct

from pbx.sip.abilities import SDP
from pbx.sip.errors import ParseError
from pbx.sip.headers.names import key_of
from pbx.sip.message import Message
from pbx.sip.text import decode, encode, find_param, parse_params, unquote

MOST = 16
"""Parts that are read; a body of more gets 413."""


class Part(Struct, frozen=True):
    """One part."""

    kind: str
    """Its media type in lower case, without parameters."""
    required: bool
    """Whether one who does not understand it must refuse the whole (RFC 5621 section 8.2): unless it says otherwise."""
    body: bytes


def media_type(value: str) -> str:
    """A Content-Type's or Accept's kind, without parameters."""
    return value.partition(";")[0].strip().lower()


def unwrap(message: Message) -> bool:
    """Leave of a multipart body its SDP alone, if there is one; any other body stays as it is.

    Returns False where the message cannot be taken, for a part of it is required and unknown. Raises ParseError.
    """
    if not message.body:
        return True
    value = message.get("content-type") or ""
    if not media_type(value).startswith("multipart/"):
        return True
    found = parts(value, message.body)
    described = [part for part in found if part.kind == SDP]
    alternative = media_type(value) == "multipart/alternative"
    if not alternative and any(part.required and part.kind != SDP for part in found):
        return False
    if described:
        message.set("content-type", SDP)
        message.remove("content-length")
        message.body = described[-1].body
    return bool(described)


def parts(content_type: str, body: bytes) -> list[Part]:
    """The parts of a multipart body, in order. Raises ParseError."""
    boundary = unquote(find_param(parse_params(content_type.partition(";")[2]), "boundary") or "")
    if not boundary:
        raise ParseError("a multipart body needs a boundary")
    pieces = (b"\r\n" + body).split(b"\r\n--" + encode(boundary))
    if len(pieces) - 2 > MOST:
        raise ParseError(f"a body of {len(pieces) - 2} parts is more than {MOST}", status=413)
    if len(pieces) < 3 or not pieces[-1].startswith(b"--"):
        raise ParseError("a multipart body is not closed")
    return [_part(piece) for piece in pieces[1:-1]]


def _part(piece: bytes) -> Part:
    # After the boundary: perhaps blanks, the line's end, headers, an empty line, the body.
    head, found, body = piece.partition(b"\r\n\r\n")
    if not found:
        raise ParseError("a part has no empty line after its headers")
    fields: dict[str, str] = {}
    for line in decode(head).split("\r\n")[1:]:
        name, _, value = line.partition(":")
        fields.setdefault(key_of(name.strip()), value.strip())
    handling = find_param(parse_params(fields.get("content-disposition", "").partition(";")[2]), "handling")
    return Part(media_type(fields.get("content-type", "text/plain")), (handling or "").lower() != "optional", body)
