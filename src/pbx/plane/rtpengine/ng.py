"""The ng protocol of rtpengine: a cookie, a space and a bencoded dictionary in one datagram each way.

A question that gets no answer is asked again under the same cookie, by which rtpengine knows it and repeats its answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from itertools import count
from typing import Any

from pbx.plane.rtpengine.bencode import BencodeError, Value, decode, encode

PATIENCE_S = (0.3, 0.6, 1.2)
"""How long each try waits for its answer."""


class EngineError(Exception):
    """An rtpengine did not do what it was asked."""


class EngineSilent(EngineError):
    """It did not answer at all."""


class Ng(asyncio.DatagramProtocol):
    """A line to one rtpengine."""

    def __init__(self, host: str, port: int, boot: str) -> None:
        """``boot``: unique to this start of the switch, so that cookies never repeat."""
        self.address = (host, port)
        self._boot = boot
        self._numbers = count(1)
        self._waiting: dict[bytes, asyncio.Future[dict[str, Any]]] = {}
        self._transport: asyncio.DatagramTransport | None = None

    async def open(self) -> None:
        """Take a socket. Raises OSError."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, remote_addr=self.address)

    def close(self) -> None:
        """Give the socket back; who waits for an answer hears that there is none."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None
        for future in self._waiting.values():
            future.cancel()

    async def ask(self, command: str, fields: Mapping[str, Value] | None = None) -> dict[str, Any]:
        """Give one command; its answer. Raises EngineSilent, and EngineError with the reason that it names."""
        cookie = f"{self._boot}_{next(self._numbers)}".encode()
        question = cookie + b" " + encode({"command": command, **(fields or {})})
        answered = self._waiting[cookie] = asyncio.get_running_loop().create_future()
        try:
            for patience_s in PATIENCE_S:
                if self._transport is None:
                    break
                self._transport.sendto(question)
                done, _ = await asyncio.wait([answered], timeout=patience_s)
                if done:
                    break
            if not answered.done() or answered.cancelled():
                raise EngineSilent(f"rtpengine {self} does not answer")
            answer: dict[str, Any] = answered.result()
        finally:
            del self._waiting[cookie]
        if answer.get("result") not in ("ok", "pong"):
            raise EngineError(f"rtpengine {self} refused {command}: {answer.get('error-reason', answer.get('result'))}")
        return answer

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        """An answer came."""
        cookie, _, body = data.partition(b" ")
        future = self._waiting.get(cookie)
        if future is None or future.done():
            return
        try:
            answer = decode(body)
        except BencodeError as error:
            answer = {"error-reason": f"an answer that cannot be read: {error}"}
        future.set_result(answer if isinstance(answer, dict) else {"error-reason": "an answer that is no dictionary"})

    def error_received(self, exc: Exception) -> None:
        """Nobody is there: the tries go on, for it may be about to start."""

    def __str__(self) -> str:
        host, port = self.address
        return f"{host}:{port}"
