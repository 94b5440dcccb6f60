"""Early media: what the far side plays before it answers, an announcement or a ringing of its own (RFC 3960).

It is passed on to the leg that waits, or listened to where nobody does (``call.listening``), while one far side alone
sends it. Where several do, nobody could tell them apart: the waiting leg hears the switch's ringing instead, and so it
does when the one that was heard gives up.
"""

from __future__ import annotations

from pbx.call import listening
from pbx.call.attempt import Branch, Search
from pbx.call.call import Leg, LegState
from pbx.call.host import CallHost
from pbx.events import EarlyMediaStarted
from pbx.plane.protocol import PlaneFull
from pbx.sdp.errors import SdpError

RINGING = ("ringback",)
NOT_ACCEPTABLE = 488


def described(host: CallHost, leg: Leg, search: Search, branch: Branch, status: int, body: bytes, now: float) -> bool:
    """A branch said, before its answer, where its audio will be; whether the waiting leg hears it from now on."""
    partner = leg.partner
    known, branch.description = branch.description, body
    if known or search.several_heard or (partner is None and not leg.listened_to):
        return False
    if search.heard is not None:
        search.several_heard = True
        fell_silent(host, leg, search)
        return False
    leg.audio.meet(branch.terms)
    try:
        leg.audio.take_answer(body, beside=() if partner is None else partner.audio.speaks)
    except SdpError:
        return False  # its 2xx will be judged, if one comes
    if partner is not None and not _listens(leg, partner, status, now):
        return False
    search.heard = branch
    if partner is not None:
        host.plane.bridge(partner.id, leg.id)
    listening.early_media(host, leg)
    host.publish(EarlyMediaStarted(host.clock(), leg.call.id, leg.id))
    return True


def described_anew(host: CallHost, leg: Leg, search: Search, branch: Branch, body: bytes, now: float) -> None:
    """A phone that rings offers again (UPDATE, RFC 3311 section 5.1): what it plays comes from elsewhere now."""
    known, branch.offer = branch.offer, body
    leg.audio.meet(branch.terms)
    try:
        answer = _take_offer(leg, branch)
    except SdpError:
        branch.offer = known
        branch.session.refuse_offer(NOT_ACCEPTABLE, now)
        return
    branch.session.accept_offer(answer, now)
    heard = search.heard
    if heard is not None and heard is not branch:
        leg.audio.meet(heard.terms)
        settle(leg, heard)  # the leg's audio stays with the one that is heard


def settle(leg: Leg, branch: Branch, body: bytes = b"") -> None:
    """Let a leg's audio be what it last agreed upon with a branch; ``body`` is that of a 2xx. Raises SdpError."""
    if branch.offer:
        _take_offer(leg, branch)  # a later description than any that answers our offer
    else:
        # A 2xx may leave out what a reliable provisional response has said (RFC 3262 section 5).
        beside = () if leg.partner is None else leg.partner.audio.speaks
        leg.audio.take_answer(body or branch.description, beside=beside)


def _take_offer(leg: Leg, branch: Branch) -> bytes:
    leg.audio.take_offer(branch.offer)
    return leg.audio.answer(prefer=leg.audio.codec)


def _listens(leg: Leg, partner: Leg, status: int, now: float) -> bool:
    """Whether the waiting leg has audio to hear with, from now on."""
    if partner.state is not LegState.OFFERED:
        return partner.answered
    if partner.session is None or partner.audio.remote is None:
        return False  # it offered nothing: its audio begins with our answer
    try:
        partner.audio.open(leg.id)
    except PlaneFull:
        return False
    partner.session.ring(now, 180 if status == 180 else 183, body=partner.audio.answer_early(prefer=leg.audio.codec))
    return True


def fell_silent(host: CallHost, leg: Leg, search: Search) -> None:
    """Whoever was heard is not to be heard any more, while the search goes on."""
    search.heard = None
    listening.early_media_ended(host, leg)
    if leg.partner is not None:
        host.plane.play(leg.partner.id, RINGING, loop=True)
