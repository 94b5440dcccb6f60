"""What a REGISTER with digest costs: ``python benchmarks/register.py [--seconds 4] [--rates 1000 3000]``.

Renewed: under a nonce that the phone has, as phones renew; answered 200. Challenged: answered 401 first, as after a
start; two requests, and the figures are those of each. The floor is an echo of the same datagrams (see ``_floor.py``).
All CPU is the main process's: digest, registrar, and the binding's way to Redis. The rates are those of the morning
after a power cut. The lower the rate the more each costs, and so does the floor, for the processor's caches have
forgotten more of it in between; at a tenth of the lower one it is about half as much again.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from itertools import product
from time import monotonic, sleep

from rich.console import Console
from rich.table import Table

from _centre import FIRST, REGISTERED_S, Centre
from _cpu import alone, pinned, two_cores
from _floor import measure_floor
from _registration import Line, Registrant

PHONES = 200
WARM_S = 0.5
FLOOR_S = 2.0
AIM_RATIO, AIM_MS = 3.5, 0.25

console = Console(width=120, soft_wrap=True, highlight=False)


def drive(phones: list[Registrant], act: Callable[[Registrant], None], rate: float, seconds: float) -> None:
    """Let one phone after the other act, at an even pace."""
    start = monotonic()
    for number in range(round(rate * seconds)):
        sleep(max(0.0, start + number / rate - monotonic()))
        act(phones[number % len(phones)])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=4.0, help="length of every window")
    parser.add_argument("--rates", type=float, nargs="+", default=[1000.0, 3000.0], help="registrations a second")
    options = parser.parse_args()
    cores = two_cores() or (None, None)
    kinds = {"renewed": Registrant.renew, "challenged": Registrant.register}
    table = Table("REGISTER", "a second", "CPU ms", "Redis ms", "floor ms", "CPU / floor", "aim")
    with alone(), Centre(cores[0]) as centre, pinned(cores[1]):
        line = Line.to(centre.sip)
        centre.seat(PHONES, line.address)
        phones = [Registrant(line, FIRST + number, line.address, REGISTERED_S) for number in range(PHONES)]
        for phone in phones:
            phone.register()
        for rate, (kind, act) in product(options.rates, kinds.items()):
            drive(phones, act, rate, WARM_S)
            line.sizes.clear()
            before = centre.household.spent()
            drive(phones, act, rate, options.seconds)
            requests = len(line.sizes) / 2
            spent = centre.household.spent().since(before, requests / 1e3)
            pace = len(line.sizes) / options.seconds
            floor_ms = 2e3 * measure_floor(line.sizes[:2000], pace, FLOOR_S, cores[0])
            met = spent.main <= AIM_MS or spent.main <= AIM_RATIO * floor_ms
            row = (f"{spent.main:.3f}", f"{spent.redis:.3f}", f"{floor_ms:.3f}", f"{spent.main / floor_ms:.1f}")
            table.add_row(kind, f"{rate:.0f}", *row, "met" if met else "missed")
        line.socket.close()
    console.print(table)
    console.print(f"The aim: {AIM_MS} ms of CPU, or {AIM_RATIO} times the floor.")


if __name__ == "__main__":
    main()
