"""Timers that can be taken back and may be a second late."""

from __future__ import annotations

from pbx.sip.coarse_timers import CoarseTimers
from pbx.sip.timers import TimerQueue


class Bench:
    """Coarse timers, and what ran when."""

    def __init__(self) -> None:
        self.queue = TimerQueue()
        self.coarse = CoarseTimers(self.queue)
        self.ran: list[tuple[str, float]] = []

    def set(self, key: str, now: float, delay: float) -> None:
        self.coarse.set(key, now, delay, lambda at: self.ran.append((key, at)))

    def run_until(self, end: float) -> None:
        while (due := self.queue.next()) is not None and due <= end:
            self.queue.run(due)


def test_an_action_runs_at_its_time_or_within_the_second_after() -> None:
    bench = Bench()
    bench.set("a", 10.3, 2.0)
    bench.set("b", 10.3, 0.0)
    bench.run_until(20)
    assert bench.ran == [("b", 11), ("a", 13)]


def test_what_is_taken_back_never_runs_and_leaves_nothing_after_a_second() -> None:
    bench = Bench()
    bench.set("a", 10.0, 1800)
    bench.coarse.clear("a")
    bench.coarse.clear("a")
    assert len(bench.coarse) == 0
    bench.run_until(11)
    assert (bench.ran, len(bench.queue)) == ([], 0)


def test_a_key_has_one_action() -> None:
    bench = Bench()
    bench.set("a", 10.0, 2.0)
    bench.set("a", 10.5, 4.0)
    bench.run_until(20)
    assert bench.ran == [("a", 15)]


def test_time_may_jump_over_a_day() -> None:
    bench = Bench()
    for delay in (50_000, 3, 86_000):
        bench.set(str(delay), 0.0, delay)
    bench.queue.run(86_400.0)
    assert [key for key, _ in bench.ran] == ["3", "50000", "86000"]
    assert len(bench.queue) == 0


def test_an_action_may_set_and_clear_others_of_its_second() -> None:
    bench = Bench()

    def first(now: float) -> None:
        bench.coarse.clear("b")
        bench.set("a", now, 1.0)

    bench.coarse.set("a", 0.0, 5.0, first)
    bench.set("b", 0.0, 5.0)
    bench.run_until(10)
    assert bench.ran == [("a", 6)]
