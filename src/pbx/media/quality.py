"""How a call sounds, by the E-model (ITU-T G.107): a transmission rating R from delay and loss, and a MOS from R.

All parameters that are not measured have G.107's default values (table 3 there), with which R is 93.2 and MOS 4.41.
What is heard through a telephone's bandwidth is the scale: a wideband codec is not rated above G.711 on it.
"""

from __future__ import annotations

from math import exp, log2, log10, pow, sqrt

from msgspec import Struct

SIGNAL_TO_NOISE = 94.7688
"""Ro: the basic signal-to-noise ratio with default values (G.107 section 7.2)."""

SIMULTANEOUS = 1.4136
"""Is: what happens at the same time as the voice, with default values (section 7.3)."""

TELR_DB, WEPL_DB = 65.0, 110.0
"""Loudness of the talker's echo, weighted echo path loss: default values."""

BUFFER_PER_JITTER = 3.0
"""A jitter buffer holds so many times the interarrival jitter (RFC 3550): delays spread evenly fit exactly."""

SHORTEST_BUFFER_MS, LONGEST_BUFFER_MS = 20.0, 200.0


class CodecImpairment(Struct, frozen=True):
    """What G.113 appendix I says of a codec."""

    ie: float
    """Equipment impairment where nothing is lost."""
    bpl: float
    """Packet-loss robustness."""


G711_WITHOUT_PLC = CodecImpairment(0.0, 4.3)
G711_WITH_PLC = CodecImpairment(0.0, 25.1)
"""G.711 with the concealment of its appendix I, or one as good."""

CODECS = {"PCMU": G711_WITH_PLC, "PCMA": G711_WITH_PLC, "G722": G711_WITH_PLC, "OPUS": G711_WITH_PLC}
"""G.113 appendix I has no row for G.722 and Opus: on this scale they rank with a G.711 whose losses are concealed."""


class Path(Struct, frozen=True):
    """One direction of a leg, as it was measured."""

    codec: str
    loss: float
    """The share of packets lost, 0 to 1."""
    burst_ratio: float = 1.0
    """Mean length of the runs lost, over that expected of random loss (section 7.5); 1 is random."""
    jitter_ms: float = 0.0
    round_trip_ms: float = 0.0
    """Of the network; 0 where nobody told."""
    packet_ms: float = 20.0


class Opinion(Struct, frozen=True):
    """What people would say of a path."""

    rating: float
    """R, 0 to 100."""
    mos: float
    """Mean opinion score, 1 to 4.5: conversational quality, estimated (MOS-CQE)."""
    listening_mos: float
    """The same without the delay (MOS-LQE)."""


def judge(path: Path) -> Opinion:
    """Rate a path."""
    undisturbed = (
        SIGNAL_TO_NOISE
        - SIMULTANEOUS
        - equipment_impairment(CODECS.get(path.codec.upper(), G711_WITH_PLC), path.loss, path.burst_ratio)
    )
    rating = max(0.0, undisturbed - delay_impairment(one_way_ms(path)))
    return Opinion(rating, mos_of(rating), mos_of(undisturbed - delay_impairment(0.0)))


def one_way_ms(path: Path) -> float:
    """Mouth to ear: half the round trip, the wait for a packet to fill, the wait in the far side's jitter buffer."""
    return path.round_trip_ms / 2 + path.packet_ms + buffer_ms(path.jitter_ms)


def buffer_ms(jitter_ms: float) -> float:
    """How long a jitter buffer is taken to hold packets back."""
    return min(LONGEST_BUFFER_MS, max(SHORTEST_BUFFER_MS, BUFFER_PER_JITTER * jitter_ms))


def delay_impairment(delay_ms: float) -> float:
    """Id (section 7.4): talker echo, listener echo and the delay itself, for one and the same one-way delay."""
    return _talker_echo(delay_ms) + _listener_echo(2 * delay_ms) + _absolute_delay(delay_ms)


def equipment_impairment(codec: CodecImpairment, loss: float, burst_ratio: float = 1.0) -> float:
    """Ie-eff (section 7.5): what the codec does, and what losing a share of its packets does."""
    percent = 100 * loss
    return codec.ie + (95 - codec.ie) * percent / (percent / burst_ratio + codec.bpl)


def mos_of(rating: float) -> float:
    """The estimated MOS of a rating (annex B)."""
    if rating <= 0:
        return 1.0
    if rating >= 100:
        return 4.5
    return max(1.0, 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6)


def burst_ratio(lost: int, runs: int, expected: int) -> float:
    """Of ``lost`` packets in ``runs`` runs among ``expected``: at least 1, as where nothing is known."""
    if lost <= 0 or runs <= 0 or lost >= expected:
        return 1.0
    return max(1.0, lost / runs * (1 - lost / expected))


def _talker_echo(delay_ms: float) -> float:
    level = TELR_DB - 40 * log10((1 + delay_ms / 10) / (1 + delay_ms / 150)) + 6 * exp(-0.3 * delay_ms**2)
    apart = SIGNAL_TO_NOISE - (80 + 2.5 * (level - 14))
    return (apart / 2 + sqrt(apart**2 / 4 + 100) - 1) * (1 - exp(-delay_ms))


def _listener_echo(loop_ms: float) -> float:
    apart = SIGNAL_TO_NOISE - 10.5 * (WEPL_DB + 7) / sqrt(sqrt(loop_ms + 1))
    return apart / 2 + sqrt(apart**2 / 4 + 169)


def _absolute_delay(delay_ms: float) -> float:
    if delay_ms <= 100:
        return 0.0
    x = log2(delay_ms / 100)
    return 25 * (pow(1 + pow(x, 6), 1 / 6) - 3 * pow(1 + pow(x / 3, 6), 1 / 6) + 2)
