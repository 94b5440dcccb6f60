"""Calls in progress by who placed them, so that nobody takes the whole switch.

A guest is counted by the source, an account by its extension, wherever it calls from.
"""

from __future__ import annotations

from collections import Counter

from pbx.guard.source import source_of


class Occupancy:
    """Who has how many calls."""

    def __init__(self, guest_calls: int, account_calls: int) -> None:
        """The most calls that the guests of one source, and one account, may have in progress."""
        self._guest_calls = guest_calls
        self._account_calls = account_calls
        self._owners: dict[str, tuple[str, str]] = {}
        """By call: its source, and the account or ''."""
        self._by_source: Counter[str] = Counter()
        self._by_account: Counter[str] = Counter()

    def admits(self, host: str, account: str | None, *, trusted: bool) -> bool:
        """Whether one more call may begin. Guests of a trusted host are not limited, accounts are anywhere."""
        if account is not None:
            return self._by_account.get(account, 0) < self._account_calls
        return trusted or self.of_source(source_of(host)) < self._guest_calls

    def began(self, call: str, host: str, account: str | None) -> None:
        """A call is in progress."""
        owner = self._owners[call] = (source_of(host), account or "")
        self._by_source[owner[0]] += 1
        self._by_account[owner[1]] += 1

    def ended(self, call: str) -> None:
        """A call is over; one that was not counted is ignored."""
        source, account = self._owners.pop(call, (None, ""))
        if source is not None:
            _give_back(self._by_source, source)
            _give_back(self._by_account, account)

    def of_source(self, source: str) -> int:
        """How many calls a source has."""
        return self._by_source.get(source, 0)


def _give_back(counts: Counter[str], key: str) -> None:
    counts[key] -= 1
    if counts[key] <= 0:
        del counts[key]
