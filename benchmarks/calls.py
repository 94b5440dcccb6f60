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
from contextlib import contextmanager

from msgspec import Struct
from rich.console import Console
from rich.table import Table

from _centre import FIRST, QUEUE, Centre
from _cpu import Spent, pinned, two_cores
from _floor import measure_floor
from _load import Load, Order, Result

RATE = 50.0
"""Calls a second at which the cost of one is measured."""
SETTLE_S = 4.0
"""Load before a window begins, beside the time until the first calls end: then media ports recur, after their rest."""
SEARCH_HOLD_S = 0.5
RATE_STEP = 25
HIGHEST_RATE = 1000
START_AT = 0.75
"""The search begins at this share of the rate that the cost of a call would allow."""
RESENT_SHARE = 0.01
"""A rate at which more datagrams than this, by call, are sent again is not held: the switch falls behind."""
KINDS = ("plain", "queue")

console = Console(width=120)


class Plan(Struct, frozen=True):
    """How long everything takes."""

    window_s: float
    step_s: float
    in_progress: tuple[int, ...]


DEFAULT = Plan(10.0, 10.0, (10, 100, 1000))
QUICK = Plan(4.0, 5.0, (10, 100))
FULL = Plan(20.0, 30.0, (10, 100, 1000))


class Cost(Struct, frozen=True):
    """One measured window: CPU milliseconds a call, and how the calls went."""

    spent: Spent
    floor_ms: float
    result: Result


class Bench:
    """A running centre with phones, and the load upon it."""

    def __init__(self, centre: Centre, load: Load, phones: int) -> None:
        self._centre = centre
        self._load = load
        self._phones = phones

    def measure(self, kind: str, rate: float, hold_s: float, window_s: float) -> tuple[Result, Spent]:
        """Place calls; how they went, and the CPU seconds of the window."""
        marks: list[Spent] = []
        number, numbers = (QUEUE, 1) if kind == "queue" else (FIRST, self._phones)
        order = Order(rate, hold_s, number, SETTLE_S + hold_s, window_s, numbers)
        result = self._load.run(order, lambda: marks.append(self._centre.household.spent()))
        return result, marks[1].since(marks[0], 1)

    def open_queue(self) -> None:
        """Agents take calls from now on."""
        self._centre.open_queue()

    def wait_quiet(self) -> None:
        """Until the switch has no call any more."""
        self._centre.wait_quiet()


@contextmanager
def bench(phones: int, cores: tuple[int | None, int | None]) -> Iterator[Bench]:
    """A centre of its own, each part on its core."""
    with Centre(cores[0]) as centre, pinned(cores[1]), Load(centre.sip) as load:
        centre.seat(phones, load.phones)
        yield Bench(centre, load, phones)


def measure_costs(plan: Plan, cores: tuple[int | None, int | None]) -> dict[str, list[Cost]]:
    """The cost of a call of each kind, with so many calls in progress."""
    costs: dict[str, list[Cost]] = {kind: [] for kind in KINDS}
    with bench(2 * max(plan.in_progress), cores) as centre:
        for kind in KINDS:
            if kind == "queue":
                centre.open_queue()
            for calls in plan.in_progress:
                result, spent = centre.measure(kind, RATE, calls / RATE, plan.window_s)
                with pinned(cores[1]):
                    pace = RATE * result.datagrams_a_call
                    floor_s = measure_floor(result.sizes, pace, plan.window_s / 2, cores[0]) * result.datagrams_a_call
                cost = Cost(per_call_ms(spent, RATE * plan.window_s), floor_s * 1e3, result)
                costs[kind].append(cost)
                console.print(f"{kind}, {calls:,} calls in progress: {told(result)}")
    return costs


def per_call_ms(spent: Spent, calls: float) -> Spent:
    """CPU seconds of a window as milliseconds a call."""
    return spent.since(Spent(0, 0, 0), calls / 1e3)


