"""Searching for whom a leg is to reach: several attempts, one of which may become the leg's session.

A search has stages. The attempts of a stage ring at once; the next stage begins when all of them failed or the
stage's own time is up. The first 2xx wins and the others are taken back (RFC 3261 section 16.7, as far as it fits a
back-to-back user agent); a 6xx ends the search, and so does a failure that no further stage could mend. The leg has
one port and one offer, whoever answers it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from msgspec import Struct

from pbx.call import cause as causes
from pbx.call.call import Leg, LegState
from pbx.call.host import CallHost
from pbx.sip import events as sip
from pbx.sip.flow import TRANSPORTS, Flow
from pbx.sip.headers.address import Address
from pbx.sip.session import Phase, Session

ANSWERED_ELSEWHERE = 'SIP;cause=200;text="Call completed elsewhere"'
"""The Reason of a CANCEL to a phone whose call another one took: it shows no missed call (RFC 3326)."""
SAYS_LITTLE = (408, 480, 487, 503)
"""Failures of a way or of patience; any other one of their class tells the caller more."""


class Attempt(Struct, frozen=True):
    """One place to try."""

    target: str
    """The Request-URI."""
    flow: Flow
    caller: Address
    callee: Address
    fields: tuple[tuple[str, str], ...] = ()
    label: str = ""
    """What the call's record calls it, for instance the phone's contact or the trunk."""


Stages: TypeAlias = Iterable[tuple[Attempt, ...]]
Outcome: TypeAlias = Callable[[Attempt, int, float], None]
"""Hears once how each attempt ended, ``(attempt, status, now)``: 200 for the one that was answered, 487 for one
taken back, 408 where its stage's time was up, 503 where it could not be sent, else the status of its refusal."""


class Branch:
    """One attempt under way; it is the user of its session."""

    __slots__ = ("attempt", "leg", "session")

    def __init__(self, leg: Leg, attempt: Attempt, session: Session) -> None:
        self.leg = leg
        self.attempt = attempt
        self.session = session


class Search:
    """The attempts of one leg that nobody has answered yet."""

    __slots__ = ("body", "branches", "goes_on", "outcome", "stage", "stage_s", "stages", "status")

    def __init__(
        self,
        body: bytes,
        stages: Stages,
        outcome: Outcome | None,
        stage_s: float | None,
        goes_on: Callable[[int], bool],
    ) -> None:
        self.body = body
        self.stages = list(stages)[::-1]
        """Those yet to come, the next one at the end."""
        self.outcome = outcome
        self.stage_s = stage_s
        self.goes_on = goes_on
        self.branches: list[Branch] = []
        """Those that ring, or may."""
        self.stage = 0
        self.status = 0
        """The failure that says most, of all so far."""


def begin(
    host: CallHost,
    leg: Leg,
    stages: Stages,
    *,
    body: bytes,
    now: float,
    outcome: Outcome | None = None,
    stage_s: float | None = None,
    goes_on: Callable[[int], bool] = lambda status: status < 600,
) -> None:
    """Look for an answer to an outgoing leg; it is answered, or ended with the failure that says most.

    ``body`` is the leg's offer. ``stage_s`` limits each stage but the last, in seconds; ``goes_on`` says of a stage's
    best failure whether the next stage may do better. Where there is nothing to try the leg ends as unreachable.
    """
    leg.search = Search(body, stages, outcome, stage_s, goes_on)
    _next_stage(host, leg, leg.search, now)


def stop(leg: Leg, reason: str, now: float) -> None:
    """Take all attempts back; the Reason header says why."""
    search = leg.search
    if search is None:
        return
    leg.search = None
    for branch in search.branches:
        _take_back(search, branch, reason, 487, now)


