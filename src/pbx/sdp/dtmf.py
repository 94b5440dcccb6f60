"""How a far side is told digits, and tells its own."""

from __future__ import annotations

from enum import StrEnum


class DtmfMode(StrEnum):
    """What is set for a phone or a trunk."""

    AUTO = "auto"
    """Telephone-events where they are agreed on; else tones in the audio, and INFO from the first that comes."""
    RFC4733 = "rfc4733"
    """Telephone-events and nothing else."""
    INBAND = "inband"
    """Tones; telephone-events are not offered, nor accepted."""
    INFO = "info"
    """SIP INFO requests; telephone-events are neither."""


class DigitWay(StrEnum):
    """What the mode and the descriptions come to."""

    EVENTS = "events"
    TONES = "tones"
    INFO = "info"
    NONE = "none"


def way_of(mode: DtmfMode, dtmf_type: int | None) -> DigitWay:
    """How digits go, where the descriptions agreed on this payload type for telephone-events, or on none."""
    if mode is DtmfMode.INFO:
        return DigitWay.INFO
    if dtmf_type is not None and mode is not DtmfMode.INBAND:
        return DigitWay.EVENTS
    return DigitWay.NONE if mode is DtmfMode.RFC4733 else DigitWay.TONES
