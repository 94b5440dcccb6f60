"""What a call costs, and how many a second one core carries: ``python benchmarks/calls.py [--quick | --full]``.

Plain: a guest dials an extension, its phone rings and answers, they talk, the caller hangs up. Queue: a guest dials
700, is answered and hears music, an agent is offered the call, her phone rings and answers, they talk, the caller hangs
up. Signalling only: the phones send no audio. The whole program runs on one core (main process, one media worker, its
private Redis), the load generator on another.

The floor is an echo of the same number of datagrams, of the same sizes and at the same pace, on uvloop's datagram
transport. All CPU is measured in one way: the kernel's clock of each process, before and after a window of steady load.
A call that sees anything but the expected messages, in time (RFC 3261's 64 * T1), has failed.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from statistics import median

from msgspec import Struct
from rich.console import Console
from rich.table import Table

from _centre import FIRST, QUEUE, Centre
from _cpu import Spent, alone, pinned, two_cores
from _floor import measure_floor
from _load import Load, Order, Result

KINDS = ("plain", "queue")
RATE = 50.0
"""Calls a second at which the cost of one is measured."""
SETTLE_S = 3.0
"""Load before a window begins, beside the time until the first calls end: then media ports recur, after their rest."""
FLOOR_S = 2.0
DENSE = 10_000.0
"""Datagrams a second at which the floor is shown too: the echo's loop rarely sleeps then, and each costs less."""
SEARCH_HOLD_S = 0.5
FIRST_RATE = 500
RATE_STEP = 25
HIGHEST_RATE = 1500
RETREAT = 0.9
"""What was held shortly but not for long is followed by a try at this share of it."""
FULL_CORE = 0.85
"""The search jumps to where the core would be this busy, or by ``GROWTH``, as long as every rate was held."""
GROWTH = 1.15
NOTHING = Spent(0.0, 0.0, 0.0, 0.0)
RESENT_SHARE = 0.01
"""A rate at which more than this, by call, is sent again is not held either: somebody waited for half a second."""

Cores = tuple[int | None, int | None]
"""Where the centre runs, and where the generator does."""

console = Console(width=120, soft_wrap=True, highlight=False)


class Plan(Struct, frozen=True):
    """How long everything takes."""

    window_s: float
    trial_s: float
    """Of each rate that the search tries."""
    hold_s: float
    """Of the rate that it finds."""
    in_progress: tuple[int, ...] = (10, 100, 1000)


DEFAULT = Plan(8.0, 4.0, 30.0)
QUICK = Plan(4.0, 4.0, 10.0, (10, 100))
FULL = Plan(20.0, 30.0, 30.0)


class Cost(Struct, frozen=True):
    """One measured window: CPU milliseconds a call, and those of the floor a datagram, at its pace and a dense one."""

    spent: Spent
    floor_ms: float
    dense_floor_ms: float
    datagrams: float
    """Of one call, received and sent."""


class Bench:
    """A running centre with phones, and the load upon it."""

    def __init__(self, centre: Centre, load: Load, phones: int) -> None:
        self._centre = centre
        self._load = load
        self._phones = phones

    def measure(self, kind: str, rate: float, hold_s: float, window_s: float) -> tuple[Result, Spent]:
        """Place calls; how they went, and the CPU seconds that a second of the window took, on average."""
        marks: list[Spent] = []
        number, numbers = (QUEUE, 1) if kind == "queue" else (FIRST, self._phones)
        order = Order(rate, hold_s, number, SETTLE_S + hold_s, window_s, numbers)
        result = self._load.run(order, lambda: marks.append(self._centre.household.spent()))
        self._centre.wait_quiet()
        spent = marks[1].since(marks[0], window_s)
        console.print(f"  {spent.total:.0%} of a core{disturbance(spent)}; {outcome(result)}")
        return result, spent

    def open_queue(self) -> None:
        """Agents take calls from now on."""
        self._centre.open_queue()


@contextmanager
def bench(phones: int, cores: Cores) -> Iterator[Bench]:
    """A centre of its own, each part on its core."""
    with Centre(cores[0]) as centre, pinned(cores[1]), Load(centre.sip) as load:
        centre.seat(phones, load.phones)
        yield Bench(centre, load, phones)


def measure_costs(plan: Plan, cores: Cores) -> dict[str, list[Cost]]:
    """The cost of a call of each kind, with so many calls in progress."""
    costs: dict[str, list[Cost]] = {kind: [] for kind in KINDS}
    with bench(2 * max(plan.in_progress), cores) as centre:
        for kind in KINDS:
            if kind == "queue":
                centre.open_queue()
            for calls in plan.in_progress:
                console.print(f"{kind}, {RATE:g} calls a second, {calls:,} in progress")
                result, spent = centre.measure(kind, RATE, calls / RATE, plan.window_s)
                datagrams = result.datagrams / result.placed
                with pinned(cores[1]):
                    floor_s = measure_floor(result.sizes, RATE * datagrams, FLOOR_S, cores[0])
                    dense_s = measure_floor(result.sizes, DENSE, FLOOR_S, cores[0])
                costs[kind].append(Cost(spent.since(NOTHING, RATE / 1e3), floor_s * 1e3, dense_s * 1e3, datagrams))
    return costs


