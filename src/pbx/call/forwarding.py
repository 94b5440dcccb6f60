"""Calls that go on elsewhere, because the extension that was called wants so, or its phone said so.

Whoever forwards a call answers for where it goes (``Call.authority``). A call is forwarded five times at most, those
before it came here included, and never to an extension that has forwarded it already.
"""

from __future__ import annotations

from pbx.call import cause as causes
from pbx.call.call import Leg, LegState
from pbx.call.host import CallHost
from pbx.events import CallForwarded
from pbx.routing.diversion import Diversion, Reason
from pbx.routing.handling import Destination, Handling
from pbx.routing.numbering import Target

MAX_FORWARDS = 5
BEING_FORWARDED = 181


def forward(host: CallHost, leg: Leg, by: str, reason: Reason, to: Destination, now: float) -> None:
    """Take a waiting leg on from the extension ``by``; it is refused where the way leads nowhere or in a circle."""
    call = leg.call
    number = to if isinstance(to, str) else call.wanted
    target = _target(host, to)
    if target is None:
        host.turn_away(leg, causes.UNREACHABLE, 404, now)
    elif target.kind == "phone" and target.name in (by, *(step.number for step in call.diversions)):
        host.turn_away(leg, causes.FAILED, 482, now)
    elif sum(step.counter for step in call.diversions) >= MAX_FORWARDS:
        host.turn_away(leg, causes.FAILED, 483, now)
    else:
        call.diversions = (*call.diversions, Diversion(by, reason))
        call.send_on(by, number)
        host.publish(CallForwarded(host.clock(), call.id, by, str(to), reason))
        if leg.state is LegState.OFFERED and leg.session is not None:
            leg.session.ring(now, BEING_FORWARDED)
        host.direct(leg, target, now)


def without_ringing(host: CallHost, leg: Leg, extension: str, handling: Handling, now: float) -> bool:
    """Do what an extension wants done before its phones ring; whether that was all."""
    wish = handling.at_once()
    if wish is None:
        return False
    reason, to = wish
    if to is None:
        host.turn_away(leg, causes.BUSY, 486, now)
    else:
        forward(host, leg, extension, reason, to, now)
    return True


def after_failure(host: CallHost, leg: Leg, waiting: Leg, now: float) -> bool:
    """Do what an extension wants done with a call that its phones did not take; whether there is anything."""
    wish = leg.handling.after(leg.cause) if leg.handling is not None else None
    if wish is None or waiting.over or waiting.attendant is not None:
        return False  # a flow that dialled says itself what comes after
    forward(host, waiting, leg.party, *wish, now)
    return True


def deflect(host: CallHost, leg: Leg, number: str, now: float) -> bool:
    """A phone that rings sends its caller to one of our numbers; whether somebody waits who can be sent there.

    Only phones of ours do: a carrier's word would be nobody's to answer for.
    """
    waiting = leg.partner
    if waiting is None or waiting.partner is not leg or leg.account is None:
        return False
    leg.partner = waiting.partner = None
    host.hang_up(leg, causes.FORWARDED, now)
    forward(host, waiting, leg.account, "deflection", number, now)
    return True


def _target(host: CallHost, to: Destination) -> Target | None:
    if isinstance(to, Target):
        return to
    route = host.plan.route(to)
    return None if route is None else route.target
