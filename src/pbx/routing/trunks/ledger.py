"""One trunk's books: the calls it carries, how fast they come, and what they cost. Times are seconds since the epoch.

Calls in progress are priced as they run, in one sum: a call that was answered at t with a price r a second has cost
r*(now - t), so all of them together have cost now*sum(r) - sum(r*t), whatever their number.
"""

from __future__ import annotations

from msgspec import Struct

from pbx.routing.hours import opening
from pbx.routing.trunks.day import day_of
from pbx.routing.trunks.trunk import Trunk


class Objection(Struct, frozen=True):
    """A limit that speaks against one more call."""

    rule: str
    """``max_calls``, ``calls_per_s``, ``hours`` or ``spend_per_day``."""
    detail: str


class _Carried(Struct):
    price_per_s: float
    answered_at: float | None = None


class Ledger:
    """What one trunk carries and has carried today."""

    def __init__(self) -> None:
        self._calls: dict[str, _Carried] = {}
        self._tokens = 0.0
        self._filled_at = float("-inf")
        self._spent = 0.0
        """By calls that are over, today."""
        self._day_ends = float("-inf")
        self._prices = 0.0
        self._prices_by_start = 0.0

    @property
    def calls(self) -> int:
        """Calls in progress, ringing ones and incoming ones too."""
        return len(self._calls)

    def objection(self, trunk: Trunk, now: float) -> Objection | None:
        """The limit that one more outgoing call would break, if any."""
        if trunk.max_calls is not None and self.calls >= trunk.max_calls:
            return Objection("max_calls", f"{self.calls} of {trunk.max_calls} calls are in progress")
        if trunk.hours and opening(now, trunk.time_zone, trunk.hours) != "open":
            return Objection("hours", f"closed at this hour in {trunk.time_zone}")
        if trunk.spend_per_day is not None and (spent := self.spent(trunk, now)) >= trunk.spend_per_day:
            return Objection(
                "spend_per_day", f"{spent:.2f} of {trunk.spend_per_day:.2f} {trunk.currency} are spent today"
            )
        if trunk.calls_per_s is not None and self._fill(trunk.calls_per_s, now) < 1:
            return Objection("calls_per_s", f"more than {trunk.calls_per_s:g} calls a second")
        return None

    def _fill(self, calls_per_s: float, now: float) -> float:
        """The tokens there are: one a call, refilled steadily, one second's worth (and at least one) at most."""
        grown = self._tokens + max(0.0, now - self._filled_at) * calls_per_s
        self._tokens = min(max(1.0, calls_per_s), grown)
        self._filled_at = now
        return self._tokens

    def take(self, leg: str, trunk: Trunk, per_minute: float, now: float) -> None:
        """An outgoing call begins, within the limits or (an emergency) in spite of them."""
        if trunk.calls_per_s is not None:
            self._tokens = max(0.0, self._fill(trunk.calls_per_s, now) - 1)
        self._calls[leg] = _Carried(per_minute / 60)

    def came_in(self, leg: str) -> None:
        """An incoming call begins: it occupies the line and costs nothing."""
        self._calls[leg] = _Carried(0.0)

    def answered(self, leg: str, now: float) -> None:
        """A call begins to cost."""
        carried = self._calls.get(leg)
        if carried is not None and carried.answered_at is None:
            carried.answered_at = now
            self._prices += carried.price_per_s
            self._prices_by_start += carried.price_per_s * now

    def ended(self, leg: str, trunk: Trunk, now: float) -> float:
        """A call is over, or never came to be; returns what it cost."""
        carried = self._calls.pop(leg, None)
        if carried is None or carried.answered_at is None:
            return 0.0
        self._turn_day(trunk, now)
        self._prices -= carried.price_per_s
        self._prices_by_start -= carried.price_per_s * carried.answered_at
        if not self._calls:
            self._prices = self._prices_by_start = 0.0  # nothing is left of rounding either
        cost = carried.price_per_s * max(0.0, now - carried.answered_at)
        self._spent += cost
        return cost

    def spent(self, trunk: Trunk, now: float) -> float:
        """What today's calls cost so far, those in progress included."""
        self._turn_day(trunk, now)
        return self._spent + max(0.0, now * self._prices - self._prices_by_start)

    def restore(self, trunk: Trunk, spent: float, now: float) -> None:
        """Take over what today's calls cost before this start."""
        self._turn_day(trunk, now)
        self._spent += spent

    def _turn_day(self, trunk: Trunk, now: float) -> None:
        """At midnight the books are closed; a call that crosses it is charged to the day on which it ends."""
        if now >= self._day_ends:
            self._spent = 0.0
            self._day_ends = day_of(trunk.time_zone, now)[1]
