"""What it costs to ask whether a number may be dialled, and what lists of millions take.

    python benchmarks/permit.py [--numbers 5000000] [--asked 50000]

A national list of that many numbers, as many again on a client's own list, and a million calls of the last week.
CPU time of one process; memory is what the lists add to the process (Linux).
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator, Sequence

import numpy as np

from control.compliance.number_file import NumberFile
from dialer.campaign import AttemptRules, Campaign, Mode
from dialer.compliance.book import Scope
from dialer.compliance.known import Imported, Known
from dialer.compliance.number_set import NumberSet
from dialer.compliance.permit import permit
from dialer.compliance.ruleset import prepare
from dialer.compliance.verdict import Permit, Refusal
from dialer.lead import Lead, LeadNumber, NumberKind, Tried
from dialer.outcome import Outcome

NOON = 1_795_888_800.0
"""2026-11-28, 13:00 in New York."""
PIECE = 1 << 16
CALLS = 1_000_000


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--numbers", type=int, default=5_000_000)
    parser.add_argument("--asked", type=int, default=50_000)
    asked = parser.parse_args()
    prepare(2026)
    rng = np.random.default_rng(1)

    empty = Known()
    empty.put_list(Imported("us", NOON, "none", NumberSet()))
    before = resident_mb()
    full = Known()
    file = NumberFile("US")
    text = registry(rng, asked.numbers)
    began = time.process_time()
    for first in range(0, len(text), PIECE):
        file.feed(text[first : first + PIECE])
    national = NumberSet(file.numbers())
    read_s = time.process_time() - began
    full.put_list(Imported("us", NOON, "bench", national))
    full.load(
        Scope.CLIENT, "acme", NumberSet.of(rng.integers(12_000_000_000, 19_999_999_999, asked.numbers, np.uint64))
    )
    del text, file
    print(f"a list of {asked.numbers:,}: read at {asked.numbers / read_s:,.0f} numbers a second of CPU time")
    print(f"memory: {resident_mb() - before:.0f} MB for two lists of {asked.numbers:,}")
    for number in numbers(rng, CALLS):
        full.called("acme", f"+{number}", NOON - 86_400.0)
    print(f"memory: {resident_mb() - before:.0f} MB with {CALLS:,} calls of the last week")

    people = leads(asked.asked)
    ask(people, full)
    for name, book in ("no lists", empty), (f"lists of {asked.numbers:,}", full):
        spent, permits = min(ask(people, book) for _ in range(3))
        print(f"{name}: {spent / len(people) * 1e6:.1f} us a permit ({permits / len(people):.0%} permitted)")


def ask(people: Sequence[Lead], book: Known) -> tuple[float, int]:
    """CPU seconds for one question a lead, and how many were permitted."""
    how = Campaign("spring", "sales", mode=Mode.PREDICTIVE, client="acme", attempts=AttemptRules(number_per_day=3))
    permits = 0
    began = time.process_time()
    for lead in people:
        answer: Permit | Refusal = permit(lead, lead.numbers[0], how, book, NOON)
        permits += isinstance(answer, Permit)
    return time.process_time() - began, permits


def leads(count: int) -> list[Lead]:
    """People all over the United States, one in three of whom was called before."""
    rng = random.Random(2)
    found = []
    for id in range(count):
        number = f"+1{rng.choice(AREA_CODES)}{rng.randrange(2_000_000, 9_999_999)}"
        tried = (Tried(number, NOON - 2 * 86_400.0, Outcome.NO_ANSWER),) if id % 3 == 0 else ()
        found.append(Lead(id, "spring", (LeadNumber(number, NumberKind.FIXED),), tried=tried))
    return found


AREA_CODES = (212, 213, 214, 305, 312, 404, 415, 503, 602, 617, 702, 713, 801, 850, 907)


def numbers(rng: np.random.Generator, count: int) -> list[int]:
    """Numbers of North America, any of them."""
    found: list[int] = rng.integers(12_000_000_000, 19_999_999_999, count).tolist()
    return found


def registry(rng: np.random.Generator, count: int) -> bytes:
    """A file as the American registry gives it: area code, comma, number."""
    return b"".join(lines(rng.integers(2_000_000_000, 9_999_999_999, count)))


def lines(numbers: np.typing.NDArray[np.int64]) -> Iterator[bytes]:
    """One line a number."""
    for number in numbers.tolist():
        yield b"%03d,%07d\n" % divmod(number, 10_000_000)


def resident_mb() -> float:
    """The memory of this process."""
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * 4096 / 1e6


if __name__ == "__main__":
    main()
