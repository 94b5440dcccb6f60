"""Digits that rtpengines tell of: one JSON object in a datagram (rtpengine's ``--dtmf-log-dest``)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec

from pbx.media.dtmf import DIGITS
from pbx.plane.rtpengine.pair import FAR


class _Told(msgspec.Struct):
    callid: str
    source_tag: str
    event: int
    duration: int
    """Milliseconds."""


_decoder = msgspec.json.Decoder(_Told)


class DigitsLog(asyncio.DatagramProtocol):
    """Where rtpengines send them; ``on_digit`` is told the pair's call, the digit and its duration in ms."""

    def __init__(self, on_digit: Callable[[str, str, int], None]) -> None:
        self._on_digit = on_digit
        self._transport: asyncio.BaseTransport | None = None

    async def open(self, host: str, port: int) -> None:
        """Listen. Raises OSError."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, (host, port))

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        """A digit; what cannot be read is passed over, for anybody may send here."""
        try:
            told = _decoder.decode(data)
        except msgspec.MsgspecError:
            return
        if told.source_tag == FAR and 0 <= told.event < len(DIGITS):
            self._on_digit(told.callid, DIGITS[told.event], told.duration)
