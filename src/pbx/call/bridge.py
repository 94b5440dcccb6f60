"""Two legs that talk: each is the other's partner, and the plane carries their audio (RFC 7092, a B2BUA)."""

from __future__ import annotations

from pbx.call import digits
from pbx.call.call import Leg
from pbx.call.hold import let_talk
from pbx.call.host import CallHost
from pbx.events import LegsBridged


def bridge(host: CallHost, leg: Leg, other: Leg) -> None:
    """Let two answered legs hear each other; each is the other's partner from now on."""
    leg.partner, other.partner = other, leg
    let_talk(host, leg, other)
    for each in (leg, other):
        digits.review(each)
    host.publish(LegsBridged(host.clock(), leg.call.id, leg.id, other.id))
