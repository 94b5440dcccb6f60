"""Limits against toll fraud: what a stolen password can cost before somebody notices.

International calls are counted, in progress and by the hour, for each account and for the house. The first call ever
to a country is worth a person's attention. Emergency calls never come here, and guests' calls
never go out (``call/trunk.py``). Times are seconds since the epoch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from pbx.guard.bucket import Buckets

HOUR_S = 3600.0


class TollRules(Struct, frozen=True):
    """How many international calls there may be."""

    per_account: int = 4
    """In progress, placed by one account."""
    in_all: int = 30
    """In progress, placed by anybody."""
    per_hour: int = 60
    """Begun by one account; so many at once, given back evenly within an hour."""


class TollObjection(Struct, frozen=True):
    """The limit that one more call would break."""

    rule: str
    """``per_account``, ``in_all`` or ``per_hour``."""
    detail: str


class TollLedger:
    """International calls by account, and the countries that were ever called."""

    def __init__(self, rules: TollRules, home: str) -> None:
        """``home``: the ISO 3166 country whose calls are not international."""
        self._rules = rules
        self._home = home
        self._accounts: dict[str, str] = {}
        """By call in progress."""
        self._by_account: Counter[str] = Counter()
        self._hourly = Buckets()
        self._countries: set[str] = {home}

    def restore(self, countries: Iterable[str]) -> None:
        """Take over the countries called before this start."""
        self._countries.update(countries)

    def begin(self, call: str, account: str, country: str, now: float) -> TollObjection | None:
        """Count a call that is about to begin; the limit that forbids it, in which case nothing was counted.

        A call at home is not counted, and one that is counted already (it was redirected) not once more.
        """
        if country == self._home or call in self._accounts:
            return None
        rules, standing = self._rules, self._by_account.get(account, 0)
        if standing >= rules.per_account:
            return TollObjection("per_account", f"{standing} international calls of {account} are in progress")
        if len(self._accounts) >= rules.in_all:
            return TollObjection("in_all", f"{len(self._accounts)} international calls are in progress")
        if not self._hourly.take(account, rules.per_hour / HOUR_S, rules.per_hour, now):
            return TollObjection("per_hour", f"{account} began {rules.per_hour} international calls within an hour")
        self._accounts[call] = account
        self._by_account[account] += 1
        return None

    def ended(self, call: str) -> None:
        """A call is over; one that was not counted is ignored."""
        account = self._accounts.pop(call, None)
        if account is not None:
            self._by_account[account] -= 1
            if not self._by_account[account]:
                del self._by_account[account]

    def is_new(self, country: str) -> bool:
        """Whether a country is called for the first time; from now on it is not."""
        if country in self._countries:
            return False
        self._countries.add(country)
        return True
