"""Opens and closes queues and sites by their hours: the distributor keeps no clock, and is told.

All hours share one timer, set to the first change of any. What the distributor was told before a restart stands in its
journal, so that it is told again only where that differs from what the hours say now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal, Protocol, TypeAlias

from msgspec import Struct

from acd import events as acd
from acd.router import Router
from control.adapters.directory import Directory
from control.nouns import Change
from control.opening import UTC, Hours, opening_hours
from pbx.routing.hours import OpeningHours

LONGEST_PAUSE_S = 60.0
"""The wall clock may be set meanwhile, which no timer notices."""

SURVEY_S = 86_400.0
"""A change that was too far ahead to be seen comes nearer: after this time all hours are looked at."""

Key: TypeAlias = tuple[Literal["queue", "site"], str]


class Timer(Protocol):
    """Something that is to happen."""

    def cancel(self) -> None:
        """Let it not happen."""


class Surroundings(Struct, frozen=True):
    """What the rest of the centre does for it."""

    router: Callable[[], Router]
    post: Callable[[acd.Event], None]
    clock: Callable[[], float]
    """Seconds since the epoch."""
    later: Callable[[float, Callable[[], None]], Timer]
    """Do something in so many seconds."""
    foretold: Callable[[str], None]
    """Hears of each queue whose next change is another one now."""


class HoursDesk:
    """Who is open, and until when."""

    def __init__(self, directory: Directory, surroundings: Surroundings) -> None:
        self._directory = directory
        self._around = surroundings
        self._changes: dict[Key, float | None] = {}
        """When each of those that have hours opens or closes next; None where that is far ahead."""
        self._looked_at = self._surveyed_at = 0.0
        self._timer: Timer | None = None

    def start(self) -> None:
        """Tell the distributor what holds now, which has learnt all queues by then."""
        sites = {*self._directory.sites, *self._around.router().closed_sites()}
        self._look(("queue", queue) for queue in self._directory.queues)
        self._look(("site", site) for site in sorted(sites))
        self._surveyed_at = self._looked_at
        self._wait()

    def changed(self, change: Change) -> None:
        """The directory and the distributor have taken in a change."""
        match change.noun:
            case "queue":
                self._look([("queue", change.id)])
            case "site":
                self._look([("site", change.id)])
            case "calendar":
                self._look(key for key in list(self._changes) if self._keeps(key, change.id))
            case _:
                return
        self._wait()

    def stop(self) -> None:
        """Tell nothing any more."""
        if self._timer is not None:
            self._timer.cancel()

    def next_change(self, queue: str) -> float | None:
        """When a queue opens or closes next, in seconds since the epoch; None: not within a year, or never."""
        return self._changes.get(("queue", queue))

    def _wait(self) -> None:
        self.stop()
        if self._changes:
            now = self._around.clock()
            pauses = [at - now for at in self._changes.values() if at is not None]
            self._timer = self._around.later(max(0.0, min([*pauses, LONGEST_PAUSE_S])), self._ring)

    def _ring(self) -> None:
        now = self._around.clock()
        if everything := not self._looked_at <= now < self._surveyed_at + SURVEY_S:
            self._surveyed_at = now
        self._look(key for key, at in list(self._changes.items()) if everything or (at is not None and at <= now))
        self._wait()

    def _look(self, keys: Iterable[Key]) -> None:
        """See what the hours say of some, and tell what is news."""
        now = self._looked_at = self._around.clock()
        known: dict[OpeningHours, tuple[bool, float | None]] = {}
        for key in keys:
            hours, before = self._hours(key), self._changes.get(key)
            is_open = True
            if hours is None:
                self._changes.pop(key, None)
            else:
                if hours not in known:  # many queues have the same
                    known[hours] = hours.is_open(now), hours.next_change(now)
                is_open, self._changes[key] = known[hours]
            self._tell(key, is_open)
            if key[0] == "queue" and self._changes.get(key) != before:
                self._around.foretold(key[1])

    def _tell(self, key: Key, is_open: bool) -> None:
        kind, id = key
        router = self._around.router()
        if kind == "queue":
            if router.is_open(id) is not is_open:
                self._around.post(acd.QueueOpened(id, is_open))
        elif (id not in router.closed_sites()) is not is_open:
            self._around.post(acd.SiteOpened(id, is_open))

    def _hours(self, key: Key) -> OpeningHours | None:
        hours = self._configured(key)
        if hours is None:
            return None
        calendar = self._directory.calendars.get(hours.calendar or "")
        site = self._directory.sites.get(key[1]) if key[0] == "site" else None
        return opening_hours(hours, calendar, site.time_zone if site is not None else UTC)

    def _configured(self, key: Key) -> Hours | None:
        kind, id = key
        found = self._directory.queues.get(id) if kind == "queue" else self._directory.sites.get(id)
        return found.hours if found is not None else None

    def _keeps(self, key: Key, calendar: str) -> bool:
        hours = self._configured(key)
        return hours is not None and hours.calendar == calendar
