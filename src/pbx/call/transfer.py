"""Transfer: a leg gives its partner away, to a number or to a party whom it has asked first.

    MOVING       the one who stays waits while the wanted party rings; the transferor waits beside, or has hung up
    CONSULTING   the transferor talks to the wanted party, or rings it, while the one who stays hears music

A move ends in one of three ways: the two are connected and the transferor's leg is ended; the wanted party cannot be
had and the transferor is connected again (or rung, where it hung up); or the one who stays is gone.
"""

from __future__ import annotations

from pbx.call import cause as causes
from pbx.call import three_way
from pbx.call.bridge import bridge
from pbx.call.call import Leg, LegState, Move, Report
from pbx.call.host import CallHost
from pbx.call.ring import recall
from pbx.events import CallDirected, CallTransferred, TransferFailed, TransferStarted
from pbx.routing.numbering import Target
from pbx.sip.session import Phase, Session

FOR_ONESELF = frozenset(("feature", "pickup"))
"""Kinds of target that mean something only to who dials them."""
RINGING = frozenset(("phone", "trunk"))
"""Kinds of target at which somebody answers who can be talked to before the transfer."""
LAST_WORD_S = 2.0
"""Seconds for which a phone that referred may end its own session."""


class Immovable(Exception):
    """The transfer cannot begin; ``status`` is the SIP status that says why."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


def silent(status: int, reason: str, now: float) -> None:
    """A report to nobody."""


def partner_of(by: Leg) -> Leg:
    """Who would be given away. Raises Immovable where the two do not talk, talk with others as well, or one is on the
    move already."""
    partner = by.partner
    if partner is None or not by.bridged:
        raise Immovable(480, "nobody is there to be transferred")
    if by.move is not None or partner.move is not None:
        raise Immovable(491, "a transfer is under way")
    if len(by.call.talking) > 2:
        raise Immovable(488, "more than two talk in this call: leave the others to each other")
    return partner


def target_of(host: CallHost, number: str, by: Leg) -> Target:
    """Where a call would be taken by somebody. Raises Immovable."""
    route = host.plan.route(number)
    if route is None:
        raise Immovable(404, f"{number} leads nowhere")
    if route.target.kind in FOR_ONESELF:
        raise Immovable(403, f"{number} is not for others")
    if route.target.kind == "trunk" and by.account is None:
        raise Immovable(403, "calls outside need an account")
    return route.target


def begin(host: CallHost, move: Move) -> None:
    """Part the two; the transferor answers for where the call goes from here (``Call.authority``)."""
    by, staying = move.by, move.staying
    by.partner = staying.partner = None
    staying.call.send_on(by.account, move.number)
    host.plane.silence(by.id)
    host.plane.play(staying.id, staying.call.music, loop=True)
    host.publish(
        TransferStarted(host.clock(), staying.call.id, by.id, staying.id, move.number, consulting=move.consulting)
    )


def blind(host: CallHost, by: Leg, number: str, now: float, report: Report = silent) -> None:
    """Take a leg's partner to a number. Raises Immovable, and has then changed nothing."""
    target, staying = target_of(host, number, by), partner_of(by)
    hand_over(host, Move(by, staying, number, report), target, now)


def hand_over(host: CallHost, move: Move, target: Target, now: float) -> None:
    """Take the one who stays to a target; where nobody has to answer there, the move is made."""
    begin(host, move)
    if target.kind not in host.destinations:
        # Whoever owns such targets (a queue) sees the transferor's part end before the new work begins.
        complete(host, move, None, now)
        host.direct(move.staying, target, now)
        return
    host.direct(move.staying, target, now)
    if move.staying.move is move and move.staying.partner is None:
        complete(host, move, None, now)


def complete(host: CallHost, move: Move, to: Leg | None, now: float) -> None:
    """The move is made: tell, and end the transferor's leg."""
    by, staying = move.by, move.staying
    move.dissolve()
    host.publish(CallTransferred(host.clock(), staying.call.id, by.id, staying.id, to.id if to else "", move.number))
    move.report(200, move.word, now)
    _leave(host, move, causes.TRANSFERRED, now)


def _leave(host: CallHost, move: Move, cause: str, now: float) -> None:
    """End the transferor's leg. A phone that referred ends its session itself once it has heard the last NOTIFY
    (RFC 5589 section 6.1), for which it is given a while: a BYE of ours would overtake that."""
    by = move.by
    session = by.session
    if move.report is not silent and session is not None and session.phase is Phase.CONFIRMED:
        by.session = session.user = None
        host.endpoint.timers.at(now + LAST_WORD_S, _part, session)
    host.hang_up(by, cause, now)


def _part(session: Session, now: float) -> None:
    if session.phase is Phase.CONFIRMED:
        session.bye(now)


def wanted_rings(move: Move, now: float) -> None:
    """The wanted party's phone rings."""
    if not move.consulting:
        move.report(180, "Ringing", now)


def wanted_answered(host: CallHost, move: Move, wanted: Leg, now: float) -> None:
    """The wanted party answered, and was connected with whom it rang for."""
    if move.joins:
        three_way.join(host, move)
    elif not move.consulting:
        complete(host, move, wanted, now)


def leg_ended(host: CallHost, move: Move, leg: Leg, partner: Leg | None, status: int, now: float) -> None:
    """A leg of the move is over; ``partner`` was its partner, and is none any more."""
    if leg is move.staying:
        _given_up(host, move, partner, now)
    elif leg is move.by:
        if move.consulting:
            _transferor_left(host, move, partner, now)
    else:
        failed(host, move, status or 480, now)


def _given_up(host: CallHost, move: Move, wanted: Leg | None, now: float) -> None:
    """Whom it was all about has hung up."""
    move.dissolve()
    host.publish(_failure(host, move, 487))
    move.report(487, "Request Terminated", now)
    if wanted is not None:
        host.hang_up(wanted, causes.CANCELLED, now)
    move.by.parting = False
    if not move.consulting:
        _leave(host, move, causes.NORMAL, now)


def _transferor_left(host: CallHost, move: Move, wanted: Leg | None, now: float) -> None:
    """Hanging up while consulting makes the transfer."""
    if wanted is None:
        failed(host, move, 480, now)
        return
    staying = move.staying
    move.consulting = False
    if wanted.answered:
        bridge(host, staying, wanted)
        complete(host, move, wanted, now)
        return
    staying.partner, wanted.partner = wanted, staying
    if wanted.state is LegState.RINGING:
        host.plane.play(staying.id, ("ringback",), loop=True)


def failed(host: CallHost, move: Move, status: int, now: float) -> None:
    """The wanted party is not to be had: the transferor comes back, or is rung where it has hung up."""
    by, staying = move.by, move.staying
    move.dissolve()
    host.publish(_failure(host, move, status))
    move.report(status, "Transfer failed", now)
    if staying.call.target != move.before:
        staying.call.target = move.before
        host.publish(CallDirected(host.clock(), staying.call.id, move.before.kind, move.before.name))
    if not by.over:
        by.parting = False
        bridge(host, staying, by)
    elif by.account is not None:
        recall(host, staying, by.account, now)
    else:
        host.hang_up(staying, causes.UNREACHABLE, now)


def _failure(host: CallHost, move: Move, status: int) -> TransferFailed:
    return TransferFailed(host.clock(), move.staying.call.id, move.by.id, move.staying.id, move.number, status)
