"""The router against one that scans everything: the same events, the same decisions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.property.acd.naive_router import NaiveRouter
from tests.property.acd.random_centre import RandomCentre

from acd.agent import AgentState
from acd.decisions import Decision
from acd.events import Event
from acd.journal import decode_state, encode_record, encode_state, replay
from acd.records import RouterState, WorkState
from acd.requirement import parse
from acd.router import Router

EVENTS = 2_500


def run(seed: int) -> Iterator[tuple[Router, Event, float, list[Decision]]]:
    """One random day: yields each event with its instant and the router's decisions."""
    centre, router = RandomCentre(seed), Router()
    for event in centre.opening():
        yield router, event, 1_000.0, router.decide(event, 1_000.0)
    for _ in range(EVENTS):
        event, now = centre.next(router.next_timer())
        decisions = router.decide(event, now)
        centre.learn(decisions)
        yield router, event, now, decisions


@pytest.mark.parametrize("seed", range(12))
def test_the_router_decides_what_a_naive_router_decides(seed: int) -> None:
    naive, made = NaiveRouter(), 0
    for router, event, now, decisions in run(seed):
        assert decisions == naive.decide(event, now), f"{event} at {now}"
        assert router.next_timer() == naive.next_timer()
        made += len(decisions)
    assert made > EVENTS / 6


@pytest.mark.parametrize("seed", range(4))
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


@pytest.mark.parametrize("seed", range(20, 26))
def test_no_two_agents_have_one_piece_of_work_and_no_free_agent_sits_beside_work(seed: int) -> None:
    for router, event, _, _ in run(seed):
        state = decode_state(encode_state(router.state()))
        assert_each_has_one(state)
        assert_nobody_waits_in_vain(state, str(event))


def assert_each_has_one(state: RouterState) -> None:
    held = {agent.profile.id: agent.work for agent in state.agents if agent.work is not None}
    assert len(set(held.values())) == len(held)
    known = {agent.profile.id for agent in state.agents}
    for work in state.works:
        if work.state is WorkState.OFFERED:
            assert work.agent is not None
            assert held[work.agent] == work.item.id
        if work.state is WorkState.WAITING:
            assert work.item.id not in held.values()
    for agent in state.agents:
        assert (agent.work is not None) == (agent.state not in (AgentState.IDLE, AgentState.WRAP_UP))
        assert agent.profile.id in known


def assert_nobody_waits_in_vain(state: RouterState, after: str) -> None:
    requirements = {queue.config.id: parse(queue.config.requires) for queue in state.queues}
    for work in state.works:
        if work.state is not WorkState.WAITING:
            continue
        for agent in state.agents:
            fits = requirements[work.item.queue].holds(agent.profile.skills)
            assert not (fits and agent.offerable), f"{agent.profile.id} is free, {work.item.id} waits, after {after}"


@pytest.mark.parametrize("seed", range(40, 44))
def test_the_counters_of_a_queue_add_up(seed: int) -> None:
    for router, _, now, _ in run(seed):
        state = router.state()
        for queue_id in router.queues():
            live = router.queue_live(queue_id, now)
            assert live is not None
            assert live.offered == live.answered + live.abandoned + live.overflowed + live.refused + live.waiting
            requirement = next(parse(q.config.requires) for q in state.queues if q.config.id == queue_id)
            fitting = [agent for agent in state.agents if requirement.holds(agent.profile.skills)]
            assert live.agents_busy == sum(agent.busy for agent in fitting)
            assert live.agents_available == sum(agent.offerable for agent in fitting)
