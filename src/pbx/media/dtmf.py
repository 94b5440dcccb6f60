"""Digits as telephone events in RTP (RFC 4733 section 2): one digit is many packets, and is told once."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

DIGITS = "0123456789*#ABCD"
"""The digit of each event code, 0 to 15 (section 3.2)."""

CLOCK = 8000
"""Timestamp units of a second."""

END_REPEATS = 3
"""How often the final packet of an event is sent (section 2.5.1.4)."""

MAX_DURATION_MS = 0xFFFF * 1000 // CLOCK
"""The longest event that one packet's duration field can hold."""


class DtmfError(ValueError):
    """A payload is not a telephone event, or a digit is none."""


class TelephoneEvent(Struct, frozen=True):
    """The payload of one packet (section 2.3)."""

    code: int
    end: bool
    duration: int
    """From the event's beginning, in timestamp units (8 a millisecond)."""
    volume: int = 10
    """Power in dBm0 with the sign dropped, 0 to 63."""


class Digit(Struct, frozen=True):
    """A key that was pressed and let go."""

    digit: str
    duration_ms: int


def parse(payload: bytes) -> TelephoneEvent:
    """Read a payload; raises DtmfError."""
    if len(payload) < 4:
        raise DtmfError(f"a telephone event has 4 octets, this one {len(payload)}")
    return TelephoneEvent(
        code=payload[0], end=payload[1] >= 0x80, duration=payload[2] << 8 | payload[3], volume=payload[1] & 0x3F
    )


def build(event: TelephoneEvent) -> bytes:
    """Write a payload; raises DtmfError when a field is out of its range."""
    if not (0 <= event.code <= 255 and 0 <= event.volume <= 63 and 0 <= event.duration <= 0xFFFF):
        raise DtmfError(f"event {event.code}, volume {event.volume}, duration {event.duration}: out of range")
    return bytes([event.code, event.end << 7 | event.volume]) + event.duration.to_bytes(2, "big")


def press(digit: str, duration_ms: int = 160, packet_ms: int = 20) -> Iterator[TelephoneEvent]:
    """The packets of one key press, in order: to be sent one each ``packet_ms``, all under the first one's timestamp.

    The first carries the marker bit; the last is repeated. Raises DtmfError for what is no digit, or lasts too long.
    """
    if len(digit) != 1 or digit.upper() not in DIGITS:
        raise DtmfError(f"{digit!r} is not one of {DIGITS}")
    if not packet_ms <= duration_ms <= MAX_DURATION_MS:
        raise DtmfError(f"a digit lasts {packet_ms} to {MAX_DURATION_MS} ms, not {duration_ms}")
    code = DIGITS.index(digit.upper())
    for elapsed in range(packet_ms, duration_ms, packet_ms):
        yield TelephoneEvent(code, False, elapsed * CLOCK // 1000)
    for _ in range(END_REPEATS):
        yield TelephoneEvent(code, True, duration_ms * CLOCK // 1000)


class DigitReader:
    """Hears the packets of a leg and tells each digit once.

    The packets of one event share a timestamp. A digit is told with the first final packet seen; when all of those were
    lost, with the next event's first packet (section 2.5.2.2).
    """

    __slots__ = ("_event", "_timestamp", "_told")

    def __init__(self) -> None:
        self._timestamp: int | None = None
        self._event = TelephoneEvent(0, False, 0)
        self._told = True

    def take(self, timestamp: int, event: TelephoneEvent) -> tuple[Digit, ...]:
        """The digits that end with this packet: none, one, or two where the first one's end was lost."""
        digits: tuple[Digit, ...] = ()
        if timestamp != self._timestamp:
            if self._timestamp is not None and (timestamp - self._timestamp) & 0xFFFFFFFF >= 0x80000000:
                return ()  # a straggler of an event that is over
            digits = self._tell()
            self._timestamp, self._event, self._told = timestamp, event, False
        elif event.duration > self._event.duration and not self._told:
            self._event = event
        if event.end:
            digits += self._tell()
        return digits

    def _tell(self) -> tuple[Digit, ...]:
        if self._told:
            return ()
        self._told = True
        if self._event.code >= len(DIGITS):
            return ()  # a hook flash or a fax tone is no digit
        return (Digit(DIGITS[self._event.code], self._event.duration * 1000 // CLOCK),)
