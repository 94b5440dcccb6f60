"""What a flood does to the calls of others: ``python benchmarks/flood.py [--seconds 5] [--flood 5000]``.

One source sends bad INVITEs (wrong credentials, garbage, both in turn) while guests of another set up calls to phones
that are registered from there. Shown is the time from dialling until both are connected, without and with the flood,
in one run. Nobody is trusted here: the callers' source has the standing that its phones give it, the attacker has none.
The ban is lifted before each kind, so every window has the flood's beginning in it.
"""

from __future__ import annotations

import argparse

from rich.console import Console
from rich.table import Table

from _centre import FIRST, Centre
from _cpu import Spent, alone, pinned, two_cores
from _flood import KINDS, attacker
from _load import Load, Order, Result

ATTACKER = "127.0.0.2"
PHONES = 40
RATE = 40.0
HOLD_S = 0.5
AIM = 2.0

console = Console(width=120, soft_wrap=True, highlight=False)


def measure(centre: Centre, load: Load, seconds: float) -> tuple[Result, float]:
    """Place calls; how they went, and the share of its core that the main process used."""
    marks: list[Spent] = []
    order = Order(RATE, HOLD_S, FIRST, 0.0, seconds, PHONES)
    result = load.run(order, lambda: marks.append(centre.household.spent()))
    centre.wait_quiet()
    return result, marks[1].since(marks[0], seconds).main


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=5.0, help="length of every window")
    parser.add_argument("--flood", type=float, default=5000.0, help="bad messages a second")
    options = parser.parse_args()
    cores = two_cores() or (None, None)
    table = Table(
        "flood", "calls", "p50 ms", "p95 ms", "ratio p50", "ratio p95", "busy", "turned away", "banned", "aim"
    )
    with alone(), Centre(cores[0], CENTRALA_GUARD_TRUSTED="") as centre, pinned(cores[1]), Load(centre.sip) as load:
        centre.seat(PHONES, load.phones)
        usual, busy = measure(centre, load, options.seconds)
        _show(table, "none", usual, usual, busy, 0, "")
        for kind in KINDS:
            before = centre.turned_away()
            with attacker(centre.sip, ATTACKER, kind, options.flood):
                result, busy = measure(centre, load, options.seconds)
            away = centre.turned_away() - before
            _show(table, kind, result, usual, busy, away, centre.lift_ban(ATTACKER))
    console.print(table)
    console.print(
        f"The aim: {AIM:g} times the usual set-up time at most, at {options.flood:,.0f} bad messages a second."
    )


def _show(table: Table, kind: str, result: Result, usual: Result, busy: float, away: int, banned: str) -> None:
    p50, p95 = result.setup_p50_ms / usual.setup_p50_ms, result.setup_p95_ms / usual.setup_p95_ms
    calls = f"{result.completed} of {result.placed}"
    met = "met" if max(p50, p95) <= AIM and result.completed == result.placed else "missed"
    times = (f"{result.setup_p50_ms:.1f}", f"{result.setup_p95_ms:.1f}", f"{p50:.2f}", f"{p95:.2f}", f"{busy:.0%}")
    table.add_row(kind, calls, *times, f"{away:,}", banned, met if kind != "none" else "")


if __name__ == "__main__":
    main()
