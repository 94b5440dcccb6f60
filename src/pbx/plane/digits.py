"""Digits of a media worker: heard of its legs, sent to them, and translated between two that know them in other ways.

A leg knows digits as telephone events (it has a ``dtmf_type``), as tones in its audio (``tones``), or not here at
all. Events go from leg to leg packet by packet where both count in the same clock, and tones with the audio. Anything
else is pressed anew for the hearing leg while the speaking one holds its key; all else is kept from it meanwhile.

Tones are listened for only where somebody wants the digits: a partner that has events, or who asked (``heed``).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from pbx.media import dtmf
from pbx.media.dtmf import Digit
from pbx.media.g711 import FRAME
from pbx.media.inband import Heard, InbandReader
from pbx.media.rtp import Packet
from pbx.plane import control
from pbx.plane.keys import Key, key_for, keys_of, knows_digits
from pbx.plane.leg import Leg
from pbx.plane.playback import Pacer

LOST_S = 0.4
"""A key of which nothing was heard for so long was let go (RFC 4733 section 2.5.2.2); phones tell each 20 to 100 ms."""

MOST_KEYS = 200
"""Keys and pauses that may wait for one leg."""


class Listener:
    """Hears the keys in a leg's audio."""

    def __init__(self, digits: Digits, leg: Leg) -> None:
        self._digits = digits
        self._leg = leg
        self._reader = InbandReader()
        self._next: int | None = None

    def take(self, packet: Packet, now: float) -> None:
        """One packet of what the leg says; one that holds a key is not for a partner who does not hear tones."""
        leg, place, samples = self._leg, self._leg.place(packet), self._leg.samples(packet)
        ahead = 0 if self._next is None else ((place - self._next + 0x8000_0000) & 0xFFFFFFFF) - 0x8000_0000
        if -8 * FRAME < ahead < 0:
            return  # late, or a repetition
        if ahead >= 2 * FRAME:
            self._tell(self._reader.end(), now)  # the phone was silent, and sent nothing of it
        self._next = (place + len(samples)) & 0xFFFFFFFF
        self._tell(self._reader.take(samples), now)
        leg.muted = self._reader.suspects and leg.sink is not None and not leg.sink.tones
        if leg.muted and leg.sink is not None:
            leg.sink.stream.interrupt()  # what is kept back is not to be taken for a loss

    def stop(self, now: float) -> None:
        """The audio ends, or matters no more: a key that is down was let go."""
        self._leg.muted = False
        self._tell(self._reader.end(), now)

    def _tell(self, keys: tuple[Heard, ...], now: float) -> None:
        for key in keys:
            if key.ended:
                self._digits.released(self._leg, Digit(key.digit, key.duration_ms), now)
            else:
                self._digits.pressed(self._leg, key.digit, now)
        if self._reader.holds:
            self._digits.holds(self._leg, now)


