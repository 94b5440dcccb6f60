"""Pickup: a phone takes a call that rings at a colleague's.

``*8`` and an extension takes what rings there, ``*8`` alone what has rung longest in the phone's own group. A call that
a queue offers is not taken so: the queue decides who has it, and offers it to the next one by itself.
"""

from __future__ import annotations

from collections.abc import Mapping

from pbx.call import cause as causes
from pbx.call.call import Leg
from pbx.call.host import CallHost
from pbx.call.merge import merge
from pbx.call.replace import take_place
from pbx.events import Event, LegAnswered, LegEnded, LegRinging
from pbx.routing.numbering import Route


class Pickup:
    """Which phones ring; ``serve`` is the destination of the target ``pickup``."""

    def __init__(self, legs: Mapping[str, Leg]) -> None:
        self.groups: Mapping[str, str] = {}
        """The group of each extension that is in one."""
        self._legs = legs
        self._ringing: dict[str, Leg] = {}
        """The legs whose phones ring, the longest first."""

    def happened(self, event: Event) -> None:
        """Take an event of the switch."""
        match event:
            case LegRinging(leg=leg):
                self._ringing[leg] = self._legs[leg]
            case LegAnswered(leg=leg) | LegEnded(leg=leg):
                self._ringing.pop(leg, None)

    def serve(self, host: CallHost, leg: Leg, name: str, now: float) -> None:
        """Give a leg the call that it dialled for; only a phone of ours may have it."""
        route = host.plan.route(leg.call.number)
        found = self._wanted(leg.account, route) if leg.account is not None and route is not None else None
        if found is None:
            host.turn_away(leg, causes.UNREACHABLE, 404, now)
            return
        merge(host, found.call, leg.call)
        take_place(host, leg, found, now)

    def _wanted(self, account: str, route: Route) -> Leg | None:
        """What has rung longest at the extension that was dialled, or in the group of who dials."""
        extension, group = _dialled(route), self.groups.get(account)
        for leg in self._ringing.values():
            if extension:
                fits = leg.party == extension
            else:
                fits = group is not None and self.groups.get(leg.party) == group and leg.party != account
            if fits and leg.partner is not None:
                return leg
        return None


def _dialled(route: Route) -> str:
    """What was dialled where the rule leaves it open: ``1002`` of ``*81002`` for the rule ``*8.``."""
    fixed = min((at for at in map(route.rule.find, "X.") if at >= 0), default=len(route.rule))
    return route.number[fixed:]
