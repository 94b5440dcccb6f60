"""Digits as telephone events in RTP (RFC 4733 section 2): one digit is many packets, and is told once."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

DIGITS = "0123456789*#ABCD"
"""The digit of each event code, 0 to 15 (section 3.2)."""

CLOCK = 8000
"""Timestamp units of a second, where the audio beside the events has no other clock (section 2.1)."""

END_REPEATS = 3
"""How often the final packet of an event, and of each of its segments, is sent (section 2.5.1.4)."""

SEGMENT = 0xFFFF
"""Timestamp units that one packet's duration field can hold; what lasts longer has several segments."""

MAX_DURATION_MS = 60_000
"""The longest key press that is sent."""

VOLUME = 10
"""The power of what we send, in dBm0 with the sign dropped."""


class DtmfError(ValueError):
    """A payload is not a telephone event, or a digit is none."""


class TelephoneEvent(Struct, frozen=True):
    """The payload of one packet (section 2.3)."""

    code: int
    end: bool
    duration: int
    """From the beginning of its segment, in timestamp units."""
    volume: int = VOLUME
    """Power in dBm0 with the sign dropped, 0 to 63."""


class Digit(Struct, frozen=True):
    """A key that was pressed and let go."""

    digit: str
    duration_ms: int


class Report(Struct, frozen=True):
    """One packet of a key press, to be sent."""

    event: TelephoneEvent
    offset: int
    """What is added to the timestamp at which the press began: where its segment begins."""
    marker: bool = False
    """Set in the very first one (section 2.2)."""


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


def code_of(digit: str) -> int:
    """The event code of a digit; raises DtmfError for what is none."""
    if len(digit) != 1 or digit.upper() not in DIGITS:
        raise DtmfError(f"{digit!r} is not one of {DIGITS}")
    return DIGITS.index(digit.upper())


class Press:
    """A key that is held down: what to send, each ``packet_ms``, until it is let go and its end has been repeated."""

    __slots__ = ("_clock", "_code", "_duration_ms", "_elapsed_ms", "_ends", "_packet_ms", "_segment", "_volume")

    def __init__(
        self,
        digit: str,
        duration_ms: int | None = None,
        *,
        clock: int = CLOCK,
        packet_ms: int = 20,
        volume: int = VOLUME,
    ) -> None:
        """``duration_ms`` None: until ``let_go``. Raises DtmfError for what is no digit, or lasts too long."""
        self._code = code_of(digit)
        if duration_ms is not None and not packet_ms <= duration_ms <= MAX_DURATION_MS:
            raise DtmfError(f"a digit lasts {packet_ms} to {MAX_DURATION_MS} ms, not {duration_ms}")
        self._duration_ms = MAX_DURATION_MS if duration_ms is None else duration_ms
        self._clock = clock
        self._packet_ms = packet_ms
        self._volume = volume
        self._elapsed_ms = 0
        self._segment = 0
        self._ends = 0

    def let_go(self, duration_ms: int) -> None:
        """It has lasted so long; a shorter one than was sent already ends at once."""
        self._duration_ms = min(max(duration_ms, self._elapsed_ms, self._packet_ms), MAX_DURATION_MS)

    def next(self) -> tuple[Report, ...]:
        """The packets that are due now: mostly one, none when the press is over."""
        if self._ends == END_REPEATS:
            return ()
        began = not self._elapsed_ms
        self._elapsed_ms = min(self._elapsed_ms + self._packet_ms, self._duration_ms)
        units = self._elapsed_ms * self._clock // 1000 - self._segment
        closed: tuple[Report, ...] = ()
        while units > SEGMENT:
            # Section 2.5.1.3: the next segment begins where this one ends, which is not the event's end.
            closed += (self._report(SEGMENT, end=False),) * END_REPEATS
            self._segment += SEGMENT
            units -= SEGMENT
        end = self._elapsed_ms >= self._duration_ms
        self._ends += end
        return (*closed, self._report(units, end=end, marker=began))

    def _report(self, units: int, *, end: bool, marker: bool = False) -> Report:
        return Report(TelephoneEvent(self._code, end, units, self._volume), self._segment, marker)


def press(digit: str, duration_ms: int = 160, packet_ms: int = 20) -> Iterator[TelephoneEvent]:
    """The packets of one key press of a single segment, in order: one each ``packet_ms``, under one timestamp.

    The first carries the marker bit; the last is repeated. Raises DtmfError for what is no digit, or lasts too long.
    """
    if duration_ms * CLOCK // 1000 > SEGMENT:
        raise DtmfError(f"a digit of {duration_ms} ms has several segments")
    held = Press(digit, duration_ms, packet_ms=packet_ms)
    while reports := held.next():
        yield from (report.event for report in reports)


class DigitReader:
    """Hears the packets of a leg and tells each digit once.

    The packets of one event share a timestamp, but for the segments of a long one, each of which begins where the one
    before it ended. A digit is told with the first final packet seen; when all of those were lost, with the next
    event's first packet (section 2.5.2.2), or when whoever owns the reader gives it up.
    """

    __slots__ = ("_event", "_segments", "_timestamp", "_told", "clock")

    def __init__(self, clock: int = CLOCK) -> None:
        self.clock = clock
        """Timestamp units of a second."""
        self._timestamp: int | None = None
        self._event = TelephoneEvent(0, False, 0)
        self._segments = 0  # units of the segments before this one
        self._told = True

    @property
    def held(self) -> str:
        """The digit whose end was not heard yet; '' for none."""
        return "" if self._told or self._event.code >= len(DIGITS) else DIGITS[self._event.code]

    @property
    def volume(self) -> int:
        """The power of the last event, in dBm0 with the sign dropped."""
        return self._event.volume

    def take(self, timestamp: int, event: TelephoneEvent) -> tuple[Digit, ...]:
        """The digits that end with this packet: none, one, or two where the first one's end was lost."""
        digits: tuple[Digit, ...] = ()
        if timestamp != self._timestamp:
            ahead = 0 if self._timestamp is None else (timestamp - self._timestamp) & 0xFFFFFFFF
            if ahead >= 0x80000000:
                return ()  # a straggler of an event that is over
            if self._told or event.code != self._event.code or ahead % SEGMENT:
                digits = self.give_up()
                self._segments, self._told = 0, False
            else:
                self._segments += ahead  # a long one goes on (section 2.5.1.3)
            self._timestamp, self._event = timestamp, event
        elif event.duration > self._event.duration and not self._told:
            self._event = event
        if event.end:
            digits += self.give_up()
        return digits

    def give_up(self) -> tuple[Digit, ...]:
        """The digit that is held, as long as it was heard; it is over."""
        held, self._told = self.held, True
        if not held:
            return ()  # a hook flash or a fax tone is no digit
        return (Digit(held, (self._segments + self._event.duration) * 1000 // self.clock),)
