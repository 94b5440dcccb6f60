"""How the audio of each leg of a worker is: measured every few seconds, a few legs at a time.

Legs hang on a wheel of ``SLOTS`` slots, and each tick measures those of one slot: what there is to do is spread evenly
over the interval, however many legs there are and whenever they came. In between, now and then, one packet of each
bridged leg is looked at for a voice, and all others pay nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from math import inf

from pbx.media.codecs.g711 import G711
from pbx.media.quality import Path, burst_ratio, judge
from pbx.media.sound import Sound, sound_in, sound_of
from pbx.plane.leg import Leg
from pbx.plane.protocol import MediaQuality

SLOTS = 50
"""Of the wheel; one a tick."""

LOOKS = 5
"""How often a bridged leg's audio is looked at between two measurements."""

SHORTEST_S = 0.5
"""What is over sooner is not worth a measurement."""


class Watch:
    """What was known of a leg when it was measured last, and what was seen since."""

    __slots__ = ("at", "bridged", "codec", "expected", "octets", "received", "reports", "runs", "slot", "sound")

    def __init__(self, leg: Leg, slot: int, now: float) -> None:
        self.slot = slot
        self.begin(leg, now)

    def begin(self, leg: Leg, now: float) -> None:
        """Begin an interval."""
        reception = leg.reception
        self.at = now
        self.expected, self.received, self.octets = reception.expected, reception.received, reception.octets
        self.runs, self.reports = reception.losses.runs, leg.reports
        leg.remote_loss = None
        self.bridged = leg.sink is not None and leg.sink is not leg
        self.codec = leg.codec
        self.sound = Sound.UNKNOWN

    def look(self, payload: bytes, payload_type: int) -> None:
        """See what is in a packet."""
        found = sound_of(payload, payload_type)
        if found is Sound.UNKNOWN and not isinstance(self.codec, G711):
            found = sound_in(payload, self.codec)
        self.sound = max(self.sound, found)

    def heard(self) -> Sound:
        """The most that was found; one that is bridged and sends nothing that could be looked at is quiet."""
        return Sound.QUIET if self.bridged and self.sound is Sound.UNKNOWN else self.sound


class Monitor:
    """Measures legs; ``tell`` takes all measurements of a tick."""

    def __init__(self, tell: Callable[[tuple[MediaQuality, ...]], None], interval_s: float) -> None:
        self._tell = tell
        self._tick_s = interval_s / SLOTS
        self._slots: list[dict[Leg, Watch]] = [{} for _ in range(SLOTS)]
        self._watches: dict[Leg, Watch] = {}
        self._slot = 0
        self._numbers = count()
        self.next_at = inf
        """When ``tick`` has something to do, in seconds."""

    def watch(self, leg: Leg, now: float) -> None:
        """Measure a leg from now on; first when half an interval to a whole one is over. Not a line to a worker."""
        if leg in self._watches or leg.ports is None:
            return
        slot = (self._slot + SLOTS // 2 + next(self._numbers) % (SLOTS // 2)) % SLOTS
        self._watches[leg] = self._slots[slot][leg] = Watch(leg, slot, now)
        if self.next_at == inf:
            self.next_at = now + self._tick_s

    def farewell(self, leg: Leg, now: float) -> None:
        """Measure a leg for the last time."""
        watch = self._watches.pop(leg, None)
        if watch is None:
            return
        del self._slots[watch.slot][leg]
        leg.look = None
        if now - watch.at >= SHORTEST_S:
            self._tell((measure(leg, watch, now),))
        if not self._watches:
            self.next_at = inf

    def tick(self, now: float) -> None:
        """Measure the legs of one slot, and look at those of some others."""
        self._slot = (self._slot + 1) % SLOTS
        measured = []
        for leg, watch in self._slots[self._slot].items():
            measured.append(measure(leg, watch, now))
            watch.begin(leg, now)
        if measured:
            self._tell(tuple(measured))
        for slot in range(self._slot % (SLOTS // LOOKS), SLOTS, SLOTS // LOOKS):
            for leg, watch in self._slots[slot].items():
                if watch.bridged and watch.sound is not Sound.VOICE:
                    leg.look_at_next(watch.look)
        self.next_at = max(now, self.next_at + self._tick_s)


def measure(leg: Leg, watch: Watch, now: float) -> MediaQuality:
    """How a leg's audio was since it was measured last."""
    leg.settle()
    reception = leg.reception
    expected, packets = reception.expected - watch.expected, reception.received - watch.received
    lost = max(0, expected - packets)
    round_trip = leg.round_trip_ms or 0.0
    codec = leg.codec.name
    packet_ms = (reception.octets - watch.octets) / packets / 8 if packets and leg.law is not None else 20.0
    mos = remote_mos = None
    if expected > 0:
        ratio = burst_ratio(lost, reception.losses.runs - watch.runs, expected)
        mos = judge(Path(codec, lost / expected, ratio, reception.jitter_ms, round_trip, packet_ms)).mos
    if leg.remote_loss is not None:
        remote_mos = judge(Path(codec, leg.remote_loss, 1.0, leg.remote_jitter_ms, round_trip)).mos
    return MediaQuality(
        leg=leg.name,
        seconds=round(now - watch.at, 3),
        packets=packets,
        lost=lost,
        jitter_ms=round(reception.jitter_ms, 1),
        mos=mos and round(mos, 2),
        round_trip_ms=leg.round_trip_ms and round(leg.round_trip_ms, 1),
        remote_loss=leg.remote_loss,
        remote_jitter_ms=leg.remote_jitter_ms,
        remote_mos=remote_mos and round(remote_mos, 2),
        reports=leg.reports - watch.reports,
        sound=watch.heard(),
    )
