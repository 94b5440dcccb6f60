"""The distributor: journal first, decisions afterwards, nothing out of order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from acd import events
from acd.agent import AgentStatus
from acd.decisions import Connect, Decision, Offer, WithdrawalCause, WithdrawOffer
from acd.journal import JournalLost, JournalUnavailable, decode_record, replay
from acd.model import AgentProfile, Queue, WorkItem
from acd.requirement import RequirementError
from acd.service import Distributor


class MemoryJournal:
    """A journal in memory that can be held up, broken and taken away."""

    def __init__(self) -> None:
        self.snapshot: bytes | None = None
        self.groups: list[list[bytes]] = []
        self.tail: list[bytes] = []
        self.open = asyncio.Event()
        self.open.set()
        self.reached = asyncio.Event()
        self.failures: list[Exception] = []

    async def load(self) -> tuple[bytes | None, list[bytes]]:
        return self.snapshot, list(self.tail)

    async def append(self, records: list[bytes]) -> None:
        self.reached.set()
        await self.open.wait()
        if self.failures:
            raise self.failures.pop(0)
        self.groups.append(records)
        self.tail += records

    async def save_snapshot(self, snapshot: bytes) -> None:
        self.snapshot, self.tail = snapshot, []

    def events(self) -> list[events.Event]:
        return [decode_record(record).event for group in self.groups for record in group]


class Centre:
    """A distributor over a memory journal, with a clock that runs or is set."""

    def __init__(self, journal: MemoryJournal, clock: Callable[[], float], **options: int) -> None:
        self.journal = journal
        self.decisions: list[Decision] = []
        self.handed_over = asyncio.Event()
        self.lost = asyncio.Event()
        self.distributor = Distributor(journal, self._take, clock=clock, on_lost=self.lost.set, **options)

    def _take(self, decisions: list[Decision]) -> None:
        self.decisions += decisions
        self.handed_over.set()

    def post(self, *posted: events.Event) -> None:
        for event in posted:
            self.distributor.post(event)

    async def next_decisions(self) -> list[Decision]:
        async with asyncio.timeout(5.0):
            await self.handed_over.wait()
        self.handed_over.clear()
        decisions, self.decisions = self.decisions, []
        return decisions


ANA_LOGS_IN = (
    events.AgentDeclared(AgentProfile("ana")),
    events.AgentReachable("ana", True),
    events.AgentStatusSet("ana", AgentStatus.AVAILABLE),
)
OPENING = (events.QueueDeclared(Queue("support")), *ANA_LOGS_IN)


def call(work: str) -> events.WorkArrived:
    return events.WorkArrived(WorkItem(work, "support", 1_000.0))


def offer(work: str) -> Offer:
    return Offer(work, "ana", "support", 20.0)


@pytest.fixture
async def centre() -> AsyncIterator[Centre]:
    centre = Centre(MemoryJournal(), lambda: 1_000.0)
    await centre.distributor.start()
    yield centre
    await centre.distributor.stop()


async def test_everything_posted_in_one_turn_is_one_append(centre: Centre) -> None:
    centre.post(*OPENING, call("c1"), call("c2"))
    assert await centre.next_decisions() == [offer("c1")]
    assert len(centre.journal.groups) == 1
    assert centre.journal.events() == [*OPENING, call("c1"), call("c2")]


async def test_decisions_wait_for_the_journal(centre: Centre) -> None:
    centre.journal.open.clear()
    centre.post(*OPENING, call("c1"))
    await centre.journal.reached.wait()
    assert centre.decisions == []
    centre.journal.open.set()
    assert await centre.next_decisions() == [offer("c1")]


async def test_what_gathers_during_a_write_goes_out_in_the_next_one(centre: Centre) -> None:
    centre.journal.open.clear()
    centre.post(*OPENING, call("c1"))
    await centre.journal.reached.wait()
    centre.post(events.OfferRinging("c1", "ana"))
    await asyncio.sleep(0)
    centre.post(events.OfferAccepted("c1", "ana"))
    centre.journal.open.set()
    await centre.distributor.flush()
    assert centre.decisions == [offer("c1"), Connect("c1", "ana")]
    assert [len(group) for group in centre.journal.groups] == [5, 2]


async def test_events_without_decisions_are_written_soon_and_together(centre: Centre) -> None:
    centre.post(*OPENING)
    async with asyncio.timeout(5.0):
        await centre.journal.reached.wait()
    assert [len(group) for group in centre.journal.groups] == [4]


async def test_what_a_crash_would_lose_is_known(centre: Centre) -> None:
    centre.journal.open.clear()
    centre.post(*OPENING)
    assert centre.distributor.unwritten == 4
    async with asyncio.timeout(5.0):
        await centre.journal.reached.wait()
    centre.post(call("c1"))
    assert centre.distributor.unwritten == 5
    centre.journal.open.set()
    await centre.distributor.flush()
    assert centre.distributor.unwritten == 0


async def test_a_journal_that_does_not_answer_is_tried_again_in_order(
    centre: Centre, caplog: pytest.LogCaptureFixture
) -> None:
    centre.journal.failures = [JournalUnavailable("gone"), JournalUnavailable("gone")]
    centre.post(*OPENING, call("c1"))
    await centre.journal.reached.wait()
    centre.post(call("c2"), events.OfferAccepted("c1", "ana"))
    await centre.distributor.flush()
    assert centre.decisions == [offer("c1"), Connect("c1", "ana")]
    assert centre.journal.events() == [*OPENING, call("c1"), call("c2"), events.OfferAccepted("c1", "ana")]
    assert [record.getMessage() for record in caplog.records] == [
        "the routing journal does not answer, decisions wait for it: gone",
        "the routing journal answers again",
    ]


@pytest.mark.parametrize("failure", [JournalLost("another node took the lease"), RuntimeError("a fault")])
async def test_a_lost_journal_ends_the_distributor(
    centre: Centre, failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    centre.journal.failures = [failure]
    centre.post(*OPENING, call("c1"))
    async with asyncio.timeout(5.0):
        await centre.lost.wait()
    centre.post(events.OfferAccepted("c1", "ana"))
    await centre.distributor.flush()
    assert centre.decisions == []
    assert centre.journal.groups == []
    assert len(caplog.records) == 1
    assert "routing stops here" in caplog.text


async def test_a_queue_that_cannot_be_is_told_to_the_poster_and_never_journaled(centre: Centre) -> None:
    with pytest.raises(RequirementError):
        centre.post(events.QueueDeclared(Queue("support", requires="(")))
    centre.post(*OPENING)
    await centre.distributor.flush()
    assert centre.journal.events() == [*OPENING]


async def test_whoever_carries_out_decisions_badly_does_not_stop_the_next(caplog: pytest.LogCaptureFixture) -> None:
    seen: list[Decision] = []

    def carry_out(decisions: list[Decision]) -> None:
        seen.extend(decisions)
        if len(seen) == 1:
            raise RuntimeError("no such call")

    distributor = Distributor(MemoryJournal(), carry_out, clock=lambda: 1_000.0)
    await distributor.start()
    for event in (*OPENING, call("c1")):
        distributor.post(event)
    await distributor.flush()
    distributor.post(events.OfferAccepted("c1", "ana"))
    await distributor.flush()
    await distributor.stop()
    assert seen == [offer("c1"), Connect("c1", "ana")]
    assert "could not be carried out" in caplog.text


async def test_timers_ring_by_the_clock_and_are_journaled() -> None:
    loop = asyncio.get_running_loop()
    centre = Centre(MemoryJournal(), loop.time)
    await centre.distributor.start()
    started = loop.time()
    centre.post(events.QueueDeclared(Queue("support", ring_timeout_s=0.05)), *ANA_LOGS_IN, call("c1"))
    assert await centre.next_decisions() == [Offer("c1", "ana", "support", 0.05)]
    assert await centre.next_decisions() == [WithdrawOffer("c1", "ana", WithdrawalCause.NO_ANSWER)]
    assert loop.time() - started >= 0.05
    assert centre.journal.events()[-1] == events.ClockReached()
    await centre.distributor.stop()


async def test_a_wall_clock_that_is_set_back_does_not_take_the_router_along() -> None:
    times = iter([1_000.0, 1_001.0, *[900.0] * 100])
    centre = Centre(MemoryJournal(), lambda: next(times))
    await centre.distributor.start()
    centre.post(*OPENING, call("c1"))
    await centre.distributor.flush()
    instants = [decode_record(record).at for group in centre.journal.groups for record in group]
    assert instants == sorted(instants)
    assert instants[-1] == 1_001.0
    await centre.distributor.stop()


async def test_a_restart_stands_where_the_journal_ends() -> None:
    journal = MemoryJournal()
    before = Centre(journal, lambda: 1_000.0)
    await before.distributor.start()
    before.post(*OPENING, call("c1"), call("c2"))
    await before.distributor.flush()
    # The process is killed here: no stop, no snapshot.
    after = Centre(journal, lambda: 1_002.0)
    await after.distributor.start()
    after.post(events.OfferAccepted("c1", "ana"), events.WorkEnded("c1"))
    assert await after.next_decisions() == [Connect("c1", "ana"), offer("c2")]
    await after.distributor.stop()
    await before.distributor.stop()


async def test_snapshots_bound_what_a_restart_replays() -> None:
    journal = MemoryJournal()
    centre = Centre(journal, lambda: 1_000.0, snapshot_every=5)
    await centre.distributor.start()
    centre.post(*OPENING, call("c1"))
    await centre.distributor.flush()
    centre.post(call("c2"))
    await centre.distributor.flush()
    router, _ = replay(journal.snapshot, journal.tail)
    assert len(journal.tail) == 1
    assert list(router.works()) == ["c1", "c2"]
    await centre.distributor.stop()


async def test_a_stop_leaves_a_snapshot_and_takes_nothing_more() -> None:
    journal = MemoryJournal()
    centre = Centre(journal, lambda: 1_000.0)
    await centre.distributor.start()
    centre.post(*OPENING)
    await centre.distributor.stop()
    centre.post(call("c1"))
    assert journal.tail == []
    router, _ = replay(journal.snapshot, journal.tail)
    assert (list(router.agents()), list(router.works())) == (["ana"], [])


async def test_a_stop_does_not_wait_for_ever(caplog: pytest.LogCaptureFixture) -> None:
    centre = Centre(MemoryJournal(), lambda: 1_000.0)
    await centre.distributor.start()
    centre.journal.open.clear()
    centre.post(*OPENING)
    await centre.distributor.stop(timeout_s=0.05)
    assert "not closed in order: it did not answer in time" in caplog.text
