"""What a change does, told from several runs: the difference to the day in each figure, and how sure that is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from lab.changes import Changes, Setting, Staffing
from lab.figures import Day, Figures, joined, total
from lab.intervals import Interval, interval
from lab.recorded import Recorded
from lab.whatif import Memory, what_if


class Effect(Struct, frozen=True):
    """A figure before, and how much it changes."""

    before: float
    change: Interval


class Comparison(Struct, frozen=True):
    """A queue, or all; None for a figure that one of the days does not have."""

    queue: str
    service_level: Effect | None
    asa_s: Effect | None
    abandonment: Effect | None


def try_changes(
    day: Recorded,
    settings: Sequence[Setting],
    staffing: Sequence[Staffing],
    seeds: Iterable[int],
    progress: Callable[[], None] = lambda: None,
) -> list[Day]:
    """The day with its changes, once for each seed. Raises ChangeError."""
    spans = [(Memory(span), Changes(span, settings, staffing)) for span in day.spans]
    runs: list[Day] = []
    for seed in seeds:
        run: Day = {}
        for memory, changes in spans:
            run = joined(run, what_if(memory, changes, seed))
        runs.append(run)
        progress()
    return runs


def compare(before: Day, runs: Sequence[Day], all_queues: str) -> list[Comparison]:
    """Runs against the day: each queue that was called, and all of them together under the name ``all_queues``."""
    queues = [queue for queue, figures in before.items() if figures.offered or any(_of(run, queue) for run in runs)]
    found = [_compared(queue, before[queue], [run.get(queue, Figures()) for run in runs]) for queue in queues]
    if len(queues) != 1:
        found.append(_compared(all_queues, total(before.values()), [total(run.values()) for run in runs]))
    return found


def _of(run: Day, queue: str) -> int:
    return run.get(queue, Figures()).offered


def _compared(queue: str, before: Figures, runs: Sequence[Figures]) -> Comparison:
    return Comparison(
        queue,
        _effect(before.service_level, [run.service_level for run in runs]),
        _effect(before.asa_s, [run.asa_s for run in runs]),
        _effect(before.abandonment, [run.abandonment for run in runs]),
    )


def _effect(before: float | None, after: Sequence[float | None]) -> Effect | None:
    known = [value for value in after if value is not None]
    if before is None or len(known) < len(after):
        return None
    return Effect(before, interval([value - before for value in known]))
