"""SIP messages: read lazily, written byte-exact (RFC 3261 section 7).

A received message keeps its header lines as they came, folded or not; a value is cut out and read when it is
first asked for. Lines that nobody changes leave as they arrived. Messages of our own are made of the same lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pbx.sip.errors import ParseError
from pbx.sip.headers.address import Address
from pbx.sip.headers.cseq import CSeq
from pbx.sip.headers.names import KEYS, SPELLINGS, key_of, spelling_of
from pbx.sip.headers.via import Via
from pbx.sip.text import TOKEN, decode, encode, split_values
from pbx.sip.uri import Uri

MAX_HEAD = 32 * 1024
"""Bytes of start line and headers; more gets 513."""
MAX_BODY = 64 * 1024
"""Bytes of body; more gets 413."""
MAX_HEADERS = 256
MAX_LINES = 2 * MAX_HEADERS
"""Lines of the head, folded ones counted singly: looked at before anything of it is copied."""
SINGLE = ("from", "to", "call-id", "cseq", "max-forwards", "content-length")
"""Headers that may stand once only."""

Fields = Iterable[tuple[str, str]]
"""Header keys (lower case, long form) with their values, in order."""

_STATUS_LINE = re.compile(r"SIP/2\.0 ([1-6]\d\d)(?: (.*))?", re.DOTALL)
_LINE = re.compile(r"\r\n(?![ \t])")
_FOLD = re.compile(r"[ \t]*\r\n[ \t]+")


class Message:
    """What requests and responses share: header lines in order, and a body."""

    __slots__ = ("_call_id", "_cseq", "_from", "_keys", "_lines", "_to", "_to_tag", "_via", "body", "start_line")

    def __init__(self, start_line: str, fields: Fields = (), body: bytes = b"") -> None:
        keys: list[str] = []
        lines: list[str] = []
        for key, value in fields:
            keys.append(key)
            lines.append(f"{SPELLINGS.get(key) or spelling_of(key)}: {value}")
        self._keys = keys
        self._lines = lines
        self.start_line = start_line
        """The first line, without its line end."""
        self.body = body
        self._forget()

    def _forget(self) -> None:
        self._via: Via | None = None
        self._from: Address | None = None
        self._to: Address | None = None
        self._cseq: CSeq | None = None
        self._call_id: str | None = None
        self._to_tag: str | None = None

    def _take_lines(self, head: str) -> None:
        lines = _LINE.split(head) if "\r\n " in head or "\r\n\t" in head else head.split("\r\n")
        if len(lines) > MAX_HEADERS:
            raise ParseError(f"{len(lines)} header lines are more than {MAX_HEADERS}", status=513)
        keys = self._keys
        for line in lines:
            colon = line.find(":")
            if colon < 0:
                raise ParseError(f"a header line without a colon: {line[:40]!r}", head.find(line))
            name = line[:colon]
            keys.append(KEYS.get(name) or key_of(name.rstrip()))
        self._lines = lines

    # Values as text

    def get(self, key: str) -> str | None:
        """The first line's value under a key, unfolded and stripped; None where there is none."""
        try:
            line = self._lines[self._keys.index(key)]
        except ValueError:
            return None
        value = line[line.index(":") + 1 :].strip()
        return _FOLD.sub(" ", value) if "\r\n" in value else value

    def get_all(self, key: str) -> list[str]:
        """The value of each line under a key, in order."""
        if key not in self._keys:
            return []
        return [_value(line) for own, line in zip(self._keys, self._lines, strict=True) if own == key]

    def values(self, key: str) -> list[str]:
        """Each comma-separated value under a key, over all its lines. Raises ParseError."""
        if key not in self._keys:
            return []
        return [value for line in self.get_all(key) for value in split_values(line) if value]

    def has(self, key: str) -> bool:
        """Whether a header is there."""
        return key in self._keys

    def keys(self) -> list[str]:
        """The keys of all lines, in order."""
        return list(self._keys)

    # Values as what they mean; each is read once

    @property
    def via(self) -> Via:
        """The topmost Via. Raises ParseError."""
        if self._via is None:
            value = self._mandatory("via")
            self._via = Via.parse(split_values(value)[0] if "," in value else value)
        return self._via

    @property
    def branch(self) -> str:
        """The branch of the topmost Via, '' without one; the rest of that Via is not read."""
        top = self._mandatory("via").partition(",")[0]
        return top.partition(";branch=")[2].partition(";")[0].rstrip() or self.via.branch

    @property
    def from_(self) -> Address:
        """From. Raises ParseError."""
        if self._from is None:
            self._from = Address.parse(self._mandatory("from"))
        return self._from

    @property
    def to(self) -> Address:
        """To. Raises ParseError."""
        if self._to is None:
            self._to = Address.parse(self._mandatory("to"))
        return self._to

    @property
    def from_tag(self) -> str:
        """The tag of From, '' without one. Raises ParseError."""
        return _tag(self._mandatory("from"))

    @property
    def to_tag(self) -> str:
        """The tag of To, '' without one. Raises ParseError."""
        if self._to_tag is None:
            self._to_tag = _tag(self._mandatory("to"))
        return self._to_tag

    @property
    def cseq(self) -> CSeq:
        """CSeq. Raises ParseError."""
        if self._cseq is None:
            self._cseq = CSeq.parse(self._mandatory("cseq"))
        return self._cseq

    @property
    def call_id(self) -> str:
        """Call-ID. Raises ParseError."""
        if self._call_id is None:
            self._call_id = self._mandatory("call-id")
        return self._call_id

    @property
    def contact(self) -> Address | None:
        """The first Contact, None where there is none or it is ``*``. Raises ParseError."""
        value = self.get("contact")
        if value is None or value == "*":
            return None
        return Address.parse(split_values(value)[0] if "," in value else value)

    def number(self, key: str) -> int | None:
        """A header that is one plain number, such as Expires; None where absent. Raises ParseError."""
        value = self.get(key)
        if value is None:
            return None
        if not (value.isascii() and value.isdigit()) or len(value) > 10:
            raise ParseError(f"{spelling_of(key)} needs a plain number, found {value[:20]!r}")
        return int(value)

    def _mandatory(self, key: str) -> str:
        value = self.get(key)
        if not value:
            raise ParseError(f"{spelling_of(key)} is missing")
        return value

    # Changing

    def add(self, key: str, value: str) -> None:
        """One more line at the end."""
        self._keys.append(key)
        self._lines.append(f"{spelling_of(key)}: {value}")

    def prepend(self, key: str, value: str) -> None:
        """One more line on top, as a Via or Record-Route wants it."""
        self._keys.insert(0, key)
        self._lines.insert(0, f"{spelling_of(key)}: {value}")
        self._forget()

    def set(self, key: str, value: str) -> None:
        """Replace the first line under a key (the others stay), or add it."""
        if key in self._keys:
            self._lines[self._keys.index(key)] = f"{spelling_of(key)}: {value}"
            self._forget()
        else:
            self.add(key, value)

    def remove(self, key: str) -> None:
        """Drop all lines under a key."""
        keep = [index for index, own in enumerate(self._keys) if own != key]
        self._keys = [self._keys[index] for index in keep]
        self._lines = [self._lines[index] for index in keep]
        self._forget()

    def mark_source(self, host: str, port: int) -> None:
        """Write into the topmost Via where the message really came from (section 18.2.1, RFC 3581)."""
        via = self.via
        marked = via.seen_from(host, port)
        if marked is via:
            return
        value = self._mandatory("via")
        others = split_values(value)[1:] if "," in value else []
        self._lines[self._keys.index("via")] = f"Via: {', '.join([str(marked), *others])}"
        self._via = marked

    def __bytes__(self) -> bytes:
        head = "\r\n".join((self.start_line, *self._lines))
        if self.body or "content-length" not in self._keys:
            if "content-length" not in self._keys:
                head = f"{head}\r\nContent-Length: {len(self.body)}"
            return encode(head) + b"\r\n\r\n" + self.body
        return encode(head) + b"\r\n\r\n"

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.start_line}>"