def search(kind: str, start: int, plan: Plan, cores: tuple[int | None, int | None]) -> int:
    """The highest rate at which no call fails: upwards from a first guess, or downwards where that was too bold."""
    rate, best = start, 0
    with bench(round(2 * HIGHEST_RATE * SEARCH_HOLD_S), cores) as centre:
        if kind == "queue":
            centre.open_queue()
        while RATE_STEP <= rate <= HIGHEST_RATE:
            result, spent = centre.measure(kind, rate, SEARCH_HOLD_S, plan.step_s)
            held = not result.failed and result.resent + result.repeated <= RESENT_SHARE * result.placed
            busy = spent.total / plan.step_s
            console.print(
                f"{kind}, {rate} calls a second for {plan.step_s:g} s: {'held' if held else 'not held'}, "
                f"the switch's core {busy:.0%} busy; {told(result)}"
            )
            centre.wait_quiet()
            if held:
                best = rate
                if rate < start:
                    break
                rate += RATE_STEP
            elif best:
                break
            else:
                rate -= RATE_STEP
    return best


def told(result: Result) -> str:
    """How the calls of a window went, in a line."""
    failed = ", ".join(f"{count} {why}" for why, count in result.failures.items())
    return (
        f"{result.completed:,} of {result.placed:,} calls complete{f' ({failed})' if failed else ''}, "
        f"sent again: {result.resent} by phones, {result.repeated} by the switch; "
        f"set up in {result.setup_p50_ms:.1f} ms (p99 {result.setup_p99_ms:.1f}); "
        f"the generator {result.busy:.0%} busy, {result.late_ms:.0f} ms late at most"
    )


def show_costs(costs: dict[str, list[Cost]], plan: Plan) -> None:
    """The cost by parts, its ratio to the floor, and how it grows with the calls in progress."""
    table = Table(title=f"CPU ms a call at {RATE:g} calls a second, {plan.in_progress[0]} in progress, signalling only")
    columns = ("call", "main process", "media worker", "both", "Redis", "datagrams", "floor", "both / floor")
    for column in (*columns, "with Redis"):
        table.add_column(column, justify="left" if column == "call" else "right")
    for kind, (cost, *_) in costs.items():
        spent, floor = cost.spent, cost.floor_ms
        milliseconds = (f"{ms:.3f}" for ms in (spent.main, spent.workers, spent.own, spent.redis))
        ratios = (f"{spent.own / floor:.1f}", f"{spent.total / floor:.1f}")
        table.add_row(kind, *milliseconds, f"{cost.result.datagrams_a_call:.1f}", f"{floor:.3f}", *ratios)
    console.print(table)
    console.print("The ratio that counts is both / floor: the program's own processes; Redis stands beside it.\n")
    table = Table(title=f"CPU ms a call (main process and media worker) by calls in progress, {RATE:g} calls a second")
    table.add_column("call")
    for calls in plan.in_progress:
        table.add_column(f"{calls:,}", justify="right")
    for kind, row in costs.items():
        table.add_row(kind, *(f"{cost.spent.own:.3f}" for cost in row))
    console.print(table)


def first_guess(cost: Cost) -> int:
    """A rate surely carried, as one call's cost has it: at higher rates a call costs less."""
    return max(RATE_STEP, int(START_AT * 1e3 / cost.spent.total) // RATE_STEP * RATE_STEP)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--quick", action="store_true", help="two minutes, for a first look")
    length.add_argument("--full", action="store_true", help="each rate for 30 s, as the README's figures are measured")
    parser.add_argument("--seconds", type=float, help="length of each measured window and each rate's trial")
    parser.add_argument("--no-search", action="store_true", help="the cost of a call only, not the highest rate")
    options = parser.parse_args()
    plan = QUICK if options.quick else FULL if options.full else DEFAULT
    if options.seconds is not None:
        plan = Plan(options.seconds, options.seconds, plan.in_progress)
    cores = two_cores()
    if cores is None:
        console.print("There is one core only: switch and generator share it, and the rates are lower for it.")
    pins = cores or (None, None)
    costs = measure_costs(plan, pins)
    show_costs(costs, plan)
    if options.no_search:
        return
    rates = {kind: search(kind, first_guess(costs[kind][0]), plan, pins) for kind in KINDS}
    for kind, rate in rates.items():
        console.print(f"highest rate held for {plan.step_s:g} s on one core, {kind}: {rate} calls a second")


if __name__ == "__main__":
    main()
