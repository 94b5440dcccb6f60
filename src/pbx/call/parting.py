"""What the end of one leg means for its partner: back to its attendant, refused, or hung up on."""

from __future__ import annotations

from pbx.call import cause as causes
from pbx.call.call import Leg, LegState
from pbx.call.host import CallHost


def partner_ended(host: CallHost, leg: Leg, partner: Leg, was_answered: bool, now: float) -> None:
    """A leg is over: what becomes of the one that talked with it, or waited for it."""
    if partner.attendant is not None and not was_answered:
        partner.attendant.partner_failed(leg.cause, now)
    elif partner.state is LegState.OFFERED and partner.session is not None:
        refusal = causes.status_for(leg.cause, leg.status)
        partner.session.reject(refusal, now)
        host.end_leg(partner, leg.cause, refusal, now)
    else:
        host.hang_up(partner, causes.NORMAL if partner.answered else causes.CANCELLED, now)
