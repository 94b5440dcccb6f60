"""The SIP of the load generator: messages filled into bytes made beforehand, fields found by their names.

Not a parser: it reads what the switch writes (each header on a line of its own, in its usual spelling) and nothing
else, which lets one core play both sides of many hundred calls a second.
"""

from __future__ import annotations

Address = tuple[str, int]

VIA, FROM, TO, CALL_ID, CSEQ, CONTACT = (
    b"\r\n" + name + b": " for name in (b"Via", b"From", b"To", b"Call-ID", b"CSeq", b"Contact")
)

_INVITE = """\
INVITE sip:%(to)d@{switch} SIP/2.0
Via: SIP/2.0/UDP {own};branch=z9hG4bK%(call)di
Max-Forwards: 70
From: <sip:+38160%(call)07d@{own}>;tag=c%(call)d
To: <sip:%(to)d@{switch}>
Call-ID: %(call)d@{own}
CSeq: 1 INVITE
Contact: <sip:caller@{own}>
Content-Type: application/sdp
Content-Length: {length}

{sdp}"""

_LATER = """\
{method} %(target)b SIP/2.0
Via: SIP/2.0/UDP {own};branch=z9hG4bK%(call)d{mark}
Max-Forwards: 70
From: <sip:+38160%(call)07d@{own}>;tag=c%(call)d
To: %(to)b
Call-ID: %(call)d@{own}
CSeq: {cseq} {method}
Content-Length: 0

"""

_SDP = """\
v=0
o=phone 1 1 IN IP4 {host}
s=-
c=IN IP4 {host}
t=0 0
m=audio {port} RTP/AVP 0
a=rtpmap:0 PCMU/8000
"""


class Requests:
    """The requests of callers at one address; each is bytes to be filled with ``%`` and a dict."""

    def __init__(self, switch: Address, own: Address, audio: Address) -> None:
        words = {"switch": _text(switch), "own": _text(own), "sdp": sdp(audio), "length": str(len(sdp(audio)))}
        self.invite = _wire(_INVITE.format(**words))
        """Takes ``call`` (its number) and ``to`` (the number it dials)."""
        self.ack = _wire(_LATER.format(**words, method="ACK", cseq=1, mark="a"))
        """Takes ``call``, ``target`` (a URI) and ``to`` (the whole header)."""
        self.ack_refusal = _wire(_LATER.format(**words, method="ACK", cseq=1, mark="i"))
        """The same for a refusal: it belongs to the INVITE's transaction (RFC 3261 section 17.1.1.3)."""
        self.bye = _wire(_LATER.format(**words, method="BYE", cseq=2, mark="b"))
        """Takes the same as ``ack``."""


def sdp(audio: Address) -> str:
    """An offer or answer of PCMU at this address, with the line ends of the wire."""
    return _SDP.format(host=audio[0], port=audio[1]).replace("\n", "\r\n")


def response(request: bytes, status: bytes, *, tag: bytes = b"", own: bytes = b"", body: bytes = b"") -> bytes:
    """Answer a request; ``tag`` completes its To header, ``own`` is the contact of who answers."""
    to = field(request, TO)
    lines = [
        b"SIP/2.0 " + status,
        b"Via: " + field(request, VIA),
        b"From: " + field(request, FROM),
        b"To: " + (to + b";tag=" + tag if tag and b";tag=" not in to else to),
        b"Call-ID: " + field(request, CALL_ID),
        b"CSeq: " + field(request, CSEQ),
    ]
    if own:
        lines.append(b"Contact: <sip:phone@" + own + b">")
    if body:
        lines.append(b"Content-Type: application/sdp")
    lines.append(b"Content-Length: %d\r\n\r\n" % len(body))
    return b"\r\n".join(lines) + body


def field(message: bytes, name: bytes) -> bytes:
    """The first header of this name. Raises ValueError when there is none."""
    start = message.index(name) + len(name)
    return message[start : message.index(b"\r\n", start)]


def uri_in(header: bytes) -> bytes:
    """The URI between angle brackets. Raises ValueError."""
    start = header.index(b"<") + 1
    return header[start : header.index(b">", start)]


def caller_in(header: bytes) -> int:
    """Which of our calls a From header shows, 0 where it is none of ours."""
    start = header.find(b"<sip:+38160")
    digits = header[start + 11 : header.find(b"@", start)] if start >= 0 else b""
    return int(digits) if digits.isdigit() else 0


def _text(address: Address) -> str:
    return f"{address[0]}:{address[1]}"


def _wire(text: str) -> bytes:
    return text.replace("\r\n", "\n").replace("\n", "\r\n").encode()
