"""A call: its legs, where it was bound for, and its record."""

from __future__ import annotations

from pbx.call.leg import Leg
from pbx.events import CallEnded
from pbx.routing.numbering import Route, Target


class Call:
    """One call, from its first leg's beginning to the last figure of its audio."""

    __slots__ = ("account", "caller", "caller_name", "closing", "direction", "ended_by", "id", "legs", "max_forwards",
                 "number",
                 "route", "started_at", "target")  # fmt: skip

    def __init__(self, call_id: str, direction: str, caller: str, caller_name: str, number: str, now: float) -> None:
        self.id = call_id
        self.direction = direction
        self.caller = caller
        self.caller_name = caller_name
        self.number = number
        self.account: str | None = None
        """The extension that authenticated as the caller."""
        self.route: Route | None = None
        """The numbering plan's decision."""
        self.target = Target("none")
        self.started_at = now
        self.legs: dict[str, Leg] = {}
        self.max_forwards = 70
        """What an INVITE on behalf of this call may still pass (RFC 3261 section 20.22)."""
        self.ended_by = ""
        self.closing: set[str] = set()
        """Legs whose audio figures are still awaited."""

    @property
    def first(self) -> Leg:
        """The leg that the call began with."""
        return next(iter(self.legs.values()))

    @property
    def live_legs(self) -> list[Leg]:
        """Those not over."""
        return [leg for leg in self.legs.values() if not leg.over]

    @property
    def over(self) -> bool:
        """Whether every leg has ended and told its figures."""
        return not self.closing and all(leg.over for leg in self.legs.values())

    def record(self) -> CallEnded:
        """The call's record; to be asked once it is over."""
        first = self.first
        ended_at = max(leg.ended_at or leg.started_at for leg in self.legs.values())
        return CallEnded(
            at=ended_at,
            call=self.id,
            direction=self.direction,
            caller=self.caller,
            caller_name=self.caller_name,
            number=self.number,
            target_kind=self.target.kind,
            target=self.target.name,
            started_at=self.started_at,
            answered_at=first.answered_at,
            ended_at=ended_at,
            cause=first.cause,
            ended_by=self.ended_by or "switch",
            legs=tuple(leg.record() for leg in self.legs.values()),
        )