class Request(Message):
    """A request; ``uri`` is kept as text until it is read."""

    __slots__ = ("method", "uri_text")

    def __init__(self, method: str, uri: str, fields: Fields = (), body: bytes = b"") -> None:
        super().__init__(f"{method} {uri} SIP/2.0", fields, body)
        self.method = method
        self.uri_text = uri

    @property
    def uri(self) -> Uri:
        """The Request-URI. Raises ParseError."""
        return Uri.parse(self.uri_text)


class Response(Message):
    """A response."""

    __slots__ = ("reason", "status")

    def __init__(self, status: int, reason: str = "", fields: Fields = (), body: bytes = b"") -> None:
        super().__init__(f"SIP/2.0 {status} {reason}", fields, body)
        self.status = status
        self.reason = reason


def parse_message(data: bytes) -> Request | Response:
    """Read one whole message: start line and header lines now, their values when they are asked for.

    The body is cut to Content-Length where there is one. Raises ParseError with status 400, 413, 505 or 513.
    """
    if data.startswith(b"\r\n"):
        data = data.lstrip(b"\r\n")  # section 7.5: line ends before the start line are ignored
    end = data.find(b"\r\n\r\n")
    if end > MAX_HEAD or (end < 0 and len(data) > MAX_HEAD):
        raise ParseError(f"the headers are longer than {MAX_HEAD} bytes", MAX_HEAD, status=513)
    if end < 0:
        raise ParseError("the empty line after the headers is missing", len(data))
    if data.count(b"\n", 0, end) > MAX_LINES:
        raise ParseError(f"the headers have more than {MAX_LINES} lines", status=513)
    start, _, head = decode(data[:end]).partition("\r\n")
    message = _read_start_line(start)
    message._take_lines(head)
    if len(set(message._keys)) < len(message._keys):
        _refuse_repeated(message)
    message.body = _cut_body(message, data[end + 4 :])
    return message


