"""Abandonment as the rules measure it, and how much of it is still allowed.

An answered call is abandoned when a person answered and no agent was there within two seconds of the end of the
person's greeting (47 CFR 64.1200(a)(7), 16 CFR 310.4(b)(4)(iii)); the share of such calls among those that people
answered may not exceed a limit, measured over thirty days for each campaign. Here the days roll: at each moment today
and the days before it count, and a limit that is kept
at the end of each day is kept in every period of thirty days, wherever it begins.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone, tzinfo

from msgspec import Struct

from dialer.campaign import Campaign

CONNECT_WITHIN_S = 2.0
"""After the end of the greeting (47 CFR 64.1200(a)(7))."""
RING_S = 15.0
"""An unanswered call rings so long, or four times, before it is given up (16 CFR 310.4(b)(4)(ii))."""
_UTC = timezone(timedelta())


def gives_up_at(campaign: Campaign, dialled_at: float, rang_at: float | None = None) -> float:
    """When a call that nobody answers is given up: ``max_ring_s`` after it was dialled, and never before it rang for
    fifteen seconds. (Four rings would do as well; networks tell that a phone rings, and not how often it did.)
    """
    least_s = max(RING_S, campaign.min_ring_s)
    at = dialled_at + max(campaign.max_ring_s, least_s)
    return at if rang_at is None else max(at, rang_at + least_s)


def measured_as(campaign: Campaign) -> str:
    """The name under which a campaign's calls are counted: its group's, or its own."""
    return f"group:{campaign.abandon_group}" if campaign.abandon_group else campaign.id


class Tally(Struct):
    """Calls that people answered, and those among them that were abandoned."""

    answered: int = 0
    abandoned: int = 0

    @property
    def rate(self) -> float:
        """The share of abandoned calls, 0-1; 0 where nobody answered."""
        return self.abandoned / self.answered if self.answered else 0.0

    def credit(self, limit: float) -> float:
        """How many more calls may be abandoned, each of them answered as well: whole ones count. Negative when over
        the limit, by how many. Infinite where everything is allowed.
        """
        return (limit * self.answered - self.abandoned) / (1.0 - limit) if limit < 1.0 else float("inf")


class Abandonment:
    """What was answered and abandoned in the last days, of one campaign or of a group that is measured together.

    Each event costs the same, however many there were. Days are those of ``zone``, the centre's.
    """

    def __init__(self, days: int = 30, zone: tzinfo = _UTC) -> None:
        """``days`` are counted with today."""
        self._days = days
        self._zone = zone
        self._by_day: dict[date, Tally] = {}
        self._total = Tally()
        self._swept: date = date.min

    @classmethod
    def of(cls, campaign: Campaign, zone: tzinfo = _UTC) -> Abandonment:
        """As a campaign asks for it."""
        return cls(campaign.abandon_days, zone)

    def restore(self, counted: Iterable[tuple[float, int, int]], now: float) -> None:
        """Add what was counted before: a moment, the answered and the abandoned calls of its day or a part of it."""
        for at, answered, abandoned in counted:
            self._add(at, answered, abandoned)
        self._sweep(now)

    def answered(self, now: float, *, abandoned: bool) -> None:
        """A call that a person answered is over, or its agent is there; it is told once."""
        self._add(now, 1, int(abandoned))
        self._sweep(now)

    def running(self, now: float) -> Tally:
        """The last days, today included, so far."""
        self._sweep(now)
        return Tally(self._total.answered, self._total.abandoned)

    def today(self, now: float) -> Tally:
        """Today so far."""
        today = self._by_day.get(self._day(now))
        return Tally(today.answered, today.abandoned) if today else Tally()

    def days(self, now: float) -> list[tuple[date, Tally]]:
        """Each day on which somebody answered, the first one first."""
        self._sweep(now)
        return [(day, Tally(tally.answered, tally.abandoned)) for day, tally in sorted(self._by_day.items())]

    def rate(self, now: float) -> float:
        """The share of abandoned calls over the last days, 0-1."""
        self._sweep(now)
        return self._total.rate

    def credit(self, limit: float, now: float, *, daily: bool = False) -> float:
        """How many more calls may be abandoned now (``Tally.credit``); where each day counts for itself as well
        (``daily``), no more than today allows.
        """
        credit = self.running(now).credit(limit)
        return min(credit, self.today(now).credit(limit)) if daily else credit

    def _add(self, at: float, answered: int, abandoned: int) -> None:
        tally = self._by_day.setdefault(self._day(at), Tally())
        for counted in (tally, self._total):
            counted.answered += answered
            counted.abandoned += abandoned

    def _sweep(self, now: float) -> None:
        """Forget days that do not count any more; once a day there is something to do."""
        first = self._day(now) - timedelta(days=self._days - 1)
        if first <= self._swept:
            return
        self._swept = first
        for day in [day for day in self._by_day if day < first]:
            tally = self._by_day.pop(day)
            self._total.answered -= tally.answered
            self._total.abandoned -= tally.abandoned

    def _day(self, at: float) -> date:
        return datetime.fromtimestamp(at, self._zone).date()
