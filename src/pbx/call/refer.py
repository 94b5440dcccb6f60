"""REFER from a phone: it gives its partner away, to a number (RFC 5589 section 6) or, with Replaces, to the far end of
another call of its own (section 7). What comes of it is told in NOTIFYs (RFC 3515 section 2.4)."""

from __future__ import annotations

from pbx.call import cause as causes
from pbx.call.bridge import bridge
from pbx.call.call import Leg, LegState, Move
from pbx.call.host import CallHost
from pbx.call.merge import merge
from pbx.call.replace import leg_of
from pbx.call.transfer import Immovable, begin, complete, hand_over, partner_of, target_of
from pbx.sip.session.referral import Referral


def referred(host: CallHost, by: Leg, referral: Referral, now: float) -> None:
    """A phone asks for a transfer. One of our own only: a guest or a trunk shall not make calls at our expense."""
    try:
        if by.account is None:
            raise Immovable(403, "only phones of ours may transfer")
        if referral.method != "INVITE":
            raise Immovable(488, f"a referral to {referral.method} is not understood")
        if referral.replaces is None:
            _to_number(host, by, referral, now)
        else:
            other = leg_of(host, referral.replaces)
            if other is None:
                raise Immovable(404, "there is no such call")  # not 481: it would end the dialog of the REFER itself
            _to_call(host, by, other, referral, now)
    except Immovable as error:
        referral.reject(error.status, now)


def _to_number(host: CallHost, by: Leg, referral: Referral, now: float) -> None:
    number = referral.target.uri.number
    target, staying = target_of(host, number, by), partner_of(by)
    referral.accept(now)
    hand_over(host, Move(by, staying, number, referral.notify), target, now)


def _to_call(host: CallHost, by: Leg, other: Leg, referral: Referral, now: float) -> None:
    """Who stays takes the place of the transferor's other leg."""
    staying, wanted = partner_of(by), other.partner
    if other in (by, staying) or other.over or other.move is not None:
        raise Immovable(491, "that call cannot be had now")
    referral.accept(now)
    number, target = other.call.number, other.call.target
    if wanted is None:
        # It waits in a queue, or a service has it: who stays goes there instead.
        host.hang_up(other, causes.NORMAL, now)
        hand_over(host, Move(by, staying, number, referral.notify), target, now)
        return
    merge(host, by.call, other.call)
    move = Move(by, staying, number, referral.notify)
    other.parting = True
    other.partner = wanted.partner = None
    begin(host, move)
    if wanted.answered:
        bridge(host, staying, wanted)
        complete(host, move, wanted, now)
    else:
        staying.partner, wanted.partner = wanted, staying
        if wanted.state is LegState.RINGING:
            host.plane.play(staying.id, ("ringback",), loop=True)
    host.hang_up(other, causes.TRANSFERRED, now)
