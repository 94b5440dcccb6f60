"""The distributor over the journal in Redis: a node dies, and another stands where it stood."""

from __future__ import annotations

import asyncio

from redis.asyncio import Redis

from acd import events
from acd.agent import AgentStatus
from acd.decisions import Connect, Decision, Offer
from acd.model import AgentProfile, Queue, WorkItem
from acd.service import Distributor
from control.live.journal import RedisJournal

OPENING = (
    events.QueueDeclared(Queue("support")),
    events.AgentDeclared(AgentProfile("ana")),
    events.AgentReachable("ana", True),
    events.AgentStatusSet("ana", AgentStatus.AVAILABLE),
)


def call(work: str) -> events.WorkArrived:
    return events.WorkArrived(WorkItem(work, "support", 1_000.0))


async def test_the_next_owner_knows_who_waits_and_the_last_one_can_act_no_more(client: Redis) -> None:
    decisions: list[Decision] = []
    lost = asyncio.Event()
    last_journal = RedisJournal(client, "node-1")
    await last_journal.acquire()
    last = Distributor(last_journal, decisions.extend, clock=lambda: 1_000.0, on_lost=lost.set)
    await last.start()
    for event in (*OPENING, call("c1"), call("c2"), call("c3")):
        last.post(event)
    await last.flush()
    assert decisions == [Offer("c1", "ana", "support", 20.0)]

    next_journal = RedisJournal(client, "node-1")
    await next_journal.acquire()
    decisions.clear()
    next_owner = Distributor(next_journal, decisions.extend, clock=lambda: 1_005.0)
    await next_owner.start()
    assert list(next_owner.router.works()) == ["c1", "c2", "c3"]

    last.post(events.OfferAccepted("c1", "ana"))
    async with asyncio.timeout(5.0):
        await lost.wait()
    assert decisions == []

    next_owner.post(events.OfferAccepted("c1", "ana"))
    next_owner.post(events.WorkEnded("c1"))
    await next_owner.flush()
    assert decisions == [Connect("c1", "ana"), Offer("c2", "ana", "support", 20.0)]
    await next_owner.stop()
    await last.stop()
    await next_journal.release()
    await last_journal.release()
    assert await client.xlen("centrala:{main}:journal") == 0
