"""An attempt as the ledger has it: why it was allowed, what was done, and when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from control.adapters.directory import Directory
from dialer.attempt import Attempt
from dialer.compliance.book import Book
from dialer.compliance.ruleset import standard
from dialer.compliance.verdict import Permit, Refusal
from dialer.lead import Lead
from dialer.ledger import PERMITTED, Entry, pseudonym


class Scribe:
    """Writes entries; those of attempts under way are kept until they are over."""

    def __init__(
        self,
        directory: Directory,
        book: Book,
        key: bytes,
        *,
        new_id: Callable[[], str],
        clock: Callable[[], float],
    ) -> None:
        """``key`` hides numbers in the chain; ``new_id`` names refusals."""
        self._directory = directory
        self._book = book
        self._key = key
        self._new_id = new_id
        self._clock = clock
        self._open: dict[str, Entry] = {}

    def begun(self, attempt: Attempt, permit: Permit) -> Entry:
        """An attempt that is about to be dialled."""
        entry = self._entry(
            attempt.id, attempt.lead, attempt.number, attempt.trigger, PERMITTED, permit.zone, attempt.dialled_at
        )
        self._open[attempt.id] = entry = replace(entry, caller_id=attempt.caller_id, agent=attempt.agent)
        return entry

    def not_made(self, attempt: str) -> None:
        """An attempt was not dialled after all."""
        self._open.pop(attempt, None)

    def closed(self, attempt: Attempt) -> Entry:
        """The same attempt, over."""
        entry = self._open.pop(attempt.id)
        verdict = attempt.verdict
        connected, greeted = attempt.connected_at, attempt.greeting_ended_at
        return replace(
            entry,
            dialled_at=attempt.dialled_at,
            rang_at=attempt.rang_at,
            answered_at=attempt.answered_at,
            greeting_ended_at=greeted,
            connected_at=connected,
            dropped_at=attempt.dropped_at,
            ended_at=self._clock(),
            seconds_to_connect=connected - greeted if connected is not None and greeted is not None else None,
            abandoned=attempt.abandoned,
            outcome=attempt.outcome,
            detected=f"{verdict.kind}: {verdict.cause}, {verdict.at_ms} ms" if verdict is not None else "",
            agent=attempt.agent,
        )

    def refused(self, lead: Lead, number: str, trigger: str, refusal: Refusal) -> Entry:
        """A number that was not dialled."""
        now = self._clock()
        entry = self._entry(self._new_id(), lead, number, trigger, refusal.rule, refusal.zone, now)
        return replace(entry, detail=refusal.detail.replace(number, "") if number else refusal.detail)

    def _entry(self, id: str, lead: Lead, number: str, trigger: str, verdict: str, zone: str, now: float) -> Entry:
        campaign = self._directory.campaigns.get(lead.campaign)
        number_key, number_end = pseudonym(self._key, number)
        local = datetime.fromtimestamp(now, ZoneInfo(zone)).isoformat(timespec="seconds") if zone else ""
        return Entry(
            id=id,
            campaign=lead.campaign,
            lead=lead.id,
            number=number,
            verdict=verdict,
            decided_at=now,
            client=campaign.client if campaign is not None else "",
            trigger=trigger,
            zone=zone,
            local_time=local,
            rules=standard().version,
            lists=self._book.version,
            number_key=number_key,
            number_end=number_end,
        )
