"""Days of the journal: out of a real Redis into files, over midnight and a crash, and replayed by users."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis
from tests.unit.control.test_cli import centrala

from acd import events
from acd.agent import AgentStatus
from acd.model import AgentProfile, Queue, WorkItem
from acd.service import Distributor
from control.live.days import JOURNAL_FOLDER, DayKeeper, day_file, days_kept
from control.live.journal import RedisJournal
from lab.day import read_day

DAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12).timestamp()
OPENING = (
    events.QueueDeclared(Queue("support")),
    events.AgentDeclared(AgentProfile("ana")),
    events.AgentReachable("ana", True),
    events.AgentStatusSet("ana", AgentStatus.AVAILABLE),
)


class Nodes:
    """Distributors over one Redis, one after the other; ``now`` is their clock."""

    def __init__(self, client: Redis, folder: Path) -> None:
        self.now = NOON
        self._client, self._folder = client, folder
        self._journals: list[RedisJournal] = []

    async def start(self, keep_days: int = 30) -> Distributor:
        journal = RedisJournal(self._client, "node-1")
        await journal.acquire()
        self._journals.append(journal)
        history = DayKeeper(self._folder / JOURNAL_FOLDER, keep_days)
        started = Distributor(journal, lambda _: None, clock=lambda: self.now, snapshot_every=40, history=history)
        await started.start()
        for event in OPENING:
            started.post(event)
        return started

    async def close(self) -> None:
        for journal in self._journals:
            await journal.release()


@pytest.fixture
async def nodes(client: Redis, tmp_path: Path) -> AsyncIterator[Nodes]:
    nodes = Nodes(client, tmp_path)
    yield nodes
    await nodes.close()


async def calls(distributor: Distributor, nodes: Nodes, first: int, last: int) -> None:
    """Ana answers after five seconds and talks for a minute; the next caller has come meanwhile."""
    for number in range(first, last):
        call = f"c{number}"
        distributor.post(events.WorkArrived(WorkItem(call, "support", nodes.now, "0641112233")))
        nodes.now += 5
        distributor.post(events.OfferAccepted(call, "ana"))
        nodes.now += 60
        distributor.post(events.WorkEnded(call))
        await distributor.flush()


async def test_a_day_is_kept_through_a_crash_and_replayed_while_it_lasts_and_afterwards(
    nodes: Nodes, tmp_path: Path
) -> None:
    first = await nodes.start()
    await calls(first, nodes, 0, 20)  # one snapshot, and a tail that only Redis has as the process dies

    second = await nodes.start()
    await calls(second, nodes, 20, 45)
    status, out, err = await centrala(tmp_path, "replay", str(DAY), "--data", ".", "--json")
    live = json.loads(out)
    assert (status, err) == (0, "")
    assert live["records"] == 2 * 4 + 3 * 45
    assert 60 <= live["compared"] < live["records"], "what died with a process, or is in Redis only, cannot be compared"
    assert live["queues"]["support"] | {"answered": 45, "asa_s": 5.0, "service_level": 1.0} == live["queues"]["support"]

    await second.stop()
    status, out, _ = await centrala(
        tmp_path, "replay", str(DAY), "--data", ".", "--save", "kept.day", "--agents", "+1:ana"
    )
    assert status == 0
    assert "143 records lead to 90 decisions, the very same as on the day" in out
    assert "+1:ana (20 runs, 95 % intervals)" in out
    status, out, _ = await centrala(
        tmp_path, "replay", "--from", "kept.day", "--set", "queue.support.priority=2", "--json"
    )
    assert (status, json.loads(out)["records"]) == (0, 143)
    assert json.loads(out)["what_if"]["support"]["asa_s"] == {"before": 5.0, "change": 0.0, "margin": 0.0}


async def test_a_day_ends_at_midnight_and_old_ones_go(nodes: Nodes, tmp_path: Path) -> None:
    distributor = await nodes.start(keep_days=2)
    for day in range(4):
        nodes.now = NOON + 86_400 * day
        await calls(distributor, nodes, 3 * day, 3 * day + 3)
    await distributor.stop()
    folder = tmp_path / JOURNAL_FOLDER
    assert days_kept(folder) == [DAY + timedelta(days=2), DAY + timedelta(days=3)]
    (stretch,) = read_day(day_file(folder, DAY + timedelta(days=2)).read_bytes())
    assert 8 <= len(stretch.records) <= 10
    assert None not in stretch.decisions


async def test_a_folder_that_cannot_be_written_is_told_and_routing_goes_on(
    nodes: Nodes, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / JOURNAL_FOLDER).write_text("a file where the folder should be")
    distributor = await nodes.start()
    await calls(distributor, nodes, 0, 30)
    await distributor.stop()
    assert "a stretch of the routing journal could not be kept" in caplog.text
    assert distributor.router.queue_live("support", nodes.now).answered == 30  # type: ignore[union-attr]


async def test_a_crash_in_the_middle_of_a_write_leaves_a_file_that_goes_on(nodes: Nodes, tmp_path: Path) -> None:
    for round in range(2):
        distributor = await nodes.start()
        await calls(distributor, nodes, 5 * round, 5 * round + 5)
        await distributor.stop()
        if not round:
            path = day_file(tmp_path / JOURNAL_FOLDER, DAY)
            with path.open("ab") as file:
                file.write(b"\x00\x00\xff\xffhalf a stretch")
    assert [len(one.records) for one in read_day(path.read_bytes())] == [19, 19]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["someday"], "'someday' is no day: expected today, yesterday or a date such as 2026-11-25"),
        (["2020-01-01"], "nothing is known of 2020-01-01 in journal; the days kept are: none"),
        (
            ["--set", "skill.en=1"],
            "--set skill.en=1: expected queue.ID.FIELD or agent.ID.FIELD, e.g. queue.a.strategy",
        ),
        (["--agents", "2"], "--agents 2: expected +N:QUEUE, -N:QUEUE or the same with an agent, e.g. +2:support"),
    ],
)
async def test_what_cannot_be_replayed_is_one_line_and_status_2(
    tmp_path: Path, arguments: list[str], said: str
) -> None:
    assert await centrala(tmp_path, "replay", "--data", ".", *arguments) == (2, "", f"centrala: {said}\n")
