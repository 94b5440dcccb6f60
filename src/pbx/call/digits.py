"""Digits that a phone sends, in its audio (RFC 4733) or in INFO requests (``application/dtmf-relay``, by custom).

A phone that agreed on telephone-events is heard there alone: some send both, and a digit must count once.
"""

from __future__ import annotations

import re

from pbx.call.call import Leg
from pbx.call.host import CallHost
from pbx.events import DigitReceived
from pbx.sip.message import Request

_RELAYED = re.compile(rb"^\s*Signal\s*=\s*([0-9A-D*#])\s*$", re.IGNORECASE | re.MULTILINE)
_PLAIN = re.compile(rb"\s*([0-9A-D*#])\s*", re.IGNORECASE)


def pressed(host: CallHost, leg: Leg, digit: str, now: float) -> None:
    """A leg sent a digit: tell it, to its attendant too."""
    host.publish(DigitReceived(host.clock(), leg.call.id, leg.id, digit))
    if leg.attendant is not None:
        leg.attendant.digit_pressed(digit, now)


def info_received(host: CallHost, leg: Leg, request: Request, now: float) -> None:
    """An INFO within a leg's call; one that holds no digit means nothing to us."""
    remote = leg.audio.remote
    digit = digit_of(request)
    if digit and leg.answered and (remote is None or remote.dtmf_type is None):
        pressed(host, leg, digit, now)


def digit_of(request: Request) -> str:
    """The digit in an INFO, '' for none."""
    kind = (request.get("content-type") or "").partition(";")[0].strip().lower()
    match kind:
        case "application/dtmf-relay":
            found = _RELAYED.search(request.body)
        case "application/dtmf":
            found = _PLAIN.fullmatch(request.body)
        case _:
            found = None
    return found[1].decode().upper() if found is not None else ""
