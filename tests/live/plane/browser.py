"""A browser's side of a call, played by aiortc: ICE, a handshake, secured audio on one port, in G.711."""

from __future__ import annotations

import asyncio
from fractions import Fraction
from types import TracebackType
from typing import Self

import numpy as np
from aiortc import RTCConfiguration, RTCPeerConnection, RTCRtpSender, RTCSessionDescription
from aiortc.mediastreams import MediaStreamTrack
from aiortc.rtp import RtpPacket
from av import AudioFrame

from pbx.media import dtmf, tone
from pbx.media.g711 import Samples

RATE, FRAME = 8000, 160
DIGITS = 126


class Browser:
    """One page's peer connection, which says a tone."""

    def __init__(self, hz: float) -> None:
        self.peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.secured = asyncio.Event()
        self.states: list[str] = []
        """How its connection fared."""
        self._track: MediaStreamTrack | None = None
        self._sender = self.peer.addTrack(Tone(hz))
        self.peer.on("track", self._heard)
        self.peer.on("connectionstatechange", self._changed)
        wanted = [one for one in RTCRtpSender.getCapabilities("audio").codecs if one.mimeType == "audio/PCMU"]
        self.peer.getTransceivers()[0].setCodecPreferences(wanted)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.peer.close()

    async def offer(self) -> bytes:
        """Its offer, which names digits too."""
        await self.peer.setLocalDescription(await self.peer.createOffer())
        return _with_digits(self.peer.localDescription.sdp)

    async def take_answer(self, sdp: bytes) -> None:
        await self.peer.setRemoteDescription(RTCSessionDescription(sdp.decode(), "answer"))

    async def answer(self, sdp: bytes) -> bytes:
        """Its answer to an offer."""
        await self.peer.setRemoteDescription(RTCSessionDescription(sdp.decode(), "offer"))
        await self.peer.setLocalDescription(await self.peer.createAnswer())
        return self.peer.localDescription.sdp.encode()

    async def hear(self, seconds: float) -> Samples:
        """What comes in, from now on."""
        async with asyncio.timeout(10 + seconds):
            await self.secured.wait()
            assert self._track is not None
            frames = [await self._track.recv() for _ in range(round(seconds * RATE / FRAME))]
        return np.concatenate([frame.to_ndarray().ravel() for frame in frames if isinstance(frame, AudioFrame)])

    async def press(self, digit: str) -> None:
        """Send a digit (RFC 4733), beside the audio; aiortc itself knows none."""
        for sequence, event in enumerate(dtmf.press(digit, 100), 60_000):
            packet = RtpPacket(DIGITS, 0, sequence, 7_000, self._sender._ssrc, dtmf.build(event))
            await self._sender.transport._send_rtp(packet.serialize())

    def _heard(self, track: MediaStreamTrack) -> None:
        self._track = track

    def _changed(self) -> None:
        self.states.append(self.peer.connectionState)
        if self.peer.connectionState == "connected":
            self.secured.set()


class Tone(MediaStreamTrack):
    """A track with a tone, in real time."""

    kind = "audio"

    def __init__(self, hz: float) -> None:
        super().__init__()
        self._samples = tone.sine(hz, 1.0)
        self._at = 0
        self._began = 0.0

    async def recv(self) -> AudioFrame:
        loop = asyncio.get_running_loop()
        self._began = self._began or loop.time()
        await asyncio.sleep(max(0.0, self._began + self._at / RATE - loop.time()))
        begin = self._at % RATE
        frame = AudioFrame.from_ndarray(self._samples[None, begin : begin + FRAME], format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, self._at, Fraction(1, RATE)
        self._at += FRAME
        return frame


def _with_digits(sdp: str) -> bytes:
    head, audio, rest = sdp.partition("m=audio ")
    line, end, more = rest.partition("\r\n")
    return f"{head}{audio}{line} {DIGITS}{end}a=rtpmap:{DIGITS} telephone-event/8000\r\n{more}".encode()
