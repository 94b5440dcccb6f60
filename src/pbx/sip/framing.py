"""Cutting a byte stream into messages (RFC 3261 section 18.3, RFC 5626 section 3.5.1 keep-alives)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pbx.sip.errors import ParseError
from pbx.sip.message import MAX_BODY, MAX_HEAD

_CONTENT_LENGTH = re.compile(rb"\r\n(?:content-length|l)[ \t]*:(?:\r\n)?[ \t]*(\d{1,10})[ \t]*(?=\r\n)", re.IGNORECASE)
PING = b"\r\n\r\n"
PONG = b"\r\n"


class StreamFramer:
    """Bytes in, whole messages and keep-alive pings out; one a connection."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._broken: ParseError | None = None
        """Why nothing more can be cut off the stream."""

    @property
    def pending(self) -> bool:
        """Whether a message, or a keep-alive, has begun that is not whole."""
        return bool(self._buffer)

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The messages that are whole now; ``PING`` stands for a keep-alive that wants ``PONG``.

        Raises ParseError, after the last good message, when the stream cannot be framed any more; the connection
        must then be closed. Of a message that is too large its head comes before, as far as it was kept, so that it
        can be answered: nothing of its body is waited for.
        """
        self._buffer += data
        while (message := self._next()) is not None:
            yield message

    def _next(self) -> bytes | None:
        if self._broken is not None:
            raise self._broken
        buffer = self._buffer
        if buffer.startswith(b"\r\n"):
            if buffer.startswith(PING):
                del buffer[: len(PING)]
                return PING
            if len(buffer) < len(PING) and PING.startswith(bytes(buffer)):
                return None  # half a ping, or a pong: the next bytes tell
            del buffer[:2]
            return self._next()
        end = buffer.find(b"\r\n\r\n", 0, MAX_HEAD + 4)
        if end < 0:
            if len(buffer) > MAX_HEAD:
                return self._give_up(
                    MAX_HEAD + 1, ParseError(f"no end of headers within {MAX_HEAD} bytes", MAX_HEAD, status=513)
                )
            return None
        match = _CONTENT_LENGTH.search(buffer, 0, end + 2)
        if match is None:
            # Section 20.14: on a stream Content-Length is mandatory, for nothing else says where the body ends.
            raise ParseError("Content-Length is missing on a stream", end)
        length = int(match[1])
        if length > MAX_BODY:
            return self._give_up(
                end + 4, ParseError(f"a body of {length} bytes is larger than {MAX_BODY}", end, status=413)
            )
        total = end + 4 + length
        if len(buffer) < total:
            return None
        message = bytes(buffer[:total])
        del buffer[:total]
        return message

    def _give_up(self, length: int, error: ParseError) -> bytes:
        head = bytes(self._buffer[:length])
        self._buffer.clear()
        self._broken = error
        return head
