"""The far side of a leg, played by a test."""

from __future__ import annotations

import asyncio

import numpy as np

from pbx.media import g711, keypad, rtcp, rtp, tone
from pbx.media.g711 import PCMU, Samples
from pbx.media.tone import RATE
from pbx.plane.demux import Kind, kind_of
from pbx.plane.protocol import MediaKeys, MediaPort, RemoteMedia
from pbx.plane.srtp import Srtp

HOST = "127.0.0.1"
PATIENCE_S = 10.0


class Phone(asyncio.DatagramProtocol):
    """A far side: one socket for RTP, one for RTCP, and a stream of its own."""

    def __init__(
        self, law: int = PCMU, dtmf_type: int | None = None, keys: MediaKeys | None = None, host: str = HOST
    ) -> None:
        """``keys`` as seen from the switch: what this phone sends with are theirs."""
        self.host = host
        self.law = law
        self.dtmf_type = dtmf_type
        self.heard: list[rtp.Packet] = []
        self.beside: list[rtcp.Report] = []
        """The reports that came to its port of RTP."""
        self.sent = b""
        """The last packet, as it went over the wire."""
        self.sequence, self.timestamp, self.ssrc = 1000, 50_000, 0x0A11CE
        self._srtp: Srtp | None = None
        self.change_keys(keys)
        self._news = asyncio.Event()

    async def plug_in(self) -> Phone:
        loop = asyncio.get_running_loop()
        self._rtp, _ = await loop.create_datagram_endpoint(lambda: self, (self.host, 0))
        self._rtcp, self.reports = await loop.create_datagram_endpoint(lambda: Reports(self), (self.host, 0))
        return self

    def change_keys(self, keys: MediaKeys | None) -> None:
        """Secure from now on with these; None for not at all."""
        self.keys = keys
        self._srtp = None if keys is None else Srtp(MediaKeys(keys.suite, keys.theirs, keys.ours))

    def unplug(self) -> None:
        self._rtp.close()
        self._rtcp.close()

    @property
    def address(self) -> tuple[str, int]:
        host, port, *_ = self._rtp.get_extra_info("sockname")
        return host, port

    def media(
        self, *, send: bool = True, receive: bool = True, tones: bool = False, dtmf_clock: int = 8000
    ) -> RemoteMedia:
        """What its SDP would say; ``send`` and ``receive`` as seen from the switch."""
        rtcp_port = self._rtcp.get_extra_info("sockname")[1]
        return RemoteMedia(
            self.host, self.address[1], rtcp_port, self.law, self.dtmf_type, send, receive, self.keys,
            dtmf_clock=dtmf_clock, tones=tones,
        )  # fmt: skip

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if kind_of(data) is Kind.RTCP:
            self.beside += rtcp.parse(self.opened_report(data))
            self._news.set()
            return
        self.heard.append(rtp.parse(data if self._srtp is None else self._srtp.open(data)))
        self._news.set()

    async def hear(self, packets: int) -> list[rtp.Packet]:
        """Wait until that many packets came, and take all of them."""
        async with asyncio.timeout(PATIENCE_S):
            while len(self.heard) < packets:
                self._news.clear()
                await self._news.wait()
        heard, self.heard = self.heard, []
        return heard

    def samples(self, packets: list[rtp.Packet]) -> Samples:
        assert {packet.payload_type for packet in packets} == {self.law}
        return g711.decode(b"".join(packet.payload for packet in packets), self.law)

    def send(self, port: MediaPort, payload: bytes, *, kind: int | None = None, marker: bool = False) -> None:
        """One packet of 20 ms to the switch."""
        kind = self.law if kind is None else kind
        head = rtp.header(kind, self.sequence, self.timestamp, self.ssrc, marker)
        self.sent = head + payload if self._srtp is None else self._srtp.seal(head + payload)
        self._rtp.sendto(self.sent, (port.host, port.port))
        self.sequence += 1
        self.timestamp += 160

    def speak(self, port: MediaPort, hz: float, packets: int = 10) -> None:
        """A tone, all at once: the relay does not mind, and tests are quicker."""
        audio = g711.encode(tone.sine(hz, 0.02 * packets), self.law)
        for at in range(0, len(audio), 160):
            self.send(port, audio[at : at + 160])

    def press_tones(self, port: MediaPort, digits: str, ms: int = 100) -> None:
        """Keys as tones, each after and before as much silence, all at once."""
        quiet = np.zeros(RATE * ms // 1000, np.int16)
        audio = np.concatenate([part for digit in digits for part in (quiet, keypad.tones(digit, ms), quiet)])
        whole = g711.encode(audio, self.law)
        for at in range(0, len(whole), 160):
            self.send(port, whole[at : at + 160])

    def send_raw(self, port: MediaPort, data: bytes) -> None:
        self._rtp.sendto(data, (port.host, port.port))

    def opened_report(self, data: bytes) -> bytes:
        """What came to its RTCP socket, in the clear."""
        return data if self._srtp is None else self._srtp.open_report(data)

    def report(self, port: MediaPort, *reports: rtcp.Report) -> None:
        data = rtcp.build(*reports)
        self._rtcp.sendto(data if self._srtp is None else self._srtp.seal_report(data), (port.host, port.port + 1))

    def report_beside(self, port: MediaPort, *reports: rtcp.Report) -> None:
        """The same from and to the port of RTP (RFC 5761)."""
        data = rtcp.build(*reports)
        self.send_raw(port, data if self._srtp is None else self._srtp.seal_report(data))

    async def last_report_beside(self) -> rtcp.Report:
        """Wait for the reports at the end of a call."""
        async with asyncio.timeout(PATIENCE_S):
            while not any(isinstance(one, rtcp.Goodbye) for one in self.beside):
                self._news.clear()
                await self._news.wait()
        return self.beside[-1]


class Reports(asyncio.DatagramProtocol):
    """What came to a phone's RTCP socket."""

    def __init__(self, phone: Phone) -> None:
        self.heard: list[rtcp.Report] = []
        self._phone = phone

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.heard += rtcp.parse(self._phone.opened_report(data))
