"""Bans as a whole: they end, they are bounded, and a source is banned or it is not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from pbx.guard.bans import LONGEST_S, Bans

CAPACITY = 5
SOURCES = st.sampled_from([f"192.0.2.{number}" for number in range(9)])


class Door(RuleBasedStateMachine):
    """Bans imposed, declared, lifted and left alone, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1_800_000_000.0
        self.bans = Bans(first_s=60.0, capacity=CAPACITY)

    @rule(source=SOURCES)
    def impose(self, source: str) -> None:
        ban = self.bans.impose(source, "password", self.now)
        assert self.now < ban.until
        assert ban.by_operator or ban.until <= ban.since + LONGEST_S

    @rule(source=SOURCES, seconds=st.floats(1.0, 200_000.0))
    def declare(self, source: str, seconds: float) -> None:
        assert self.bans.declare(source, "by hand", self.now, self.now + seconds).by_operator

    @rule(source=SOURCES)
    def lift(self, source: str) -> None:
        stood = source in self.bans
        assert (self.bans.lift(source) is not None) == stood
        assert source not in self.bans

    @rule(seconds=st.floats(0.0, 200_000.0))
    def wait(self, seconds: float) -> None:
        self.now += seconds
        ended = self.bans.expire(self.now)
        assert all(ban.until <= self.now and ban.source not in self.bans for ban in ended)
        assert all(ban.until > self.now for ban in self.bans)

    @invariant()
    def bounded(self) -> None:
        assert len(self.bans) == len(list(self.bans)) <= CAPACITY


TestDoor = Door.TestCase


@given(st.integers(1, 12))
def test_each_ban_lasts_twice_as_long_as_the_one_before_up_to_a_day(times: int) -> None:
    bans, now = Bans(first_s=600.0), 1_800_000_000.0
    for number in range(1, times + 1):
        ban = bans.impose("192.0.2.1", "flood", now)
        assert (ban.times, ban.until - now) == (number, min(600.0 * 2 ** (number - 1), LONGEST_S))
        now = ban.until
        assert bans.expire(now) == [ban]
