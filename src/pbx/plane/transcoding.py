"""The way of audio between two legs that share no codec: in order, decoded, encoded again.

It is paced by the packets that come: there is no clock in it, and so no delay beyond what fills a packet of the far
side's. Two wideband codecs stay wideband between them.
"""

from __future__ import annotations

from pbx.media.codecs import NARROW, Codec
from pbx.media.codecs import g711 as laws
from pbx.media.rtp import Packet
from pbx.plane.flow import Send
from pbx.plane.hearing import Hearing
from pbx.plane.voice import Voice

MOST_GAP = 3600 * NARROW
"""The longest pause that timestamps are believed in, in 8000ths of a second; what is more is another clock."""

MOST_BACK = 10 * NARROW


def passes(spoken: Codec, heard: Codec) -> bool:
    """Whether packets of one codec can be relayed to who hears another: octet by octet, if not as they are."""
    return spoken is heard or (isinstance(spoken, laws.G711) and isinstance(heard, laws.G711))


class Transcoder:
    """From one leg to the leg that hears it."""

    __slots__ = ("_ends", "_hearing", "_ssrc")

    def __init__(self, hearing: Hearing) -> None:
        self._hearing = hearing
        self._ends = 0  # the place where the audio so far ends
        self._ssrc = -1

    def take(self, packet: Packet, voice: Voice, now: float, send: Send) -> None:
        """Take the next packet of audio, in order; a lost one is concealed."""
        rate = min(self._hearing.codecs[packet.payload_type].rate, voice.codec.rate)
        samples = self._hearing.samples(packet, rate)
        if len(samples):
            self._go_to(packet, voice, now, send)
            self._ends += len(samples) * NARROW // rate
            voice.say(samples, rate, now, send)

    def insert(self, packet: Packet, payload_type: int, voice: Voice, now: float, send: Send) -> None:
        """Take a packet that is no audio, and is passed on as it is."""
        self._go_to(packet, voice, now, send)
        voice.insert(payload_type, packet.payload, packet.marker, now, send)

    def _go_to(self, packet: Packet, voice: Voice, now: float, send: Send) -> None:
        """Keep the far side's pauses: one in which nothing was sent is one in ours, not a loss."""
        place = self._hearing.place(packet)
        gap = ((place - self._ends + 0x8000_0000) & 0xFFFFFFFF) - 0x8000_0000
        if gap and packet.ssrc == self._ssrc and -MOST_BACK < gap < MOST_GAP:
            voice.move(gap, now, send)
        self._ends, self._ssrc = place, packet.ssrc
