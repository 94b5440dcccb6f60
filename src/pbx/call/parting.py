"""What the end of one leg means for the others: for its partner, a transfer, a conference, those who supervise."""

from __future__ import annotations

from pbx.call import cause as causes
from pbx.call import forwarding, supervision, three_way
from pbx.call import transfer as transferring
from pbx.call.call import Leg, LegState
from pbx.call.host import CallHost


def leg_ended(host: CallHost, leg: Leg, was_answered: bool, goes_on: bool, now: float) -> None:
    """A leg is over: what becomes of those who talked with it, or waited for it.

    ``goes_on``: whether the parties of its call go on without it (``gathering.goes_on_without``, asked before).
    """
    if goes_on:
        leg.partner = None
        if leg.supervising is not None:
            supervision.left(host, leg)
        else:
            three_way.left(host, leg)
        return
    partner = leg.partner
    if partner is not None and partner.partner is leg:
        leg.partner = partner.partner = None
    else:
        partner = None
    move = leg.move or (partner.move if partner is not None else None)
    if partner is not None and not was_answered and forwarding.after_failure(host, leg, partner, now):
        pass  # whoever waited for it goes on elsewhere
    elif move is not None:
        transferring.leg_ended(host, move, leg, partner, leg.status, now)
    elif partner is not None:
        _partner_ended(host, leg, partner, was_answered, now)
    supervision.dismiss_all(host, leg.call, now)


def _partner_ended(host: CallHost, leg: Leg, partner: Leg, was_answered: bool, now: float) -> None:
    """What becomes of its partner: back to its attendant, refused, or hung up on."""
    if partner.attendant is not None and not was_answered:
        partner.attendant.partner_failed(leg.cause, now)
    elif partner.state is LegState.OFFERED and partner.session is not None:
        refusal = causes.status_for(leg.cause, leg.status)
        partner.session.reject(refusal, now)
        host.end_leg(partner, leg.cause, refusal, now)
    else:
        host.hang_up(partner, causes.NORMAL if partner.answered else causes.CANCELLED, now)
