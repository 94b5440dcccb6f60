"""Two calls that become one: what began as a call of its own was the way to another."""

from __future__ import annotations

from pbx.call.call import Call
from pbx.call.host import CallHost
from pbx.events import CallsMerged


def merge(host: CallHost, one: Call, other: Call) -> Call:
    """Let the younger call's legs, over or not, be the older one's; returns that. The younger leaves no record."""
    if one is other:
        return one
    into, gone = sorted((one, other), key=lambda call: call.started_at)
    for leg in gone.legs.values():
        leg.call = into
        into.legs[leg.id] = leg
        if leg.session is not None:
            host.named(leg.session.call_id, into.id, leg.id)
    into.closing |= gone.closing
    gone.legs.clear()
    del host.calls[gone.id]
    host.publish(CallsMerged(host.clock(), into.id, gone.id))
    return into
