"""Three-way calls: a third party is added to two who talk, by one of them, who may leave the others to each other.

Who adds consults first (see ``consult``): the party answers while the partner hears music, and then all three talk,
at once where that was asked for. Whoever leaves, the other two are partners.
"""

from __future__ import annotations

from pbx.call.bridge import bridge
from pbx.call.call import Leg, Move
from pbx.call.gathering import gather
from pbx.call.host import CallHost
from pbx.conference_events import PartyAdded


def join(host: CallHost, move: Move) -> None:
    """Let all three of a consultation talk; passed over while the party does not answer."""
    by, staying, added = move.by, move.staying, move.by.partner
    if not move.consulting or added is None or not by.bridged:
        return
    move.dissolve()
    by.parting = False
    staying.partner, by.partner, added.partner = by, staying, by
    host.publish(PartyAdded(host.clock(), by.call.id, by.id, staying.id, added.id))
    gather(host, by.call)


def left(host: CallHost, leg: Leg) -> None:
    """One of three or more is over: those who stay are partners."""
    first, second, *others = [one for one in leg.call.legs.values() if one.answered and one.partner is not None]
    for other in others:
        other.partner = first
    bridge(host, first, second)
