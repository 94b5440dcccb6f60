"""SIP over WebSocket (RFC 7118): one message a frame sequence, text or binary; secure when TLS is beneath."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import cast

from websockets.datastructures import Headers
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.server import ServerProtocol
from websockets.typing import Origin, Subprotocol

from pbx.io.connection import Connection, House
from pbx.sip.flow import Flow
from pbx.sip.framing import PING, PONG
from pbx.sip.message import MAX_BODY, MAX_HEAD

SIP = Subprotocol("sip")
"""What both sides must agree on (RFC 7118 section 4.1)."""
_log = logging.getLogger("pbx.websocket")
_log.setLevel(logging.CRITICAL)  # what strangers send is not worth a line each


class WebSocket(Connection):
    """A browser's connection."""

    def __init__(self, house: House, flow: Flow, origins: Sequence[str] = ()) -> None:
        """``origins``: the pages that may connect (RFC 6454, ``https://example.com``); without any, all may."""
        super().__init__(house, flow, incoming=True)
        allowed = [Origin(one) for one in origins] or None
        self._protocol = ServerProtocol(subprotocols=[SIP], origins=allowed, max_size=MAX_HEAD + MAX_BODY, logger=_log)
        self._parts: list[bytes] = []
        """The frames of a message that is not whole."""
        self._unread = False
        """Whether bytes came that made no frame yet."""
        self._asked_at = 0.0

    @property
    def _incomplete(self) -> bool:
        return bool(self._parts) or self._unread

    def _take(self, data: bytes) -> bool:
        self._protocol.receive_data(data)
        events = self._protocol.events_received()
        heard = False
        for event in events:
            if isinstance(event, Request):
                response = self._protocol.accept(event)
                _forget_server(response.headers)
                self._protocol.send_response(response)
            elif isinstance(event, Frame):
                heard = self._frame(event) or heard
        self._unread = not events
        self._flush()
        return heard

    def _frame(self, frame: Frame) -> bool:
        if frame.opcode not in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
            return frame.opcode is Opcode.PONG
        self._parts.append(bytes(frame.data))
        if not frame.fin:
            return False
        message, self._parts = b"".join(self._parts), []
        if message == PING:
            self._protocol.send_text(PONG)
        elif message.strip():
            self._house.received(self, message)
        return True

    def eof_received(self) -> bool:
        """The far side writes no more: neither do we."""
        self._protocol.receive_eof()
        self._flush()
        return False

    def close(self) -> None:
        """Say goodbye (RFC 6455 section 7.1.1, 1001: going away) and end it."""
        if self.usable and self._heard_at:
            self._protocol.send_close(1001)
            self._flush()
        super().close()

    def stir(self, now: float) -> None:
        """Ping a browser that has been silent: its page cannot, and the NAT before it forgets."""
        if self._heard_at and now - max(self._heard_at, self._asked_at) > self._house.limits.ping_s:
            self._asked_at = now
            self._protocol.send_ping(b"")
            self._flush()

    def _write(self, data: bytes, transport: asyncio.Transport) -> None:
        if _is_text(data):
            self._protocol.send_text(data)
        else:
            self._protocol.send_binary(data)  # RFC 7118 section 4.2: text frames hold UTF-8 alone
        self._flush()

    def _flush(self) -> None:
        transport = cast(asyncio.Transport, self._transport)
        for chunk in self._protocol.data_to_send():
            if chunk:
                transport.write(chunk)
            else:
                transport.close()


def _is_text(data: bytes) -> bool:
    if data.isascii():
        return True
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _forget_server(headers: Headers) -> None:
    """Strangers need not know what runs here."""
    headers.pop("Server", None)
