"""A web page's phone: a handset whose SIP goes over a WebSocket, with addresses as browsers make them up (RFC 7118)."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import AsyncExitStack, suppress
from types import TracebackType
from typing import Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.live.harness.handset import Handset
from tests.live.harness.wire import Message

INVENTED = "df7jal23ls0d.invalid"


class Page(Handset):
    """One page. ``binary``: whether it sends binary frames; text is what most pages send."""

    def __init__(
        self,
        switch: str,
        url: str,
        *,
        user: str,
        password: str = "",
        hz: float = 440.0,
        binary: bool = False,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        super().__init__(switch, user=user, password=password, hz=hz)
        self._url = url
        self._binary = binary
        self._trust = trust
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._sending: asyncio.Task[None] | None = None
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        connecting = connect(self._url, subprotocols=[Subprotocol("sip")], ssl=self._trust)
        self._socket = await self._stack.enter_async_context(connecting)
        self._reader = asyncio.create_task(self._read(self._socket))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.leave()
        await super().__aexit__(kind, error, trace)

    async def leave(self) -> None:
        """Close the page, as people do: without a word."""
        await self._stack.aclose()
        if self._reader is not None:
            await self._reader

    def send(self, text: str) -> None:
        """Send a message as one frame, with a Via and a Contact that lead nowhere."""
        assert self._socket is not None
        host, port = self.address
        text = text.replace("SIP/2.0/UDP", "SIP/2.0/WS").replace(f"{host}:{port};rport", f"{INVENTED};rport")
        text = text.replace(f"@{host}:{port}>", f"@{INVENTED};transport=ws>")
        text = text.replace("\r\n", "\n").replace("\n", "\r\n")
        self._sending = asyncio.create_task(self._send_frame(self._socket, text))

    async def _send_frame(self, socket: ClientConnection, text: str) -> None:
        with suppress(ConnectionClosed):  # the page was left meanwhile
            await socket.send(text.encode() if self._binary else text)

    async def _read(self, socket: ClientConnection) -> None:
        with suppress(ConnectionClosed):
            async for frame in socket:
                assert isinstance(frame, str), "the switch speaks text, unless it cannot"
                self.message_received(Message(frame))
