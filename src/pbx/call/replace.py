"""A phone takes another leg's place: by an INVITE with Replaces (RFC 3891), or by picking up what rings elsewhere."""

from __future__ import annotations

from pbx.call import cause as causes
from pbx.call import search
from pbx.call.attempt import Branch
from pbx.call.bridge import bridge
from pbx.call.call import Leg, LegState
from pbx.call.host import CallHost
from pbx.sip.dialog import DialogId
from pbx.sip.errors import ParseError
from pbx.sip.headers.replaces import Replaces
from pbx.sip.message import Request
from pbx.sip.session import Session


def leg_of(host: CallHost, replaces: Replaces) -> Leg | None:
    """The leg whose dialog is meant; its tags are unguessable, so that only those who are shown them name it.

    They are read from either side: who watches a phone knows its dialog as that phone sees it (RFC 4235 section 4.1).
    """
    endpoint, (ours, theirs) = host.endpoint, (replaces.to_tag, replaces.from_tag)
    session = endpoint.session_of(replaces.call_id, ours, theirs) or endpoint.session_of(replaces.call_id, theirs, ours)
    user = session.user if session is not None else None
    if isinstance(user, Branch):
        return host.legs.get(user.leg)
    return user if isinstance(user, Leg) else None


def show_dialog(leg: Leg) -> DialogId | None:
    """The dialog with a phone that rings for a leg, as seen from here, to be shown to whoever may take its call.

    They may take it while it rings and no longer: what was a lamp's to know is no key to a call that is talked in.
    """
    branches = leg.search.branches if leg.search is not None else ()
    found = next((known for branch in branches if (known := branch.session.dialog_id) is not None), None)
    leg.shown = leg.shown or found is not None
    return found


def offered(host: CallHost, session: Session, request: Request, account: str | None, now: float) -> None:
    """An INVITE with Replaces: it joins the call of the leg that it replaces, or is refused (RFC 3891 section 3)."""
    if account is None:
        session.reject(403, now)  # only who proved its name may take a call over (RFC 3891 section 5)
        return
    found = _replaced(host, request)
    if isinstance(found, int):
        session.reject(found, now)
        return
    leg = host.take_in(session, request, found.call, account, account, now)
    if leg is not None:
        take_place(host, leg, found, now)


def _replaced(host: CallHost, request: Request) -> Leg | int:
    """The leg to be replaced, or the status of the refusal."""
    values = request.get_all("replaces")
    try:
        replaces = Replaces.parse(values[0])
    except ParseError:
        return 400
    if len(values) > 1:
        return 400
    leg = leg_of(host, replaces)
    if leg is None or leg.state is LegState.OFFERED:
        return 481  # unknown, or an early dialog that is not ours to replace
    if leg.over:
        return 603
    if leg.answered and (replaces.early_only or leg.shown):
        return 486
    if leg.partner is None or leg.move is not None or leg.partner.move is not None:
        return 480
    return leg


def take_place(host: CallHost, leg: Leg, replaced: Leg, now: float) -> None:
    """Answer an incoming leg in another one's stead; who talked to that, or waited for it, talks to this one.

    The two are of one call, and the one replaced has a partner. Where no port is left nothing changes but the new
    leg's end.
    """
    partner = replaced.partner
    assert partner is not None, "nobody waits for a leg without a partner"
    if not host.answer(leg, now, prefer=partner.audio.codec):
        return
    replaced.partner = partner.partner = None
    replaced.parting = True
    if replaced.answered:
        cause = causes.TRANSFERRED
    else:
        cause = causes.PICKED_UP
        search.stop(replaced, search.ANSWERED_ELSEWHERE, now)
    partner.dismiss(now)
    if host.answer(partner, now, prefer=leg.audio.codec):
        bridge(host, partner, leg)
    host.hang_up(replaced, cause, now)
