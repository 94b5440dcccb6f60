"""Digits of legs, in the audio (telephone-events, tones) or in INFO requests, by custom (RFC 6086 legacy use).

A leg has one way at a time: some phones send digits in several, and each must count once. What the plane cannot
translate between two partners, as one of them has INFO, is translated here.
"""

from __future__ import annotations

import re

from pbx.call.call import Leg
from pbx.call.dialling import PLAIN, RELAY, Dialling
from pbx.call.host import CallHost
from pbx.events import DigitReceived
from pbx.media.dtmf import DIGITS
from pbx.sdp.dtmf import DigitWay, DtmfMode
from pbx.sip.message import Request

DURATION_MS = 160
"""Of a digit of which we are not told how long it was pressed."""

PAUSE_S = 0.1
PAUSES_S = {"w": 0.5, "W": 1.0}

DOUBLED_S = 1.0
"""A digit that came as a tone less than this ago came once, if an INFO brings it again."""

MOST_WAITING = 200
"""Digits that may wait to be sent to one leg by INFO."""

UNSUPPORTED = 415

_RELAYED = re.compile(rb"^\s*Signal\s*=\s*([0-9A-D*#])\s*$", re.IGNORECASE | re.MULTILINE)
_LASTED = re.compile(rb"^\s*Duration\s*=\s*(\d{1,5})\s*$", re.IGNORECASE | re.MULTILINE)
_BARE = re.compile(rb"\s*([0-9A-D*#])\s*", re.IGNORECASE)


def received(host: CallHost, leg: Leg, digit: str, duration_ms: int, now: float) -> None:
    """The plane heard a digit of a leg; where that has come to use INFO meanwhile, it comes so as well."""
    if leg.audio.digits is not DigitWay.INFO:
        leg.audio.tone_at = (digit, now)
        _pressed(host, leg, digit, duration_ms, now)


def info_received(host: CallHost, leg: Leg, request: Request, now: float) -> None:
    """An INFO within a leg's call; one that holds no digit means nothing to us."""
    digit, duration_ms = digit_of(request)
    audio = leg.audio
    if not digit or not leg.answered or audio.digits is DigitWay.EVENTS or audio.dtmf is DtmfMode.INBAND:
        return
    if audio.dtmf is DtmfMode.AUTO:
        before, at = audio.tone_at
        audio.use_info()
        review(leg)
        if leg.partner is not None:
            review(leg.partner)
        if before == digit and now - at < DOUBLED_S:
            return
    _pressed(host, leg, digit, duration_ms, now)


def _pressed(host: CallHost, leg: Leg, digit: str, duration_ms: int, now: float) -> None:
    host.publish(DigitReceived(host.clock(), leg.call.id, leg.id, digit, duration_ms))
    if leg.attendant is not None:
        leg.attendant.digit_pressed(digit, now)
    partner = leg.partner
    if leg.bridged and partner is not None and DigitWay.INFO in (leg.audio.digits, partner.audio.digits):
        send(host, partner, digit, duration_ms, now)


def send(host: CallHost, leg: Leg, digits: str, duration_ms: int, now: float) -> None:
    """Let a leg hear digits, in its own way; ``w`` and ``W`` are pauses of half a second and of one."""
    if not leg.answered:
        return
    if leg.audio.digits is not DigitWay.INFO:
        host.plane.send_digits(leg.id, digits, duration_ms=duration_ms)
        return
    dialling = leg.dialling = leg.dialling or Dialling()
    wanted = [(digit, duration_ms) for digit in digits if digit in PAUSES_S or digit.upper() in DIGITS]
    dialling.waiting.extend(wanted[: MOST_WAITING - len(dialling.waiting)])
    if not dialling.busy:
        _next(host, leg, dialling, now)


def info_answered(host: CallHost, leg: Leg, status: int, now: float) -> None:
    """A leg's far side answered an INFO of ours; one that does not know its kind gets the other one."""
    dialling = leg.dialling
    if dialling is None or not dialling.asked:
        return
    digit, dialling.asked = dialling.asked, ""
    if status == UNSUPPORTED and dialling.kind == RELAY:
        dialling.kind = PLAIN
        dialling.waiting.appendleft((digit, dialling.duration_ms))
        _next(host, leg, dialling, now)
    else:
        _rest(host, leg, dialling, dialling.duration_ms / 1000 + PAUSE_S, now)


def _next(host: CallHost, leg: Leg, dialling: Dialling, now: float) -> None:
    if leg.session is None or not leg.answered or not dialling.waiting:
        return
    digit, dialling.duration_ms = dialling.waiting.popleft()
    if digit in PAUSES_S:
        _rest(host, leg, dialling, PAUSES_S[digit], now)
        return
    dialling.asked = digit
    leg.session.send("INFO", now, content_type=dialling.kind, body=dialling.body())


def _rest(host: CallHost, leg: Leg, dialling: Dialling, seconds: float, now: float) -> None:
    dialling.resting = True
    host.endpoint.timers.at(now + seconds, _rested, host, leg.id)


def _rested(host: CallHost, leg_id: str, now: float) -> None:
    leg = host.legs.get(leg_id)
    if leg is not None and leg.dialling is not None:
        leg.dialling.resting = False
        _next(host, leg, leg.dialling, now)


def review(leg: Leg) -> None:
    """Have a leg's tones listened for where its digits matter: somebody attends to it, or its partner has INFO.

    What its partner's audio needs beyond that, the plane knows by itself.
    """
    partner = leg.partner if leg.bridged else None
    wanted = leg.attendant is not None or (partner is not None and partner.audio.digits is DigitWay.INFO)
    leg.audio.heed(wanted and leg.audio.digits is DigitWay.TONES)


def digit_of(request: Request) -> tuple[str, int]:
    """The digit in an INFO, '' for none, and its milliseconds."""
    kind = (request.get("content-type") or "").partition(";")[0].strip().lower()
    found = lasted = None
    if kind == RELAY:
        found, lasted = _RELAYED.search(request.body), _LASTED.search(request.body)
    elif kind == PLAIN:
        found = _BARE.fullmatch(request.body)
    digit = found[1].decode().upper() if found is not None else ""
    return digit, int(lasted[1]) if lasted is not None and int(lasted[1]) else DURATION_MS