class Digits:
    """All of a worker. ``on_digit`` is told each digit that a leg has sent."""

    def __init__(self, on_digit: Callable[[str, Digit], None]) -> None:
        self._on_digit = on_digit
        self._heeded: set[Leg] = set()
        self._listeners: dict[Leg, Listener] = {}
        self._queues: dict[Leg, deque[Key]] = {}  # what is pressed for each leg, the first of them now
        self._followed: dict[Leg, Key] = {}  # by the leg that holds its key: what is pressed for its partner
        self._held: dict[Leg, float] = {}  # who holds a key, and when that was heard last
        self.pacer = Pacer()

    def execute(self, leg: Leg, command: control.InDigits, now: float) -> None:
        """Send digits to a leg, or heed those that it sends as tones."""
        match command:
            case control.SendDigits():
                keys = keys_of(leg, command.digits, command.duration_ms, command.pause_ms)
                self._press(leg, keys, now)
            case control.HeedDigits():
                (self._heeded.add if command.wanted else self._heeded.discard)(leg)
                self.review(leg, now)

    def review(self, leg: Leg, now: float) -> None:
        """Listen to a leg for tones, or no more: what it or its partner is has changed."""
        sink = leg.sink
        wanted = leg.tones and (leg in self._heeded or (sink is not None and sink.dtmf_type is not None))
        listener = self._listeners.get(leg)
        if wanted and listener is None:
            listener = self._listeners[leg] = Listener(self, leg)
            leg.tap(listener.take)
        elif not wanted and listener is not None:
            del self._listeners[leg]
            leg.untap(listener.take)
            listener.stop(now)

    def forget(self, leg: Leg, now: float) -> None:
        """A leg is over."""
        self._heeded.discard(leg)
        listener = self._listeners.pop(leg, None)
        if listener is not None:
            leg.untap(listener.take)
            listener.stop(now)
        self._give_up(leg, now)
        self._queues.pop(leg, None)

    def hear(self, leg: Leg, packet: Packet, now: float) -> None:
        """Take a packet of telephone events."""
        try:
            event = dtmf.parse(packet.payload)
        except dtmf.DtmfError:
            leg.garbage += 1
            return
        reader = leg.digits
        before = reader.held
        ended = reader.take(packet.timestamp, event)
        for digit in ended:
            self.released(leg, digit, now)
        if reader.held:
            if ended or not before:
                self.pressed(leg, reader.held, now)
            self.holds(leg, now)

    def tick(self, now: float) -> None:
        """Press what is to be pressed, and give up what was not let go as it should."""
        for _ in range(self.pacer.due(now)):
            for leg, keys in list(self._queues.items()):
                while keys and not keys[0].sound(leg, now):
                    keys.popleft()
                if not keys:
                    del self._queues[leg]
                    leg.sounding = False
                    leg.aim()
        for leg, at in list(self._held.items()):
            if now - at > LOST_S:
                self._give_up(leg, now)
        if not self._queues and not self._held:
            self.pacer.stop()

    # What listeners tell

    def pressed(self, leg: Leg, digit: str, now: float) -> None:
        """A leg pressed a key, and holds it."""
        sink = leg.sink
        if sink is not None and leg.receives and _translates(leg, sink):
            key = self._followed[leg] = key_for(sink, digit, None, leg.digits.volume)
            self._press(sink, [key], now)

    def holds(self, leg: Leg, now: float) -> None:
        """It still does."""
        self._held[leg] = now
        self.pacer.start(now)

    def released(self, leg: Leg, digit: Digit, now: float) -> None:
        """It let the key go."""
        self._held.pop(leg, None)
        if leg not in self._followed:
            self.pressed(leg, digit.digit, now)  # only its end was heard
        if (key := self._followed.pop(leg, None)) is not None:
            key.let_go(digit.duration_ms)
        self._on_digit(leg.name, digit)

    def _press(self, leg: Leg, keys: list[Key], now: float) -> None:
        queue = self._queues.setdefault(leg, deque())
        queue.extend(keys[: MOST_KEYS - len(queue)])
        if not queue:
            del self._queues[leg]
        elif not leg.sounding:
            leg.sounding = True
            leg.aim()
            self.pacer.start(now)

    def _give_up(self, leg: Leg, now: float) -> None:
        """What a leg holds is over, whatever became of its end."""
        self._held.pop(leg, None)
        for digit in leg.digits.give_up():
            self.released(leg, digit, now)
        if (listener := self._listeners.get(leg)) is not None:
            listener.stop(now)


def _translates(leg: Leg, sink: Leg) -> bool:
    """Whether the digits of a leg have to be pressed anew for the leg that hears it."""
    if leg.dtmf_type is None:
        return sink.dtmf_type is not None  # else tones go with the audio
    return knows_digits(sink) and not passes_events(leg, sink)


def passes_events(leg: Leg, sink: Leg) -> bool:
    """Whether the telephone events of a leg are good for the leg that hears it, as they are."""
    return sink.dtmf_type is not None and sink.digits.clock == leg.digits.clock
