"""Mouth and ears of a hand-made phone: G.711 mu-law over RTP (RFC 3550), 50 packets a second."""

from __future__ import annotations

import asyncio
import struct

from tests.live.harness.audio import RATE, Samples, from_ulaw, sine, to_ulaw
from tests.live.harness.waiting import eventually

_FRAME = 160
"""Samples, and octets, in a packet of 20 ms."""
_HEADER = struct.Struct("!BBHII")


class Voice(asyncio.DatagramProtocol):
    """One audio stream each way: says a tone, keeps what it hears."""

    def __init__(self, hz: float) -> None:
        self._tone = to_ulaw(sine(hz, 1.0))
        self._heard = bytearray()
        self._transport: asyncio.DatagramTransport | None = None
        self._speech: asyncio.Task[None] | None = None

    async def open(self, local: tuple[str, int]) -> None:
        """Listen on a local address."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=local)

    async def close(self) -> None:
        """Fall silent and stop listening."""
        await self.quiet()
        if self._transport is not None:
            self._transport.close()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if len(data) > _HEADER.size and data[1] & 0x7F == 0:
            self._heard += data[_HEADER.size :]

    def speak(self, far: tuple[str, int]) -> None:
        """Say the tone to the far side, from now on."""
        self._speech = asyncio.create_task(self._say(far))

    async def quiet(self) -> None:
        """Say nothing any more."""
        if self._speech is not None:
            self._speech.cancel()
            await asyncio.gather(self._speech, return_exceptions=True)
            self._speech = None

    async def _say(self, far: tuple[str, int]) -> None:
        assert self._transport is not None
        loop = asyncio.get_running_loop()
        start = loop.time()
        sequence = 0
        while True:
            offset = sequence * _FRAME
            header = _HEADER.pack(0x80, 0, sequence & 0xFFFF, offset & 0xFFFFFFFF, 0x5EED)
            at = offset % len(self._tone)
            self._transport.sendto(header + self._tone[at : at + _FRAME], far)
            sequence += 1
            await asyncio.sleep(start + sequence * _FRAME / RATE - loop.time())

    async def hear(self, seconds: float, *, settle_s: float = 0.4) -> Samples:
        """The next ``seconds`` that arrive, after ``settle_s`` of them that are not listened to."""
        start = len(self._heard) + int(settle_s * RATE)
        end = start + int(seconds * RATE)

        async def heard() -> int:
            return len(self._heard)

        await eventually(heard, lambda count: count >= end, within_s=5 + seconds, what=f"octets of audio ({end})")
        return from_ulaw(bytes(self._heard[start:end]))

    @property
    def heard_s(self) -> float:
        """Seconds of audio that arrived so far."""
        return len(self._heard) / RATE