def search(kind: str, plan: Plan, cores: Cores) -> int:
    """The highest rate, in steps of 25, at which all goes well: found by short trials, then held for long."""
    held, failed, rate = 0, HIGHEST_RATE + RATE_STEP, FIRST_RATE
    with bench(round(2 * HIGHEST_RATE * SEARCH_HOLD_S), cores) as centre:
        if kind == "queue":
            centre.open_queue()
        while failed - held > RATE_STEP:
            good, busy = attempt(centre, kind, rate, plan.trial_s)
            if good:
                held = rate
                beyond = max(held + RATE_STEP, stepped(held * max(GROWTH, FULL_CORE / busy)))
                rate = beyond if beyond < failed else stepped((held + failed) / 2)
            else:
                failed = rate
                rate = stepped((held + failed) / 2)
        while held > 0 and plan.hold_s > plan.trial_s and not attempt(centre, kind, held, plan.hold_s)[0]:
            held = min(held - RATE_STEP, stepped(held * RETREAT))
    return held


def attempt(centre: Bench, kind: str, rate: int, seconds: float) -> tuple[bool, float]:
    """Whether a rate is held, and how busy the core was: a share."""
    console.print(f"{kind}, {rate} calls a second for {seconds:g} s")
    result, spent = centre.measure(kind, rate, SEARCH_HOLD_S, seconds)
    return not result.failures and result.resent + result.repeated <= RESENT_SHARE * result.placed, spent.total


def stepped(rate: float) -> int:
    """The whole steps in a rate."""
    return int(rate // RATE_STEP) * RATE_STEP


def outcome(result: Result) -> str:
    """How the calls went, in a line."""
    failed = "".join(f", {count} failed: {why}" for why, count in result.failures.items())
    return (
        f"{result.completed:,} of {result.placed:,} calls complete{failed}; "
        f"sent again: {result.resent} by phones, {result.repeated} by the switch; "
        f"set up in {result.setup_p50_ms:.1f} ms (p99 {result.setup_p99_ms:.1f}); "
        f"generator {result.busy:.0%} busy, late by {result.late_ms:.0f} ms at most"
    )


def disturbance(spent: Spent) -> str:
    """A note where others used the core that is measured."""
    return f" (others took {spent.others:.0%} of it: not a quiet machine)" if spent.others > 0.05 else ""


def show_costs(costs: dict[str, list[Cost]], plan: Plan) -> None:
    """The cost by parts, its ratio to the floor, and how it grows with the calls in progress."""
    console.print(f"\nCPU ms a call at {RATE:g} calls a second, {plan.in_progress[0]} in progress, signalling only")
    table = Table("call", "main process", "media worker", "both", "Redis", "datagrams", "floor", "both / floor")
    table.add_column("all / floor")
    measured = [cost for row in costs.values() for cost in row]
    floor_ms, dense_ms = median(cost.floor_ms for cost in measured), median(cost.dense_floor_ms for cost in measured)
    for kind, (cost, *_) in costs.items():
        spent, floor = cost.spent, cost.datagrams * floor_ms
        milliseconds = (f"{ms:.3f}" for ms in (spent.main, spent.workers, spent.own, spent.redis))
        ratios = (f"{spent.own / floor:.1f}", f"{spent.total / floor:.1f}")
        table.add_row(kind, *milliseconds, f"{cost.datagrams:.1f}", f"{floor:.3f}", *ratios)
    console.print(table)
    console.print(
        f"The ratio that counts is both / floor: the program's own processes; with Redis it is all / floor.\n"
        f"The floor is {floor_ms * 1e3:.1f} us a datagram, received or sent: the median of an echo after each window; "
        f"at {DENSE:,.0f} a second it is {dense_ms * 1e3:.1f} us.\n"
    )
    console.print(f"CPU ms a call (main process and media worker) by calls in progress, {RATE:g} calls a second")
    table = Table("call", *(f"{calls:,}" for calls in plan.in_progress))
    for kind, row in costs.items():
        table.add_row(kind, *(f"{cost.spent.own:.3f}" for cost in row))
    console.print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--quick", action="store_true", help="shorter windows and trials, for a first look")
    length.add_argument("--full", action="store_true", help="every trial lasts 30 s")
    parser.add_argument("--seconds", type=float, help="length of every window and trial")
    parser.add_argument("--no-search", action="store_true", help="the cost of a call only, not the highest rate")
    options = parser.parse_args()
    plan = QUICK if options.quick else FULL if options.full else DEFAULT
    if options.seconds is not None:
        plan = Plan(options.seconds, options.seconds, options.seconds, plan.in_progress)
    cores: Cores = two_cores() or (None, None)
    if cores[0] is None:
        console.print("There is one core only: switch and generator share it, and the rates are lower for it.")
    with alone(), suppress(KeyboardInterrupt):
        show_costs(measure_costs(plan, cores), plan)
        if not options.no_search:
            rates = {kind: search(kind, plan, cores) for kind in KINDS}
            for kind, rate in rates.items():
                console.print(
                    f"highest rate held for {plan.hold_s:g} s on one core, {kind}: {rate} calls a second "
                    f"(none failed, at most {RESENT_SHARE:.0%} sent again)"
                )


if __name__ == "__main__":
    main()
