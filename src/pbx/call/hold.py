"""Holding: what two partners hear while one of them, or both, keep the other waiting.

A phone holds by an offer in which it does not want to hear us (RFC 3264 section 8.4); a hold may also be asked for
from here. Either way it is the switch's own affair: the phone that holds is answered at once, its partner's session
stays as it is, and the partner hears music from the plane. Nothing is offered on, so two holds never meet in glare.
"""

from __future__ import annotations

from pbx.call import cause as causes
from pbx.call.call import Leg
from pbx.call.gathering import gather, gathers
from pbx.call.host import CallHost
from pbx.events import LegHeld
from pbx.sdp.errors import SdpError

UNACCEPTABLE = 488


def let_talk(host: CallHost, leg: Leg, other: Leg) -> None:
    """Give two answered partners what they are to hear: each other, or music where the other one holds.

    Where others talk with them, or supervise them, all of these hear what they are to hear.
    """
    if gathers(leg.call):
        gather(host, leg.call)
        return
    if not leg.held and not other.held:
        host.plane.bridge(leg.id, other.id)
        return
    for listener, holder in ((leg, other), (other, leg)):
        host.plane.silence(listener.id)
        if holder.held and not listener.held:
            host.plane.play(listener.id, leg.call.music, loop=True)


def offer_received(host: CallHost, leg: Leg, body: bytes, now: float) -> None:
    """A phone changes its call: hold, resume, a new address, another codec."""
    session = leg.session
    assert session is not None
    if not body:
        # A late offer: we repeat our side, the phone answers in its ACK (RFC 3261 section 14.2).
        session.accept_offer(leg.audio.offer(), now)
        return
    try:
        leg.audio.take_offer(body)
    except SdpError:
        session.refuse_offer(UNACCEPTABLE, now)
        return
    session.accept_offer(leg.audio.answer(prefer=leg.audio.codec), now)
    note(host, leg)


def answer_received(host: CallHost, leg: Leg, body: bytes, now: float) -> None:
    """What answers an offer of ours: the body of an ACK, or of the answer to a refresh; none says nothing new."""
    if body and leg.answered:
        try:
            leg.audio.take_answer(body)
        except SdpError:
            host.hang_up(leg, causes.FAILED, now)
        else:
            note(host, leg)


def ask(host: CallHost, leg: Leg, held: bool) -> None:
    """Hold a leg's partner, or take it back, without its phone; a hold of the phone's own stays with the phone."""
    if leg.answered:
        leg.hold_asked = held
        note(host, leg)


def note(host: CallHost, leg: Leg) -> None:
    """See whether a leg holds now, and let it be heard and told."""
    held = leg.hold_asked or (leg.audio.remote is not None and leg.audio.remote.held)
    if held == leg.held:
        return
    leg.held = held
    if leg.bridged and leg.partner is not None:
        let_talk(host, leg, leg.partner)
    host.publish(LegHeld(host.clock(), leg.call.id, leg.id, held))
