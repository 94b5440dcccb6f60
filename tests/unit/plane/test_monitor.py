"""Legs measured in turn, a few at a time."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Iterator

import pytest
from tests.live.harness.ports import free_block

from pbx.media import g711, tone
from pbx.media.g711 import PCMU
from pbx.media.sound import Sound
from pbx.media.stream import Stream
from pbx.plane.leg import Leg
from pbx.plane.monitor import SLOTS, Monitor
from pbx.plane.ports import PortPair
from pbx.plane.protocol import MediaQuality

INTERVAL_S = 5.0
TICK_S = INTERVAL_S / SLOTS


class Floor:
    """A monitor in virtual time, and legs with ports on which nothing is sent."""

    def __init__(self) -> None:
        self.told: list[tuple[MediaQuality, ...]] = []
        self.monitor = Monitor(self.told.append, INTERVAL_S)
        self.ticks = 0
        self._ports = PortPair("127.0.0.1", free_block(2))

    def leg(self, name: str) -> Leg:
        leg = Leg(name, self._ports, Stream(1, 0, 0))
        self.monitor.watch(leg, self.now)
        return leg

    @property
    def now(self) -> float:
        return self.ticks * TICK_S

    def pass_by(self, seconds: float) -> None:
        for _ in range(round(seconds / TICK_S)):
            self.ticks += 1
            self.monitor.tick(self.now)

    @property
    def qualities(self) -> list[MediaQuality]:
        return [quality for group in self.told for quality in group]

    def close(self) -> None:
        self._ports.close()


@pytest.fixture
def floor() -> Iterator[Floor]:
    floor = Floor()
    yield floor
    floor.close()


def test_each_leg_is_measured_once_an_interval_and_all_are_spread_over_it(floor: Floor) -> None:
    for i in range(100):
        floor.leg(f"leg{i}")
    floor.pass_by(3 * INTERVAL_S)

    assert set(Counter(quality.leg for quality in floor.qualities).values()) == {3}
    assert max(len(group) for group in floor.told) <= 4
    assert all(quality.seconds >= INTERVAL_S / 2 for quality in floor.qualities)


def test_a_measurement_is_of_its_interval_alone(floor: Floor) -> None:
    leg = floor.leg("leg")
    for sequence in (1, 2, 3, 6, 7, 8, 9, 10):
        leg.reception.counted(7, sequence, 160)
    floor.pass_by(INTERVAL_S)
    for sequence in range(11, 111):
        leg.reception.counted(7, sequence, 160)
    floor.pass_by(INTERVAL_S)
    floor.pass_by(INTERVAL_S)
    first, second, third = floor.qualities

    assert (first.packets, first.lost) == (8, 2)
    assert (second.packets, second.lost) == (100, 0)
    assert (first.mos or 5.0) < 3.5 < 4.3 < (second.mos or 0.0)
    assert (third.packets, third.mos) == (0, None)


def test_a_bridged_leg_is_looked_at_until_there_is_a_voice(floor: Floor) -> None:
    leg, other = floor.leg("leg"), floor.leg("other")
    leg.sink, other.sink = other, leg
    floor.pass_by(INTERVAL_S)
    looks, voice = 0, g711.encode(tone.sine(440.0, 0.02), PCMU)
    found: list[Sound] = []
    while len(found) < 2:
        if leg.look is not None:
            looks += 1
            look, leg.look = leg.look, None
            look(voice if looks == 3 else b"\xff" * 160, PCMU)
        floor.pass_by(TICK_S)
        found = [quality.sound for quality in floor.qualities if quality.leg == "leg"]

    assert looks == 3
    assert found == [Sound.UNKNOWN, Sound.VOICE]


def test_a_bridged_leg_that_sends_nothing_is_quiet(floor: Floor) -> None:
    leg, other = floor.leg("leg"), floor.leg("other")
    leg.sink, other.sink = other, leg
    floor.pass_by(2 * INTERVAL_S)

    assert [quality.sound for quality in floor.qualities if quality.leg == "leg"] == [Sound.UNKNOWN, Sound.QUIET]


def test_a_leg_that_ends_is_measured_a_last_time_unless_that_is_too_soon(floor: Floor) -> None:
    leg, brief = floor.leg("leg"), floor.leg("brief")
    leg.reception.counted(7, 1, 160)
    floor.monitor.farewell(brief, floor.now + 0.1)
    floor.pass_by(1.0)
    floor.monitor.farewell(leg, floor.now)
    floor.pass_by(INTERVAL_S)

    assert [(quality.leg, quality.packets, quality.seconds) for quality in floor.qualities] == [("leg", 1, 1.0)]


def test_a_line_to_another_worker_is_not_measured(floor: Floor) -> None:
    near, far = socket.socketpair()
    with near, far:
        tie = Leg("tie", None, Stream(1, 0, 0))
        tie.line = near
        floor.monitor.watch(tie, 0.0)
        floor.pass_by(INTERVAL_S)

    assert floor.told == []
