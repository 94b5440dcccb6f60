"""The distributor at work: events in, journal, decisions out.

An event is decided the moment it is posted; its record and its decisions wait for the next write. All records of one
loop turn, and those that gather while a write is under way, go out in one append; only then are their decisions handed
over, in order. So nothing is acted upon that a restart would not know, and a crowded second costs few writes.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

from acd.decisions import Decision
from acd.events import ClockReached, Event
from acd.journal import History, Journal, JournalLost, JournalUnavailable, encode_record, encode_state, replay
from acd.router import Router

log = logging.getLogger(__name__)

LINGER_S = 0.02
"""How long the record of an event that led to no decision may wait for company: nobody waits for it."""

RETRY_FIRST_S = 0.05
RETRY_LONGEST_S = 2.0


class Distributor:
    """A router with its journal and its clock.

    ``clock`` gives seconds since the epoch. ``on_decisions`` is called from the event loop with decisions that are
    safely journaled; it may post. ``on_lost`` is called once if the journal goes to another writer; the distributor is
    over then, and ignores what is posted. A ``history`` is given what the journal is about to forget.
    """

    def __init__(
        self,
        journal: Journal,
        on_decisions: Callable[[list[Decision]], None],
        *,
        clock: Callable[[], float],
        on_lost: Callable[[], None] = lambda: None,
        snapshot_every: int = 10_000,
        history: History | None = None,
    ) -> None:
        self.router = Router()
        """To be asked; only ``post`` gives it events."""
        self._journal = journal
        self._on_decisions = on_decisions
        self._clock = clock
        self._on_lost = on_lost
        self._snapshot_every = snapshot_every
        self._history = history
        self._now = 0.0
        self._records: list[bytes] = []
        self._decisions: list[list[Decision]] = []
        """Of each record."""
        self._under_way = 0
        """Records that are being written."""
        self._since_snapshot = 0
        self._wanted = asyncio.Event()
        self._flushed: list[asyncio.Future[None]] = []
        self._linger: asyncio.TimerHandle | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._alarm_at: float | None = None
        self._writer: asyncio.Task[None] | None = None
        self._accepting = True
        self._lost = False

    async def start(self) -> None:
        """Stand where the journal ends, and begin to write. Raises JournalUnavailable, JournalLost."""
        snapshot, records = await self._journal.load()
        self.router, self._now = replay(snapshot, records)
        self._since_snapshot = len(records)
        if self._history is not None:
            self._history.begin(snapshot, records)
        self._writer = asyncio.create_task(self._write(), name="acd journal writer")
        self._set_alarm()

    def post(self, event: Event) -> None:
        """Decide an event; its decisions follow through ``on_decisions``.

        Raises RequirementError or UnknownStrategy for a queue that cannot be; the event has then not happened.
        """
        if not self._accepting:
            return
        # Wall clocks are set back at times; the router's never is.
        self._now = max(self._now, self._clock())
        decisions = self.router.decide(event, self._now)
        self._records.append(encode_record(self._now, event))
        self._decisions.append(decisions)
        if decisions:
            self._wanted.set()
        elif self._linger is None:
            self._linger = asyncio.get_running_loop().call_later(LINGER_S, self._wanted.set)
        self._set_alarm()

    @property
    def unwritten(self) -> int:
        """Events that were posted and are not safely journaled yet: a crash now would lose them."""
        return len(self._records) + self._under_way

    async def flush(self) -> None:
        """Return when everything posted so far is journaled and its decisions were handed over."""
        if self._lost:
            return
        flushed = asyncio.get_running_loop().create_future()
        self._flushed.append(flushed)
        self._wanted.set()
        await flushed

    async def stop(self, timeout_s: float = 5.0) -> None:
        """Write what is left and a snapshot; give up with one log line when the journal does not answer in time."""
        # What came in from now on would be in the snapshot, and in the journal after it once more.
        self._accepting = False
        if self._alarm is not None:
            self._alarm.cancel()
        if not self._lost:
            try:
                async with asyncio.timeout(timeout_s):
                    await self.flush()
                    await self._save_snapshot(encode_state(self.router.state()))
            except (TimeoutError, JournalUnavailable, JournalLost) as error:
                log.error("the routing journal was not closed in order: %s", str(error) or "it did not answer in time")
        if self._linger is not None:
            self._linger.cancel()
        if self._writer is not None:
            self._writer.cancel()
            with suppress(asyncio.CancelledError):
                await self._writer

    # Writing.

    async def _write(self) -> None:
        while not self._lost:
            await self._wanted.wait()
            self._wanted.clear()
            if self._linger is not None:
                self._linger.cancel()
                self._linger = None
            try:
                await self._write_group()
            except JournalLost as error:
                log.error("the routing journal is lost, routing stops here: %s", error)
                self._lose()
            except Exception:
                log.exception("the routing journal failed, routing stops here")
                self._lose()

    async def _write_group(self) -> None:
        records, self._records = self._records, []
        decisions, self._decisions = self._decisions, []
        flushed, self._flushed = self._flushed, []
        try:
            if records:
                await self._write_records(records, decisions)
        finally:
            for waiter in flushed:
                if not waiter.done():
                    waiter.set_result(None)

    async def _write_records(self, records: list[bytes], decisions: list[list[Decision]]) -> None:
        self._since_snapshot += len(records)
        snapshot: bytes | None = None
        history = self._history
        if self._since_snapshot >= self._snapshot_every or (history is not None and history.due(self._now)):
            # Taken before the write, as the router knows nothing beyond these records at this moment.
            snapshot = encode_state(self.router.state())
            self._since_snapshot = 0
        self._under_way = len(records)
        await self._append(records)
        self._under_way = 0
        if history is not None:
            history.note(records, decisions)
        if taken := [decision for some in decisions for decision in some]:
            self._hand_over(taken)
        if snapshot is not None:
            try:
                await self._save_snapshot(snapshot)
            except JournalUnavailable as error:
                log.warning("no snapshot of the routing journal was kept, the next one follows: %s", error)

    async def _save_snapshot(self, snapshot: bytes) -> None:
        # Kept first: saving the snapshot lets the journal forget what led to it.
        if self._history is not None:
            await self._history.keep(snapshot)
        await self._journal.save_snapshot(snapshot)

    async def _append(self, records: list[bytes]) -> None:
        delay_s = RETRY_FIRST_S
        while True:
            try:
                await self._journal.append(records)
            except JournalUnavailable as error:
                if delay_s == RETRY_FIRST_S:
                    log.error("the routing journal does not answer, decisions wait for it: %s", error)
                await asyncio.sleep(delay_s)
                delay_s = min(2 * delay_s, RETRY_LONGEST_S)
            else:
                if delay_s != RETRY_FIRST_S:
                    log.warning("the routing journal answers again")
                return

    def _hand_over(self, decisions: list[Decision]) -> None:
        try:
            self._on_decisions(decisions)
        except Exception:
            # Whoever carries out a decision wrongly must not keep the others from theirs.
            log.exception("decisions could not be carried out: %s", decisions)

    def _lose(self) -> None:
        self._accepting, self._lost = False, True
        for waiter in self._flushed:
            if not waiter.done():
                waiter.set_result(None)
        self._on_lost()

    # The clock.

    def _set_alarm(self) -> None:
        due = self.router.next_timer()
        if due is None or (self._alarm_at is not None and self._alarm_at <= due):
            return  # An alarm that comes too early finds nothing due, and is set anew.
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm_at = due
        loop = asyncio.get_running_loop()
        self._alarm = loop.call_later(max(0.0, due - self._clock()), self._ring)

    def _ring(self) -> None:
        self._alarm = self._alarm_at = None
        due = self.router.next_timer()
        if due is not None and due <= max(self._now, self._clock()):
            self.post(ClockReached())
        else:
            self._set_alarm()
