"""Two legs that talk: connecting their audio, and passing a change of one on to the other.

A re-INVITE (hold, resume, a new address) is offered on to the partner and answered with what the partner says,
so that both phones know who holds whom; the audio itself stays anchored at the plane (RFC 7092, B2BUA).
"""

from __future__ import annotations

from pbx.call.call import Leg
from pbx.call.host import CallHost
from pbx.events import LegHeld, LegsBridged
from pbx.sdp.errors import SdpError
from pbx.sip.errors import StateError

GLARE = 491
UNACCEPTABLE = 488


def bridge(host: CallHost, leg: Leg, other: Leg) -> None:
    """Let two answered legs hear each other; each is the other's partner from now on."""
    leg.partner, other.partner = other, leg
    host.plane.bridge(leg.id, other.id)
    host.publish(LegsBridged(host.clock(), leg.call.id, leg.id, other.id))


def offer_received(host: CallHost, leg: Leg, body: bytes, now: float) -> None:
    """A phone re-INVITEs."""
    session, partner = leg.session, leg.partner
    assert session is not None
    if not body:
        # A late offer: we repeat our side, the phone answers in its ACK (RFC 3261 section 14.2).
        session.accept_offer(leg.audio.offer(), now)
        return
    before = leg.audio.remote
    try:
        offer = leg.audio.take_offer(body)
    except SdpError:
        session.refuse_offer(UNACCEPTABLE, now)
        return
    if partner is None or not partner.answered or partner.session is None:
        session.accept_offer(leg.audio.answer(prefer=leg.audio.codec), now)
        _note_hold(host, leg)
        return
    try:
        partner.session.offer(partner.audio.offer(direction=offer.direction), now)
    except StateError:
        leg.audio.remote = before
        session.refuse_offer(GLARE, now)


def offer_answered(host: CallHost, leg: Leg, status: int, body: bytes, now: float) -> None:
    """The partner's phone answered what was passed on to it: answer the phone that began."""
    origin = leg.partner
    if origin is None or origin.session is None or not origin.session.offer_pending:
        return
    if status >= 300:
        origin.session.refuse_offer(status if status >= 400 else UNACCEPTABLE, now)
        return
    try:
        answer = leg.audio.take_answer(body)
    except SdpError:
        origin.session.refuse_offer(UNACCEPTABLE, now)
        return
    origin.session.accept_offer(origin.audio.answer(prefer=leg.audio.codec, direction=answer.direction), now)
    _note_hold(host, origin)


def _note_hold(host: CallHost, leg: Leg) -> None:
    held = leg.audio.remote is not None and leg.audio.remote.held
    if held != leg.held:
        leg.held = held
        host.publish(LegHeld(host.clock(), leg.call.id, leg.id, held))
