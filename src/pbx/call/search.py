"""Searching for whom a leg is to reach: several attempts, one of which may become the leg's session.

A search has stages. The attempts of a stage ring at once; the next stage begins when all of them failed or the
stage's own time is up. The first 2xx wins and the others are taken back (RFC 3261 section 16.7, as far as it fits a
back-to-back user agent); a 6xx ends the search, and so does a failure that no further stage could mend. A 3xx adds
attempts, within limits. The leg has one offer, whoever answers it, but for what depends on the way to each (``Terms``).
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from pbx.call import breadth as breadths
from pbx.call import cause as causes
from pbx.call import early, forwarding, redirect
from pbx.call.attempt import Attempt, Branch, Describe, Outcome, Search, Stages
from pbx.call.call import Leg
from pbx.call.host import CallHost
from pbx.events import AttemptRecord
from pbx.sdp.crypto import SrtpPolicy
from pbx.sdp.errors import SdpError
from pbx.sdp.security import Security
from pbx.sip import events as sip
from pbx.sip.flow import Flow
from pbx.sip.message import Response
from pbx.sip.session import Phase
from pbx.sip.uri import Uri

ANSWERED_ELSEWHERE = 'SIP;cause=200;text="Call completed elsewhere"'
"""The Reason of a CANCEL to a phone whose call another one took: it shows no missed call (RFC 3326)."""
SAYS_LITTLE = (408, breadths.EXCEEDED, 480, 487, 503)
"""Failures of a way or of patience; any other one of their class tells the caller more."""
CONFIDED = ("p-asserted-identity", "identity")
"""What is said to a trusted peer alone (RFC 3325 section 7)."""
MAX_REDIRECTS = 5
"""Redirections that one search follows."""
MAX_DEPTH = 3
"""Redirections in a row that lead to one attempt."""


def begin(
    host: CallHost,
    leg: Leg,
    stages: Stages,
    *,
    describe: Describe,
    now: float,
    outcome: Outcome | None = None,
    stage_s: float | None = None,
    goes_on: Callable[[int], bool] = lambda status: status < 600,
) -> None:
    """Look for an answer to an outgoing leg; it is answered, or ended with the failure that says most.

    ``describe`` gives the leg's offer. ``stage_s`` limits each stage but the last, in seconds;
    ``goes_on`` says of a stage's best failure whether the next stage may do better. Where there is nothing to try the
    leg ends as unreachable.
    """
    leg.search = Search(describe, stages, outcome, stage_s, goes_on)
    _next_stage(host, leg, leg.search, now)


def stop(leg: Leg, reason: str, now: float) -> None:
    """Take all attempts back; the Reason header says why."""
    search = leg.search
    if search is None:
        return
    leg.search = None
    for branch in search.branches:
        _take_back(leg, search, branch, reason, 487, now)


def session_event(host: CallHost, branch: Branch, event: sip.SessionEvent, now: float) -> None:
    """What became of an attempt."""
    leg = host.legs.get(branch.leg)
    search = leg.search if leg is not None else None
    if leg is None or search is None:
        return
    match event:
        case sip.SessionProgressed(status=status, body=body):
            search.answered = True
            told = bool(body) and early.described(host, leg, search, branch, status, body, now)
            host.phone_rings(leg, now, told=told)
        case sip.OfferReceived(body=body):
            early.described_anew(host, leg, search, branch, body, now)
        case sip.SessionAccepted(body=body):
            _won(host, leg, search, branch, body, now)
        case sip.SessionRejected(status=status, response=response):
            search.answered = search.answered or response is not None
            branch.session.user = None
            search.branches.remove(branch)
            if status == early.NOT_ACCEPTABLE and _again_in_the_clear(host, leg, search, branch, now):
                return
            _failed(leg, search, branch.attempt, status, now)
            if _redirected(host, leg, search, branch, response, now):
                return
            _go_on(host, leg, search, branch, status, now)


def _again_in_the_clear(host: CallHost, leg: Leg, search: Search, branch: Branch, now: float) -> bool:
    """Try a phone once more that did not want the secured audio we offered of our own accord; whether we did."""
    attempt = branch.attempt
    unasked = attempt.security is None and attempt.offered is not Security.NONE
    if not unasked or leg.audio.srtp is not SrtpPolicy.OFFER:
        return False
    search.tried.remove((attempt.target, attempt.flow))
    _try(host, leg, search, replace(attempt, security=Security.NONE), branch.depth, branch.breadth, now)
    return True


def _won(host: CallHost, leg: Leg, search: Search, branch: Branch, body: bytes, now: float) -> None:
    search.branches.remove(branch)
    stop(leg, ANSWERED_ELSEWHERE, now)
    leg.session = branch.session
    leg.session.user = leg
    leg.label = branch.attempt.label
    leg.audio.meet(branch.terms)
    _told(search, branch.attempt, 200, now)
    try:
        early.settle(leg, branch, body)
    except SdpError:
        host.hang_up(leg, causes.FAILED, now)
    else:
        host.phone_answered(leg, now)


def _take_back(leg: Leg, search: Search, branch: Branch, reason: str, status: int, now: float) -> None:
    session = branch.session
    session.user = None
    if session.phase is Phase.CALLING:
        session.cancel(now, reason)
    elif session.phase is Phase.CONFIRMED:
        session.bye(now, reason)  # its 2xx came in one breath with the one that won
    _missed(leg, search, branch.attempt, status, now)


def _failed(leg: Leg, search: Search, attempt: Attempt, status: int, now: float) -> None:
    if not search.status or _weight(status) < _weight(search.status):
        search.status = status
    _missed(leg, search, attempt, status, now)


def _missed(leg: Leg, search: Search, attempt: Attempt, status: int, now: float) -> None:
    leg.missed += (AttemptRecord(attempt.label, status),)
    _told(search, attempt, status, now)


def _told(search: Search, attempt: Attempt, status: int, now: float) -> None:
    if search.outcome is not None:
        search.outcome(attempt, status, now)


def _weight(status: int) -> tuple[int, bool]:
    """A sort key: the smallest tells the caller most (RFC 3261 section 16.7 step 6).

    Unlike a proxy we follow redirections, so that one which led nowhere says least.
    """
    if status < 400:
        return 9, True
    return 0 if status >= 600 else status // 100, status in SAYS_LITTLE


def _redirected(
    host: CallHost, leg: Leg, search: Search, branch: Branch, response: Response | None, now: float
) -> bool:
    """Try what a 3xx names: the contacts it prefers now, the others as stages of their own (section 8.1.3.4).

    A number of ours is not for the search: whoever waits is forwarded there, and the search is over (True).
    """
    groups = redirect.alternatives(response, sips_only=_is_sips(branch.attempt))
    if not groups or search.redirects >= MAX_REDIRECTS or branch.depth >= MAX_DEPTH:
        return False
    number = redirect.own_number(groups[0][0], host.endpoint.sent_by, host.domains)
    if number is not None:
        return forwarding.deflect(host, leg, number, now)
    search.redirects += 1
    stages = [tuple(_elsewhere(branch.attempt, uri) for uri in group) for group in groups]
    search.redirected.extend((branch.depth + 1, stage) for stage in stages[:0:-1])
    _try_all(host, leg, search, stages[0], branch.depth + 1, branch.breadth, now)
    return False


def _elsewhere(attempt: Attempt, uri: Uri) -> Attempt:
    """The same attempt at another place; what proves us and the caller at the first is no business of the second."""
    target, flow = str(uri), Flow(uri.transport, *uri.address)
    there = replace(attempt, target=target, flow=flow, routes=(), label=target)
    if flow == attempt.flow:
        return there
    return replace(there, keychain=None, fields=tuple(one for one in attempt.fields if one[0] not in CONFIDED))


def _go_on(host: CallHost, leg: Leg, search: Search, branch: Branch, status: int, now: float) -> None:
    """After a failure: wait for the others, try the next stage, or give up."""
    if status >= 600 or not (search.branches or search.goes_on(search.status)):
        _give_up(host, leg, search, now)
        return
    if branch is search.heard:
        early.fell_silent(host, leg, search)
    if not search.branches:
        _next_stage(host, leg, search, now)


def _give_up(host: CallHost, leg: Leg, search: Search, now: float) -> None:
    status = search.status or 480
    stop(leg, f"SIP;cause={status}", now)
    of_number = leg.charge is not None or (leg.call.outward and leg is leg.call.first)
    cause = causes.of_network(status, heard=search.answered) if of_number else causes.of_status(status)
    host.leg_failed(leg, cause, status, now)


def _next_stage(host: CallHost, leg: Leg, search: Search, now: float) -> None:
    while (found := search.next_stage()) is not None:
        if _begin_stage(host, leg, search, found, now):
            return
    _give_up(host, leg, search, now)


def _begin_stage(host: CallHost, leg: Leg, search: Search, found: tuple[int, tuple[Attempt, ...]], now: float) -> bool:
    """Try what a stage is made of; whether any of it is under way."""
    search.stage += 1
    depth, stage = found
    _try_all(host, leg, search, stage, depth, leg.call.max_breadth, now)
    if search.branches and search.stage_s is not None:
        host.endpoint.timers.at(now + search.stage_s, _stage_timed_out, host, leg.id, search.stage)
    return bool(search.branches)


def _try_all(
    host: CallHost, leg: Leg, search: Search, stage: tuple[Attempt, ...], depth: int, breadth: int, now: float
) -> None:
    for attempt, share in zip(stage, breadths.shares(breadth, len(stage)), strict=True):
        _try(host, leg, search, attempt, depth, share, now)


def _try(host: CallHost, leg: Leg, search: Search, attempt: Attempt, depth: int, breadth: int, now: float) -> None:
    place = attempt.target, attempt.flow
    if depth and place in search.tried:
        return  # a redirection that leads in a circle
    search.tried.append(place)
    if breadth == 0:
        _failed(leg, search, attempt, breadths.EXCEEDED, now)
        return
    if attempt.flow.transport not in host.endpoint.transports or _in_the_clear(attempt):
        _failed(leg, search, attempt, 503, now)
        return
    terms = attempt.terms(host.endpoint.sent_by)
    leg.audio.meet(terms)
    session = host.endpoint.invite(
        attempt.target,
        attempt.flow,
        caller=attempt.caller,
        callee=attempt.callee,
        body=search.describe(terms),
        now=now,
        fields=(*attempt.fields, ("max-breadth", str(breadth))),
        max_forwards=leg.call.max_forwards,
        routes=attempt.routes,
        keychain=attempt.keychain,
    )
    branch = Branch(leg.id, attempt, terms, session, depth, breadth)
    session.user = branch
    host.named(session.call_id, leg.call.id, leg.id)
    search.branches.append(branch)
    if attempt.silence_s is not None:
        host.endpoint.timers.at(now + attempt.silence_s, _patience_ended, host, branch)


def _in_the_clear(attempt: Attempt) -> bool:
    """Whether a sips target would be called where others listen in (RFC 3261 section 26.2.2)."""
    return _is_sips(attempt) and not attempt.flow.secure


def _is_sips(attempt: Attempt) -> bool:
    return attempt.target[:5].lower() == "sips:"


def _patience_ended(host: CallHost, branch: Branch, now: float) -> None:
    """One who was called said nothing at all: what else there is need not wait for the transaction's own 32 s."""
    leg = host.legs.get(branch.leg)
    search = leg.search if leg is not None else None
    if leg is None or search is None or branch not in search.branches or branch.session.heard:
        return
    search.branches.remove(branch)
    _take_back(leg, search, branch, causes.q850(causes.NO_ANSWER), 408, now)
    search.status = search.status or 408
    _go_on(host, leg, search, branch, 408, now)


def _stage_timed_out(host: CallHost, leg_id: str, stage: int, now: float) -> None:
    leg = host.legs.get(leg_id)
    search = leg.search if leg is not None else None
    if leg is None or search is None or search.stage != stage:
        return
    following = search.next_stage()
    if following is None:
        return  # there is nobody else to try: the last ones may ring on
    taken, search.branches = search.branches, []
    for branch in taken:
        _take_back(leg, search, branch, causes.q850(causes.NO_ANSWER), 408, now)
    if search.heard is not None:
        early.fell_silent(host, leg, search)
    search.status = search.status or 408
    if not _begin_stage(host, leg, search, following, now):
        _next_stage(host, leg, search, now)
