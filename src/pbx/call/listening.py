"""Listening to a leg: from its early media on, where that was asked for in time, and from its answer on.

Listening begins anew with the answer, so that what the party who answered says is told by a clock that starts there;
``ListeningEnded`` stands between what was heard before and after.
"""

from __future__ import annotations

from pbx.call.call import Leg
from pbx.call.host import CallHost


def ask(host: CallHost, leg: Leg) -> None:
    """Listen to a leg: at once if it is answered, else as soon as it has audio."""
    leg.listened_to = True
    if leg.answered:
        host.plane.listen_for(leg.id)


def leave(host: CallHost, leg: Leg) -> None:
    """Listen no more."""
    leg.listened_to = False
    host.plane.stop_listening(leg.id)


def early_media(host: CallHost, leg: Leg) -> None:
    """Its far side sends audio before it answers."""
    if leg.listened_to:
        leg.heard_early = True
        host.plane.listen_for(leg.id)


def early_media_ended(host: CallHost, leg: Leg) -> None:
    """It is not answered and has no audio any more."""
    host.plane.stop_listening(leg.id)


def answered(host: CallHost, leg: Leg) -> None:
    """It is answered now."""
    if leg.listened_to:
        host.plane.listen_for(leg.id)


def ended(leg: Leg) -> None:
    """The plane has told how it was; what it tells from now on is of another time."""
    if leg.answered:
        leg.heard_early = False
