"""Bans between the switch's guard and those who look after it over HTTP."""

from __future__ import annotations

import time

from control.errors import Invalid, Refused
from control.realtime.hub import Hub
from control.schemas.ban import BanShown
from pbx.events import SourceBanned, SourceReleased
from pbx.guard.guard import Guard
from pbx.guard.source import parse_source


class BanDesk:
    """Lists, imposes and lifts bans, and tells listeners of each."""

    def __init__(self, guard: Guard, hub: Hub) -> None:
        self._guard = guard
        self._hub = hub

    def all(self) -> list[BanShown]:
        """Those in force, by source."""
        return sorted((BanShown.model_validate(ban) for ban in self._guard.bans), key=lambda ban: ban.source)

    def get(self, source: str) -> BanShown | None:
        """One in force. Raises Invalid for what is no source."""
        ban = self._guard.bans.get(_source(source))
        return None if ban is None else BanShown.model_validate(ban)

    def declare(self, source: str, reason: str, until: float, *, dry_run: bool) -> tuple[BanShown, bool]:
        """Ban a source until then (seconds since the epoch); the ban, and whether it is new.

        Raises Invalid for what is no source and for a time that is over, Refused for a source that is trusted.
        """
        wanted, now = _source(source), time.time()
        if until <= now:
            raise Invalid("this time is over", field="until")
        if self._guard.trusts(wanted):
            raise Refused(f"{wanted} lies in a trusted network (setting guard_trusted)")
        standing = self._guard.bans.get(wanted)
        if dry_run:
            since, times = (standing.since, standing.times) if standing is not None else (now, 1)
            shown = BanShown(source=wanted, reason=reason, since=since, until=until, times=times, by_operator=True)
        else:
            shown = BanShown.model_validate(self._guard.declare(wanted, reason, until))
        return shown, standing is None

    def lift(self, source: str) -> bool:
        """End a ban; whether there was one. Raises Invalid for what is no source."""
        return self._guard.lift(_source(source))

    def told(self, event: SourceBanned | SourceReleased) -> None:
        """Pass an event of the guard on."""
        banned = isinstance(event, SourceBanned)
        self._hub.publish("ban", event.source, BanShown.model_validate(event) if banned else None)


def _source(text: str) -> str:
    try:
        return parse_source(text)
    except ValueError as error:
        raise Invalid(str(error), field="source") from error
