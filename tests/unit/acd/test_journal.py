"""The journal's codec."""

from __future__ import annotations

import msgspec
import pytest
from tests.unit.acd.floor_scene import Scene

from acd import events
from acd.agent import AgentStatus
from acd.decisions import RefusalCause
from acd.journal import JournalUnreadable, decode_record, decode_state, encode_record, encode_state, replay
from acd.model import AgentProfile, OverflowRule, Queue, WorkItem
from acd.router import Router

EVERY_EVENT = (
    events.QueueDeclared(Queue("support", requires="sr", max_wait_s=9.0, overflow=OverflowRule("queue:sales"))),
    events.QueueRemoved("support"),
    events.QueueOpened("support", False),
    events.SiteOpened("north", True),
    events.AgentDeclared(AgentProfile("ana", "Ana", {"sr": 3}, "north", ("acme",))),
    events.AgentRemoved("ana"),
    events.AgentStatusSet("ana", AgentStatus.BREAK, "coffee", after_work=True),
    events.AgentReachable("ana", True),
    events.AgentEngaged("ana", False),
    events.WorkArrived(WorkItem("c1", "support", 12.5, "+38111", priority=3)),
    events.WorkDiverted("c1", "voicemail:ana"),
    events.WorkAbandoned("c1"),
    events.WorkReprioritised("c1", 7),
    events.WorkWithdrawn("c1"),
    events.CallbackRequested("c1", "+38111", 99.5),
    events.CallbackConnected("c1"),
    events.CallbackFailed("c1"),
    events.WorkHeld("c1", True),
    events.WorkEnded("c1"),
    events.OfferRinging("c1", "ana"),
    events.OfferAccepted("c1", "ana"),
    events.OfferRefused("c1", "ana", RefusalCause.BUSY),
    events.WrapUpEnded("ana", forced=True),
    events.WrapUpExtended("ana", 30.0),
    events.ChanceSeeded(7),
    events.ClockReached(),
)


@pytest.mark.parametrize("event", EVERY_EVENT, ids=lambda event: type(event).__name__)
def test_a_record_reads_as_it_was_written(event: events.Event) -> None:
    record = decode_record(encode_record(1_234.5, event))
    assert (record.at, record.event) == (1_234.5, event)


def test_no_event_is_forgotten_here() -> None:
    assert {type(event) for event in EVERY_EVENT} == set(events.Event.__subclasses__())


@pytest.mark.parametrize("data", [b"", b"\xff", b"\x92\x01", msgspec.msgpack.encode([1.0, ["NoSuchEvent"]])])
def test_what_is_no_record_is_an_error(data: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        decode_record(data)


def test_a_snapshot_holds_everything_that_decides() -> None:
    scene = Scene(Queue("support", max_wait_s=60.0, wrap_up_s=5.0), Queue("sales", requires="sales"))
    scene.agent("ana", sales=2)
    scene.agent("bojan")
    for call in ("c1", "c2", "c3"):
        scene.call(call)
    scene.answer("c1", "ana")
    scene.refuse("c2", "bojan")
    snapshot = encode_state(scene.router.state())
    twin = Router(decode_state(snapshot))
    assert encode_state(twin.state()) == snapshot
    assert twin.next_timer() == scene.router.next_timer()
    assert twin.queue_live("support", 1_001.0) == scene.router.queue_live("support", 1_001.0)
    assert list(twin.works()) == ["c1", "c2", "c3"]


def test_a_replay_without_snapshot_starts_from_nothing() -> None:
    router, at = replay(None, [encode_record(5.0, events.QueueDeclared(Queue("support")))])
    assert (list(router.queues()), at) == (["support"], 5.0)


OLD_AGENT = {
    "profile": {"id": "ana", "skills": {"sr": 3}},
    "status": "available",
    "reason": "",
    "status_since": 900.0,
    "reachable": True,
    "reachable_since": 900.0,
    "engaged": False,
    "engaged_since": 900.0,
    "state": "talking",
    "state_since": 950.0,
    "work": "c1",
    "resting": None,
    "free": None,
    "timer": None,
}
OLD_SNAPSHOT = {
    "serial": 7,
    "queues": [{"config": {"id": "support", "requires": "sr"}, "counters": {"offered": 1, "answered": 1}}],
    "agents": [OLD_AGENT],
    "works": [{"item": {"id": "c1", "queue": "support", "arrived_at": 940.0}, "entered_at": 940.0, "serial": 5}],
}
"""As written before agents had several pieces of work."""


def test_a_journal_of_the_version_before_is_read_without_its_calls() -> None:
    old_records = [
        msgspec.msgpack.encode([960.0, ["WorkEnded", "c1"]]),
        msgspec.msgpack.encode([961.0, ["AgentStatusSet", "ana", "break", "coffee"]]),
    ]
    router, at = replay(msgspec.msgpack.encode(OLD_SNAPSHOT), old_records)
    assert at == 961.0
    assert list(router.works()) == []
    live = router.agent_live("ana")
    assert live is not None
    assert (live.status, live.reason, live.state, live.reachable) == ("break", "coffee", "idle", True)
    queue = router.queue_live("support", at)
    assert queue is not None
    assert (queue.offered, queue.answered, queue.agents_logged_in) == (1, 1, 1)
    router.decide(events.AgentStatusSet("ana", AgentStatus.AVAILABLE), at)
    assert router.decide(events.WorkArrived(WorkItem("c2", "support", at)), at) != []


@pytest.mark.parametrize(
    ("snapshot", "records", "message"),
    [
        (msgspec.msgpack.encode({"format": 99}), [], "the snapshot of the routing journal cannot be read"),
        (None, [msgspec.msgpack.encode([1.0, ["ClockReached"], 99])], "record 1 of the routing journal cannot be read"),
        (None, [b"\xff"], "record 1 of the routing journal cannot be read"),
    ],
)
def test_what_a_later_version_wrote_is_refused_in_one_line(
    snapshot: bytes | None, records: list[bytes], message: str
) -> None:
    with pytest.raises(JournalUnreadable, match=message):
        replay(snapshot, records)
