"""Figures as people read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table

from lab.comparing import Comparison, Effect
from lab.figures import Day, Figures, total
from lab.recorded import Difference

NOTHING = "-"
ALL = "all"


def percent(share: float | None) -> str:
    """A share (0-1)."""
    return NOTHING if share is None else f"{100 * share:.1f} %"


def seconds(value: float | None) -> str:
    """A duration."""
    return NOTHING if value is None else f"{value:.1f} s"


def day_table(figures: Day) -> Table:
    """A day, queue by queue."""
    table = Table("queue")
    for name in ("offered", "answered", "gave up", "overflowed", "refused", "service level", "ASA", "abandonment"):
        table.add_column(name, justify="right")
    table.add_column("foretold", justify="right")
    table.add_column("within p50 / p80", justify="right")
    rows = dict(sorted(figures.items()))
    if len(rows) > 1:
        rows[ALL] = total(figures.values())
    for queue, one in rows.items():
        counts = (one.offered, one.answered, one.abandoned, one.overflowed, one.refused)
        shares = (percent(one.service_level), seconds(one.asa_s), percent(one.abandonment))
        table.add_row(queue, *map(str, counts), *shares, str(one.foretold), _kept(one))
    return table


def _kept(one: Figures) -> str:
    """How many waits ended by what was foretold; about a half and four fifths should."""
    return NOTHING if one.estimates is None else " / ".join(map(percent, one.estimates))


def what_if_table(comparisons: Sequence[Comparison]) -> Table:
    """What changes do to a day, with 95 % confidence intervals."""
    table = Table("queue", "figure")
    for name in ("that day", "with the changes", "difference"):
        table.add_column(name, justify="right")
    for one in comparisons:
        for number, (name, effect, unit) in enumerate(_effects(one)):
            table.add_row(one.queue if not number else "", name, *_cells(effect, unit), end_section=number == 2)
    return table


def _effects(one: Comparison) -> tuple[tuple[str, Effect | None, str], ...]:
    return (
        ("service level", one.service_level, "%"),
        ("ASA", one.asa_s, "s"),
        ("abandonment", one.abandonment, "%"),
    )


def _cells(effect: Effect | None, unit: str) -> tuple[str, str, str]:
    if effect is None:
        return NOTHING, NOTHING, NOTHING
    scale = 100 if unit == "%" else 1
    change = effect.change
    return (
        f"{scale * effect.before:.1f} {unit}",
        f"{scale * (effect.before + change.mean):.1f} {unit}",
        f"{scale * change.mean:+.1f} ± {scale * change.margin:.1f} {unit}",
    )


def difference_line(one: Difference) -> str:
    """A decision that is not taken again."""
    at = datetime.fromtimestamp(one.at).strftime("%H:%M:%S.%f")[:-3]
    fields = {name: getattr(one.event, name) for name in one.event.__struct_fields__}
    what = " ".join([type(one.event).__name__, *(str(value) for value in fields.values() if isinstance(value, str))])
    return f"{at} {what}: led to {_decisions(one.recorded)}, leads to {_decisions(one.now)}"


def as_plain(figures: Day) -> dict[str, Any]:
    """Figures for other programs."""
    return {queue: _plain(one) for queue, one in [*sorted(figures.items()), (ALL, total(figures.values()))]}


def compared_plain(comparisons: Sequence[Comparison]) -> dict[str, Any]:
    """Effects for other programs; shares are 0-1."""
    names = ("service_level", "asa_s", "abandonment")
    return {one.queue: {name: _effect_plain(getattr(one, name)) for name in names} for one in comparisons}


def _effect_plain(effect: Effect | None) -> Mapping[str, float] | None:
    if effect is None:
        return None
    return {"before": effect.before, "change": effect.change.mean, "margin": effect.change.margin}


def _plain(one: Figures) -> dict[str, Any]:
    counts = {name: getattr(one, name) for name in ("offered", "answered", "abandoned", "overflowed", "refused")}
    shares = {name: getattr(one, name) for name in ("service_level", "asa_s", "abandonment")}
    within_p50, within_p80 = one.estimates or (None, None)
    return counts | shares | {"ewt_score": {"calls": one.foretold, "within_p50": within_p50, "within_p80": within_p80}}


def _decisions(decisions: list[list[Any]]) -> str:
    return ", ".join(f"{name}({' '.join(map(str, fields))})" for name, *fields in decisions) or "nothing"


def console() -> Console:
    """Where people read; wide enough for tables where it is no terminal."""
    found = Console()
    return found if found.is_terminal else Console(width=120)
