"""What the dialer wants written and read: leads at hand, attempts before they are dialled, and what came of them.

One task writes, in order, all that has gathered since it last wrote in one transaction. An attempt is handed back as
begun once it is committed, with its lead marked as being dialled: whoever dies between then and the end of the call
finds it again, and nobody dials it twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence

import structlog
from msgspec import Struct

from control.store.cdr_writer import OUTAGES, first_line
from control.store.store import Records, Store
from dialer.campaign import Campaign
from dialer.lead import Lead
from dialer.ledger import Entry
from dialer.lists import Mix

RETRY_S = 1.0

log = structlog.get_logger(__name__)


class Beginning(Struct, frozen=True):
    """An attempt that is about to be dialled."""

    lead: int
    entry: Entry
    done: Callable[[bool], None]
    """Told whether it may be dialled: not where its lead is not to be called any more."""


class Ending(Struct, frozen=True):
    """An attempt, or a refusal, that is over; ``lead`` as it stands now."""

    lead: Lead | None
    """None of one that was deleted meanwhile."""
    entry: Entry


class LeadKeeper:
    """Between the dialer and the store."""

    def __init__(self, store: Store, clock: Callable[[], float], *, retry_s: float = RETRY_S) -> None:
        self._store = store
        self._clock = clock
        self._retry_s = retry_s
        self._begins: list[Beginning] = []
        self._ends: list[Ending] = []
        self._postponed: list[tuple[int, float]] = []
        self._unwritten: set[int] = set()
        """Leads among these."""
        self._mixes: dict[str, Mix] = {}
        self._writer: asyncio.Task[None] | None = None
        self._fetching: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()

    async def stop(self) -> None:
        """Write what waits; give up on a database that fails."""
        self._stopping.set()
        for task in self._fetching:
            task.cancel()
        if self._writer is not None:
            await self._writer

    # Reading

    def fetch(
        self,
        campaign: Campaign,
        limit: int,
        exclude: Collection[int],
        owners: Collection[str],
        done: Callable[[tuple[Lead, ...], float | None], None],
    ) -> None:
        """Look for leads that are due; ``done`` hears of them, and of when the next one is due.

        Besides those of ``exclude`` those are left out of which is still to be written how they stand.
        """
        known = {*exclude, *self._unwritten}
        task = asyncio.get_running_loop().create_task(self._fetch(campaign, limit, known, owners, done))
        self._fetching.add(task)
        task.add_done_callback(self._fetching.discard)

    async def _fetch(
        self,
        campaign: Campaign,
        limit: int,
        exclude: Collection[int],
        owners: Collection[str],
        done: Callable[[tuple[Lead, ...], float | None], None],
    ) -> None:
        mix = self._mixes.setdefault(campaign.id, Mix())
        try:
            async with self._store.write() as records:
                line = records.lead_line
                leads = await line.due(campaign, self._clock(), limit, exclude=exclude, owners=owners, mix=mix)
                next_due = await line.next_due_at(campaign.id)
        except OUTAGES as error:
            log.error("leads cannot be read", campaign=campaign.id, error=first_line(error))
            leads, next_due = [], None
        done(tuple(leads), next_due)

    # Writing

    def begin(self, beginning: Beginning) -> None:
        """Write an attempt down that is about to be dialled."""
        self._begins.append(beginning)
        self._wake()

    def end(self, ending: Ending) -> None:
        """Write down what came of an attempt, or why there was none."""
        self._ends.append(ending)
        if ending.lead is not None:
            self._unwritten.add(ending.lead.id)
        self._wake()

    def postpone(self, lead: Lead) -> None:
        """A lead is not called now, and due later."""
        self._postponed.append((lead.id, lead.due_at))
        self._unwritten.add(lead.id)
        self._wake()

    def _wake(self) -> None:
        if self._writer is None:
            self._writer = asyncio.get_running_loop().create_task(self._write_until_empty())

    async def _write_until_empty(self) -> None:
        try:
            while self._begins or self._ends or self._postponed:
                begins, self._begins = self._begins, []
                ends, self._ends = self._ends, []
                postponed, self._postponed = self._postponed, []
                begun: set[int] = set()
                try:
                    async with self._store.write() as records:
                        begun = await self._write(records, begins, ends, postponed)
                except OUTAGES as error:
                    log.error("attempts cannot be written, nothing is dialled", error=first_line(error))
                    # What is over stays to be written; what was about to be dialled is not.
                    self._ends, self._postponed = ends + self._ends, postponed + self._postponed
                    if not await self._rested():
                        log.error("attempts lost at stop", count=len(self._ends))
                        return
                except Exception:
                    log.exception("attempts were refused by the database")
                else:
                    self._unwritten = {one.lead.id for one in self._ends if one.lead is not None}
                    self._unwritten |= {id for id, _ in self._postponed}
                finally:
                    for beginning in begins:
                        beginning.done(beginning.lead in begun)
        finally:
            self._writer = None

    async def _write(
        self,
        records: Records,
        begins: Sequence[Beginning],
        ends: Sequence[Ending],
        postponed: Sequence[tuple[int, float]],
    ) -> set[int]:
        now = self._clock()
        if ends:
            await records.lead_line.finish([one.lead for one in ends if one.lead is not None], now)
            await records.attempts.close([one.entry for one in ends], now)
        if postponed:
            await records.lead_line.postpone(postponed, now)
        if not begins:
            return set()
        begun = await records.lead_line.begin([(one.lead, one.entry.number) for one in begins], now)
        ids = {lead.id for lead in begun}
        await records.attempts.begin([one.entry for one in begins if one.lead in ids])
        return ids

    async def _rested(self) -> bool:
        """Wait a little; False where the program ends."""
        try:
            async with asyncio.timeout(self._retry_s):
                await self._stopping.wait()
        except TimeoutError:
            return True
        return False
