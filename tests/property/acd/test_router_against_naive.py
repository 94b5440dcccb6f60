"""The router against one that scans everything: the same events, the same decisions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.property.acd.naive_events import NaiveRouter
from tests.property.acd.random_centre import RandomCentre

from acd.channels import FULL, open_to
from acd.decisions import Decision
from acd.events import Event
from acd.journal import decode_state, encode_record, encode_state, replay
from acd.records import RouterState, WorkState
from acd.router import Router
from acd.waiting import WaitingQueue

SEEDS = 40
EVENTS = 2_500
"""A seed; 100,000 in all."""


def run(seed: int, events: int = EVENTS) -> Iterator[tuple[Router, Event, float, list[Decision]]]:
    """One random day: yields each event with its instant and the router's decisions."""
    centre, router = RandomCentre(seed), Router()
    for event in centre.opening():
        yield router, event, 1_000.0, router.decide(event, 1_000.0)
    for _ in range(events):
        event, now = centre.next(router.next_timer())
        decisions = router.decide(event, now)
        centre.learn(decisions)
        yield router, event, now, decisions


@pytest.mark.parametrize("seed", range(SEEDS))
def test_the_router_decides_what_a_naive_router_decides(seed: int) -> None:
    naive, made = NaiveRouter(), 0
    for number, (router, event, now, decisions) in enumerate(run(seed)):
        assert decisions == naive.decide(event, now), f"{event} at {now}, number {number}"
        assert router.next_timer() == naive.next_timer()
        made += len(decisions)
    assert made > EVENTS / 8


@pytest.mark.parametrize("seed", range(100, 106))
def test_a_router_made_from_a_snapshot_and_the_records_after_it_decides_alike(seed: int) -> None:
    snapshot: bytes | None = None
    records: list[bytes] = []
    for number, (router, event, now, decisions) in enumerate(run(seed)):
        if number % 100 == 50:
            twin, _ = replay(snapshot, records)
            assert twin.decide(event, now) == decisions
            assert encode_state(twin.state()) == encode_state(router.state())
            snapshot, records = encode_state(twin.state()), []
        else:
            records.append(encode_record(now, event))


@pytest.mark.parametrize("seed", range(120, 124))
def test_nobody_has_more_than_she_has_room_for_and_no_free_agent_sits_beside_work(seed: int) -> None:
    for router, event, _, _ in run(seed, 1_000):
        state = decode_state(encode_state(router.state()))
        assert_each_has_room(state)
        assert_nobody_waits_in_vain(state, str(event))


def assert_each_has_room(state: RouterState) -> None:
    works = {work.item.id: work for work in state.works}
    strategies = {queue.config.id: queue.config.strategy for queue in state.queues}
    rung_for: dict[str, list[str]] = {}
    for agent in state.agents:
        urgent = [one for one in agent.assignments.values() if one.channel in ("voice", "chat", "callback")]
        assert sum(one.weight for one in urgent) <= FULL
        for one in agent.assignments.values():
            if one.offered:
                assert agent.profile.id in works[one.work].agents
                rung_for.setdefault(one.work, []).append(agent.profile.id)
    for work in state.works:
        assert (work.state is WorkState.OFFERED) == (work.item.id in rung_for)
        if len(rung_for.get(work.item.id, [])) > 1:
            assert "ring_all" in (strategies[work.item.queue], *(offer.strategy for offer in work.offers))


def assert_nobody_waits_in_vain(state: RouterState, after: str) -> None:
    queues = {}
    for queue in state.queues:
        queues[queue.config.id] = WaitingQueue(queue.config, queue.counters)
        queues[queue.config.id].closed_sites = frozenset(state.closed_sites)
    for work in state.works:
        if work.state is not WorkState.WAITING:
            continue
        for agent in state.agents:
            if work.reserved_until is not None:
                fits = agent.profile.id in work.preferred
            else:
                seat = queues[work.item.queue].seat_of(agent.profile)
                fits = seat is not None and seat.reached(work.step, work.opened is not None)
            free = work.item.channel in open_to(agent)
            assert not (fits and free), f"{agent.profile.id} is free, {work.item.id} waits, after {after}"


@pytest.mark.parametrize("seed", range(140, 144))
def test_the_counters_of_a_queue_add_up(seed: int) -> None:
    for router, _, now, _ in run(seed, 1_500):
        state = router.state()
        for queue in state.queues:
            live = router.queue_live(queue.config.id, now)
            assert live is not None
            gone = live.answered + live.abandoned + live.overflowed + live.refused + live.withdrawn
            assert live.offered == gone + live.waiting
            terms = WaitingQueue(queue.config, queue.counters)
            terms.closed_sites = frozenset(state.closed_sites)
            fitting = [agent for agent in state.agents if (at := terms.seat_of(agent.profile)) and at.serves]
            assert live.agents_busy == sum(agent.busy for agent in fitting)
            assert live.agents_available == sum(bool(open_to(agent)) for agent in fitting)
            assert live.agents_logged_in == sum(agent.status != "offline" for agent in fitting)
