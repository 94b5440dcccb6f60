"""What the switch tells of audio: how it is, and what is wrong with it."""

from __future__ import annotations

from pbx.events import Event
from pbx.plane.protocol import MediaQuality

ONE_WAY, DEAD_AIR, NO_AUDIO = "one_way", "dead_air", "no_audio"
UNSECURED, CHECKS_CEASED = "unsecured", "checks_ceased"
TROUBLES = (ONE_WAY, DEAD_AIR, NO_AUDIO, UNSECURED, CHECKS_CEASED)


class AudioMeasured(Event, frozen=True):
    """A leg's audio was measured, as it is every few seconds."""

    call: str
    quality: MediaQuality
    codec: str | None


class AudioTroubled(Event, frozen=True):
    """Something is wrong with what a leg sends; ``AudioMended`` or the leg's end ends it."""

    call: str
    leg: str
    trouble: str
    """``one_way``: nothing, or digital silence, comes from it while its partner speaks. ``dead_air``: neither it nor
    its partner has spoken for long; told of the older one. ``no_audio``: its packets have ceased, and its leg is ended.
    ``unsecured``: a handshake failed that was to find its keys (DTLS). ``checks_ceased``: neither a check (ICE) nor a
    packet has come from it for half a minute."""


class AudioMended(Event, frozen=True):
    """A trouble is over, while the leg is not."""

    call: str
    leg: str
    trouble: str
