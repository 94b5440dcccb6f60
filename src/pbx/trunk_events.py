"""What the switch tells of its trunks: past-tense frozen values, as all of its events."""

from __future__ import annotations

from pbx.events import Event
from pbx.routing.trunks.choice import Choice


class TrunksWeighed(Event, frozen=True):
    """It was decided which trunks may carry a call, and why others may not."""

    call: str
    choice: Choice


class TollRefused(Event, frozen=True):
    """A call abroad was refused, by a limit against toll fraud."""

    call: str
    account: str
    """On whose behalf it was to go out."""
    country: str
    rule: str
    """``per_account``, ``in_all`` or ``per_hour``."""
    detail: str


class NewCountryDialled(Event, frozen=True):
    """The first call ever goes out to a country."""

    call: str
    account: str
    country: str
    """ISO 3166; ``001`` where no country is meant; ``ZZ`` where it cannot be told."""
    number: str
    """As it was dialled."""


class TrunkTried(Event, frozen=True):
    """How an attempt to call out by a trunk ended."""

    call: str
    trunk: str
    way: str
    """The address that was tried, ``host:port``."""
    status: int
    """The SIP status: 200 answered, 408 silent, 487 taken back, 503 not to be reached, or what was refused with."""


class TrunkUp(Event, frozen=True):
    """Calls can go out by a trunk (again)."""

    trunk: str


class TrunkDown(Event, frozen=True):
    """No call can go out by a trunk any more."""

    trunk: str
    reason: str
