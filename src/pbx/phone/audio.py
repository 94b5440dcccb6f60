"""A phone call's audio: one RTP socket, a packet out every 20 ms, what comes in kept until it is read."""

from __future__ import annotations

import asyncio
import random
import socket
from collections import deque
from contextlib import suppress

from pbx.media import dtmf, g711, rtp
from pbx.media.codecs import CODECS, NARROW, Codec, CodecError
from pbx.media.dtmf import DigitReader
from pbx.media.g711 import PCMU
from pbx.sdp.offer_answer import AudioOffer

FRAME = 160
"""Samples of a packet: 20 ms at 8000 Hz, one octet each in G.711."""
PACKET_S = 0.02
SILENCE = {0: b"\xff" * FRAME, 8: b"\xd5" * FRAME}
KEPT_FRAMES = 500
"""Ten seconds of unread audio; beyond it the oldest is dropped."""


class PhoneAudio:
    """Audio is G.711 octets in the law that was negotiated; in mu-law where it goes over the wire in another codec."""

    def __init__(self, host: str) -> None:
        self._socket = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.bind((host, 0))
        self.port: int = self._socket.getsockname()[1]
        self.law = PCMU
        self._payload_type = PCMU
        self._codec: Codec | None = None
        """None for G.711, which needs no other."""
        self._ticks = FRAME
        self.packets_received = 0
        self._dtmf_type: int | None = None
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._socket, self._readable)
        self._heard: deque[bytes] = deque(maxlen=KEPT_FRAMES)
        self._news = asyncio.Event()
        self._digits: deque[str] = deque(maxlen=100)
        self._reader = DigitReader()
        self._to_say: deque[bytes] = deque()
        self._events: deque[dtmf.TelephoneEvent] = deque()
        self._event_start = 0
        self._remote: tuple[str, int] | None = None
        self._ssrc = random.getrandbits(32)
        self._sequence = random.getrandbits(15)
        self._timestamp = random.getrandbits(31)
        self._next_at = 0.0
        self._tick: asyncio.TimerHandle | None = None

    def connect(self, remote: AudioOffer, codec: str) -> None:
        """Send to where the far side's description says, in a codec that it names, from now on."""
        self._payload_type = remote.types[codec]
        self.law = self._payload_type if self._payload_type in SILENCE else PCMU
        self._codec = None if self._payload_type in SILENCE else CODECS[codec]
        if self._codec is not None:
            self._encoder, self._decoder = self._codec.encoder(NARROW), self._codec.decoder(NARROW)
        self._ticks = CODECS[codec].clock_rate * FRAME // NARROW
        self._dtmf_type, _ = remote.digits_beside(codec)
        self._remote = None if remote.held else (remote.host, remote.port)
        if self._tick is None:
            self._next_at = self._loop.time()
            self._tick = self._loop.call_at(self._next_at, self._send_frame)

    def close(self) -> None:
        """Stop and give the port back."""
        if self._tick is not None:
            self._tick.cancel()
        self._loop.remove_reader(self._socket)
        self._socket.close()
        self._news.set()

    def write(self, audio: bytes) -> None:
        """Queue G.711 octets to be said; silence fills what is missing."""
        for start in range(0, len(audio), FRAME):
            self._to_say.append(audio[start : start + FRAME].ljust(FRAME, SILENCE[self.law][:1]))

    def press(self, digits: str) -> None:
        """Send digits as telephone-events (RFC 4733), 160 ms each."""
        for digit in digits:
            self._events.extend(dtmf.press(digit))

    async def read(self, octets: int = FRAME) -> bytes:
        """At least ``octets`` of what was heard, waiting for it; less only where the call ended."""
        taken = bytearray()
        while len(taken) < octets:
            while self._heard and len(taken) < octets:
                taken += self._heard.popleft()
            if len(taken) >= octets or self._socket.fileno() < 0:
                break
            self._news.clear()
            await self._news.wait()
        return bytes(taken)

    def digits(self) -> str:
        """The digits heard since last asked."""
        heard = "".join(self._digits)
        self._digits.clear()
        return heard

    def _readable(self) -> None:
        with suppress(OSError):
            while True:
                self._take(self._socket.recv(2048))

    def _take(self, data: bytes) -> None:
        try:
            packet = rtp.parse(data)
            if packet.payload_type == self._dtmf_type:
                for digit in self._reader.take(packet.timestamp, dtmf.parse(packet.payload)):
                    self._digits.append(digit.digit)
                return
        except (rtp.RtpError, dtmf.DtmfError):
            return
        if packet.payload_type == self._payload_type:
            self.packets_received += 1
            self._heard.append(self._decoded(packet.payload))
            self._news.set()

    def _send_frame(self) -> None:
        self._next_at += PACKET_S
        self._tick = self._loop.call_at(self._next_at, self._send_frame)
        kind, payload, timestamp = self._payload_type, b"", self._timestamp
        if self._events and self._dtmf_type is not None:
            event = self._events.popleft()
            if event.duration <= FRAME:
                self._event_start = self._timestamp
            kind, payload, timestamp = self._dtmf_type, dtmf.build(event), self._event_start
        else:
            payload = self._encoded(self._to_say.popleft() if self._to_say else SILENCE[self.law])
        if self._remote is not None:
            head = rtp.header(kind, self._sequence, timestamp & 0xFFFFFFFF, self._ssrc)
            with suppress(OSError):  # a packet lost
                self._socket.sendto(head + payload, self._remote)
        self._sequence = (self._sequence + 1) & 0xFFFF
        self._timestamp += self._ticks

    def _encoded(self, audio: bytes) -> bytes:
        return audio if self._codec is None else self._encoder.encode(g711.decode(audio, PCMU))

    def _decoded(self, payload: bytes) -> bytes:
        if self._codec is None:
            return payload
        try:
            return g711.encode(self._decoder.decode(payload), PCMU)
        except CodecError:
            return b""
