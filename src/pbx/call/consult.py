"""Attended transfer asked for from here: the transferor speaks with the wanted party first (RFC 5589 section 7).

From a phone the same is two calls and a REFER with Replaces, see ``refer``.
"""

from __future__ import annotations

from pbx.call import cause as causes
from pbx.call import three_way
from pbx.call.call import Leg, Move
from pbx.call.host import CallHost
from pbx.call.transfer import RINGING, Immovable, begin, partner_of, silent, target_of


def consult(host: CallHost, by: Leg, number: str, now: float, *, joins: bool = False) -> None:
    """Ring a number for a leg whose partner hears music meanwhile. Raises Immovable, and has then changed nothing.

    ``joins``: whether all three talk as soon as somebody answers there.
    """
    target, staying = target_of(host, number, by), partner_of(by)
    if target.kind not in RINGING:
        raise Immovable(488, f"nobody answers at {target}")
    move = Move(by, staying, number, silent)
    move.consulting, move.joins = True, joins
    begin(host, move)
    host.destinations[target.kind](host, by, target.name, now)


def join(host: CallHost, by: Leg) -> None:
    """Let all three talk; passed over where nothing is under way, or the party has not answered."""
    if by.move is not None and by.move.by is by:
        three_way.join(host, by.move)


def complete(host: CallHost, by: Leg, now: float) -> None:
    """Leave the two to each other, answered yet or not; passed over where nothing is under way."""
    if by.move is not None and by.move.consulting and by.move.by is by:
        host.hang_up(by, causes.TRANSFERRED, now)


def cancel(host: CallHost, by: Leg, now: float) -> None:
    """Come back to the one who waits; passed over where nothing is under way."""
    move = by.move
    if move is not None and move.by is by:
        wanted = by.partner if move.consulting else move.staying.partner
        if wanted is not None:
            host.hang_up(wanted, causes.CANCELLED, now)
