"""Keys that are pressed for a leg, 20 ms at a time: as telephone events, or as tones in its codec."""

from __future__ import annotations

from math import inf
from typing import Protocol

import numpy as np

from pbx.media import dtmf, keypad
from pbx.media.g711 import FRAME
from pbx.plane.leg import Leg
from pbx.plane.playback import TICK_S

TICK_MS = round(TICK_S * 1000)

SHORTEST_MS = 60
"""A key's tones last at least this long: 40 ms have to be understood (Q.24), also with a packet lost on the way."""

PAUSES_MS = {"w": 500, "W": 1000}
"""What may stand between digits to be sent."""

QUIET = np.zeros(FRAME, np.int16)


class Key(Protocol):
    """A key, or a pause between two."""

    def let_go(self, duration_ms: int) -> None:
        """It lasts so long, or as long as it did already."""

    def sound(self, leg: Leg, now: float) -> bool:
        """Send the next 20 ms; False, and nothing sent, when it is over."""


class EventKey:
    """A key as telephone events, under the leg's payload type and clock."""

    def __init__(self, leg: Leg, digit: str, duration_ms: int | None, volume: int = dtmf.VOLUME) -> None:
        self._press = dtmf.Press(digit, duration_ms, clock=leg.digits.clock, volume=volume)
        self._began: int | None = None
        """The timestamp of its first packet."""

    def let_go(self, duration_ms: int) -> None:
        self._press.let_go(duration_ms)

    def sound(self, leg: Leg, now: float) -> bool:
        reports = self._press.next()
        for number, report in enumerate(reports):
            payload = dtmf.build(report.event)
            began = leg.send_event(payload, self._began, report.offset, report.marker, now, passes=not number)
            self._began = began if self._began is None else self._began
        return bool(reports)


class ToneKey:
    """A key as tones; ``digit`` '' is silence."""

    def __init__(self, digit: str, duration_ms: int | None) -> None:
        self._digit = digit
        self._frames = inf if duration_ms is None else -(-duration_ms // TICK_MS)
        self._sent = 0

    def let_go(self, duration_ms: int) -> None:
        self._frames = -(-max(duration_ms, SHORTEST_MS) // TICK_MS)

    def sound(self, leg: Leg, now: float) -> bool:
        if self._sent >= min(self._frames, dtmf.MAX_DURATION_MS // TICK_MS):
            return False
        leg.speak_over(keypad.tone_frame(self._digit, self._sent) if self._digit else QUIET, now)
        self._sent += 1
        return True


def keys_of(leg: Leg, digits: str, duration_ms: int, pause_ms: int) -> list[Key]:
    """The keys that send some digits to a leg, with pauses after each; none where it has no way to hear them."""
    duration_ms = min(max(duration_ms, SHORTEST_MS), dtmf.MAX_DURATION_MS)
    keys: list[Key] = []
    for digit in digits:
        if digit in PAUSES_MS:
            keys.append(ToneKey("", PAUSES_MS[digit]))
        elif digit.upper() in dtmf.DIGITS:
            keys += [key_for(leg, digit, duration_ms), ToneKey("", pause_ms)]
    return keys if knows_digits(leg) else []


def key_for(leg: Leg, digit: str, duration_ms: int | None, volume: int = dtmf.VOLUME) -> Key:
    """A key in the way that a leg knows digits; held until it is let go where ``duration_ms`` is None."""
    if leg.dtmf_type is not None:
        return EventKey(leg, digit, duration_ms, volume)
    return ToneKey(digit, duration_ms)


def knows_digits(leg: Leg) -> bool:
    """Whether a leg can be told digits here."""
    return leg.dtmf_type is not None or leg.tones