def _read_start_line(start: str) -> Request | Response:
    if start.startswith("SIP/"):
        match = _STATUS_LINE.fullmatch(start)
        if match is None:
            raise ParseError(f"not a status line: {start[:40]!r}")
        return Response(int(match[1]), match[2] or "")
    parts = start.split(" ")
    if len(parts) != 3 or not TOKEN.fullmatch(parts[0]) or not parts[1]:
        raise ParseError(f"not a request line: {start[:60]!r}")
    method, uri, version = parts
    if version != "SIP/2.0":
        wrong = version.upper().startswith("SIP/")
        raise ParseError(f"expected SIP/2.0, found {version[:20]!r}", len(start), status=505 if wrong else 400)
    return Request(method, uri)


def _refuse_repeated(message: Message) -> None:
    """Two Froms are two callers: no element may pick one and another the other (section 7.3.1)."""
    for key in SINGLE:
        if message._keys.count(key) > 1:
            raise ParseError(f"{spelling_of(key)} stands more than once")


def _cut_body(message: Message, body: bytes) -> bytes:
    length = message.number("content-length")
    if length is None or length == len(body):
        length = len(body)
    elif length > MAX_BODY:
        raise ParseError(f"a body of {length} bytes is larger than {MAX_BODY}", status=413)
    elif length > len(body):
        raise ParseError(f"Content-Length says {length}, {len(body)} bytes came", len(body))
    if length > MAX_BODY:
        raise ParseError(f"a body of {length} bytes is larger than {MAX_BODY}", status=413)
    return body[:length]


def _value(line: str) -> str:
    value = line[line.index(":") + 1 :].strip()
    return _FOLD.sub(" ", value) if "\r\n" in value else value


def _tag(value: str) -> str:
    """The tag parameter of a name-addr, found without reading the rest where that is safe."""
    params = value[value.rfind(">") + 1 :]
    if '"' in params:
        return Address.parse(value).tag or ""
    _, found, rest = params.partition(";tag=")
    if not found:
        return Address.parse(value).tag or "" if "tag" in params.lower() else ""
    return rest.partition(";")[0].rstrip()


REASONS = {
    100: "Trying", 180: "Ringing", 181: "Call Is Being Forwarded", 183: "Session Progress", 200: "OK",
    202: "Accepted", 302: "Moved Temporarily", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden",
    404: "Not Found", 405: "Method Not Allowed", 406: "Not Acceptable", 407: "Proxy Authentication Required",
    408: "Request Timeout", 413: "Request Entity Too Large", 414: "Request-URI Too Long", 415: "Unsupported Media Type",
    416: "Unsupported URI Scheme", 420: "Bad Extension", 422: "Session Interval Too Small", 423: "Interval Too Brief",
    440: "Max-Breadth Exceeded",
    480: "Temporarily Unavailable", 481: "Call/Transaction Does Not Exist", 482: "Loop Detected",
    483: "Too Many Hops", 484: "Address Incomplete", 486: "Busy Here", 487: "Request Terminated",
    488: "Not Acceptable Here", 489: "Bad Event", 491: "Request Pending", 500: "Server Internal Error",
    501: "Not Implemented", 503: "Service Unavailable", 504: "Server Time-out", 505: "Version Not Supported",
    513: "Message Too Large", 600: "Busy Everywhere", 603: "Decline", 604: "Does Not Exist Anywhere",
}  # fmt: skip


def respond(request: Request, status: int, reason: str = "", *, tag: str = "", body: bytes = b"") -> Response:
    """A response with what it must repeat of its request (section 8.2.6.2).

    ``tag`` goes into To where the request has none there. Header values are repeated as they came, so that
    even a request that could only half be read gets its answer.
    """
    response = Response(status, reason or REASONS.get(status, "Unknown"), body=body)
    keys, lines = response._keys, response._lines
    for key, line in zip(request._keys, request._lines, strict=True):
        if key in _REPEATED:
            if key == "to" and tag and _lacks_tag(request):
                line = f"{line.rstrip()};tag={tag}"
            keys.append(key)
            lines.append(line)
    return response


def _lacks_tag(request: Request) -> bool:
    try:
        return request.to.tag is None
    except ParseError:
        return False  # what cannot be read is repeated as it came


_REPEATED = frozenset(("via", "from", "to", "call-id", "cseq"))


def salvage(data: bytes) -> Request | None:
    """What can be kept of an unreadable request so that it can be told so: its readable header lines.

    None where no response can be addressed: a response, an ACK, or no Via at all.
    """
    text = decode(data[:MAX_HEAD].lstrip(b"\r\n")).partition("\r\n\r\n")[0]
    start, _, head = text.partition("\r\n")
    method = start.partition(" ")[0]
    if start.startswith("SIP/") or method in ("", "ACK") or not head:
        return None
    request = Request(method, "")
    for line in _LINE.split(head)[:MAX_HEADERS]:
        name, colon, _ = line.partition(":")
        key = key_of(name.rstrip())
        if colon and key in _REPEATED and (key == "via" or not request.has(key)):
            request._keys.append(key)
            request._lines.append(line)
    return request if request.has("via") else None
