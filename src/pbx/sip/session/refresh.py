"""The session timer (RFC 4028): who keeps a session alive, how often, and when it counts as dead.

    running --refresh, 2xx--> running        at half of the interval, where we are the refresher, and again
       |                                     every tenth of it while none has succeeded
       +--no refresh in time--> expired      a third of the interval (at most 32 s) before its end (section 10)

A side that knows nothing of timers is not asked to refresh; then a session has no timer unless a proxy asked for one.
"""

from __future__ import annotations

from functools import partial
from typing import Protocol

from pbx.sip.coarse_timers import CoarseTimers
from pbx.sip.errors import ParseError
from pbx.sip.headers.options import tokens
from pbx.sip.headers.session_expires import SessionExpires
from pbx.sip.message import Request, Response

WANTED_S = 1800
"""The interval that we ask for (section 4 recommends it)."""
LEAST_S = 90
"""The shortest that we take, and the shortest that anybody may ask for (section 5)."""
PARTING_S = 32

Lines = tuple[tuple[str, str], ...]


class Timed(Protocol):
    """The session, as its timer sees it."""

    def refresh(self, now: float) -> None:
        """Half of the interval has passed, or more, and the refresher is us."""

    def expired(self, now: float) -> None:
        """Nobody refreshed the session."""


class SessionTimer:
    """One session's timer; agreed anew with each INVITE and UPDATE that succeeds."""

    __slots__ = ("_coarse", "_interval", "_least", "_ours")

    def __init__(self, coarse: CoarseTimers) -> None:
        self._coarse = coarse
        self._interval = 0
        self._least = LEAST_S
        self._ours = False

    @property
    def interval(self) -> int:
        """Seconds; 0 while no timer runs."""
        return self._interval

    @property
    def refresher(self) -> bool:
        """Whether it is us who refresh."""
        return self._ours

    def asked(self) -> Lines:
        """What our INVITE or UPDATE says of the timer; the roles stay as they are (section 7.4)."""
        refresher = ("uac" if self._ours else "uas") if self._interval else ""
        wanted = str(SessionExpires(max(self._interval or WANTED_S, self._least), refresher))
        least = (("min-se", str(self._least)),) if self._least > LEAST_S else ()
        return (("session-expires", wanted), *least)

    def answered(self, response: Response, session: Timed, now: float) -> None:
        """Our INVITE or UPDATE got its 2xx (section 7.2); one that names no interval wants no timer."""
        try:
            agreed = SessionExpires.parse(response.get("session-expires") or "")
        except ParseError:
            self.stop()
        else:
            self._start(agreed.seconds, agreed.refresher != "uas", session, now)

    def agree(self, request: Request, session: Timed, now: float) -> Lines:
        """What our 2xx to an INVITE or UPDATE says of the timer (section 9, table 2); it runs from now on.

        Raises ParseError for what ``too_brief`` would not have let through.
        """
        value = request.get("session-expires")
        knows = knows_timers(request)
        if value is None and not knows:
            self.stop()
            return ()
        asked = SessionExpires.parse(value) if value is not None else SessionExpires(WANTED_S)
        ceiling = max(WANTED_S, request.number("min-se") or 0)
        seconds = max(min(asked.seconds, ceiling), LEAST_S)
        refresher = (asked.refresher or "uac") if knows else "uas"
        self._start(seconds, refresher == "uas", session, now)
        required = (("require", "timer"),) if refresher == "uac" else ()
        return (("session-expires", str(SessionExpires(seconds, refresher))), *required)

    def raise_to(self, request: Request, response: Response) -> bool:
        """Ask again for the interval that a 422 demands (section 7.3); whether it demands one that makes sense."""
        least = response.number("min-se") or 0
        if least <= self._least:
            return False
        self._least = least
        for key, value in self.asked():
            request.set(key, value)
        return True

    def stop(self) -> None:
        """No timer runs."""
        self._interval = 0
        self._coarse.clear(self)

    def _start(self, seconds: int, ours: bool, session: Timed, now: float) -> None:
        self._interval, self._ours = max(seconds, LEAST_S), ours
        if ours:
            due = partial(self._due, session, now + self._patience)
            self._coarse.set(self, now, self._interval / 2, due)
        else:
            self._coarse.set(self, now, self._patience, session.expired)

    @property
    def _patience(self) -> float:
        return self._interval - min(PARTING_S, self._interval / 3)

    def _due(self, session: Timed, until: float, now: float) -> None:
        """Refresh, and look again: another change may be in the way, or the far side busy with one."""
        again = now + self._interval / 10
        if again < until:
            self._coarse.set(self, now, again - now, partial(self._due, session, until))
        else:
            self._coarse.set(self, now, until - now, session.expired)
        session.refresh(now)


def knows_timers(request: Request) -> bool:
    """Whether the sender supports session timers."""
    return "timer" in tokens(request.get_all("supported"))


def too_brief(request: Request) -> bool:
    """Whether a request asks for a shorter interval than we take, and can be told so with 422 (section 9).

    Raises ParseError for a Session-Expires or Min-SE that cannot be read.
    """
    request.number("min-se")
    value = request.get("session-expires")
    return value is not None and SessionExpires.parse(value).seconds < LEAST_S and knows_timers(request)