def session_event(host: CallHost, branch: Branch, event: sip.SessionEvent, now: float) -> None:
    """What became of an attempt."""
    leg = branch.leg
    search = leg.search
    if search is None:
        return
    match event:
        case sip.SessionProgressed():
            host.phone_rings(leg, now)
        case sip.SessionAccepted(body=body):
            _won(host, leg, search, branch, body, now)
        case sip.SessionRejected(status=status):
            branch.session.user = None
            search.branches.remove(branch)
            _failed(search, branch.attempt, status, now)
            _go_on(host, leg, search, status, now)


def _won(host: CallHost, leg: Leg, search: Search, branch: Branch, body: bytes, now: float) -> None:
    search.branches.remove(branch)
    stop(leg, ANSWERED_ELSEWHERE, now)
    leg.session = branch.session
    leg.session.user = leg
    leg.label = branch.attempt.label
    if search.outcome is not None:
        search.outcome(branch.attempt, 200, now)
    host.phone_answered(leg, body, now)


def _take_back(search: Search, branch: Branch, reason: str, status: int, now: float) -> None:
    session = branch.session
    session.user = None
    if session.phase is Phase.CALLING:
        session.cancel(now, reason)
    elif session.phase is Phase.CONFIRMED:
        session.bye(now, reason)  # its 2xx came in one breath with the one that won
    _tell(search, branch.attempt, status, now)


def _failed(search: Search, attempt: Attempt, status: int, now: float) -> None:
    if not search.status or _weight(status) < _weight(search.status):
        search.status = status
    _tell(search, attempt, status, now)


def _tell(search: Search, attempt: Attempt, status: int, now: float) -> None:
    if search.outcome is not None:
        search.outcome(attempt, status, now)


def _weight(status: int) -> tuple[int, bool]:
    """A sort key: the smallest tells the caller most (RFC 3261 section 16.7 step 6).

    Unlike a proxy we follow redirections, so that one which led nowhere says least.
    """
    if status < 400:
        return 9, True
    return 0 if status >= 600 else status // 100, status in SAYS_LITTLE


def _go_on(host: CallHost, leg: Leg, search: Search, status: int, now: float) -> None:
    """After a failure: wait for the others, try the next stage, or give up."""
    if status >= 600:
        _give_up(host, leg, search, now)
    elif not search.branches:
        if search.goes_on(search.status):
            _next_stage(host, leg, search, now)
        else:
            _give_up(host, leg, search, now)


def _give_up(host: CallHost, leg: Leg, search: Search, now: float) -> None:
    status = search.status or 480
    stop(leg, f"SIP;cause={status}", now)
    host.leg_failed(leg, causes.of_status(status), status, now)


def _next_stage(host: CallHost, leg: Leg, search: Search, now: float) -> None:
    while search.stages:
        search.stage += 1
        for attempt in search.stages.pop():
            _try(host, leg, search, attempt, now)
        if search.branches:
            if search.stage_s is not None and search.stages:
                host.endpoint.timers.at(now + search.stage_s, _stage_timed_out, host, leg.id, search.stage)
            return
    _give_up(host, leg, search, now)


def _try(host: CallHost, leg: Leg, search: Search, attempt: Attempt, now: float) -> None:
    if attempt.flow.transport not in TRANSPORTS:
        _failed(search, attempt, 503, now)
        return
    session = host.endpoint.invite(
        attempt.target,
        attempt.flow,
        caller=attempt.caller,
        callee=attempt.callee,
        body=search.body,
        now=now,
        fields=attempt.fields,
        max_forwards=leg.call.max_forwards,
    )
    branch = Branch(leg, attempt, session)
    session.user = branch
    host.named(session.call_id, leg.call.id, leg.id)
    search.branches.append(branch)


def _stage_timed_out(host: CallHost, leg_id: str, stage: int, now: float) -> None:
    leg = host.legs.get(leg_id)
    search = leg.search if leg is not None else None
    if leg is None or search is None or search.stage != stage or leg.state is LegState.ENDED:
        return
    taken, search.branches = search.branches, []
    for branch in taken:
        _take_back(search, branch, causes.q850(causes.NO_ANSWER), 408, now)
    if not search.status:
        search.status = 408
    _next_stage(host, leg, search, now)
