"""The floor as a value, and the floor made of it again."""

from __future__ import annotations

from acd.channels import open_to
from acd.floor import Floor
from acd.offers import ring_on
from acd.places import Memory
from acd.records import Drawn, LineState, QueueState, RouterState, WorkState
from acd.waiting import WaitingQueue


def state_of(floor: Floor) -> RouterState:
    """Everything known, for a snapshot; it shares the records, so it is to be encoded before the next move."""
    return RouterState(
        serial=floor.serial,
        seed=floor.roster.seed,
        version=floor.version,
        queues=[
            QueueState(queue.config, queue.counters, queue.open, queue.channels, _lines(queue), queue.timer)
            for queue in floor.queues
        ],
        agents=list(floor.roster),
        works=list(floor.works.values()),
        places=floor.left_places.items(),
        served=floor.served_by.items(),
        closed_sites=sorted(floor.closed_sites),
    )


def restore(floor: Floor, state: RouterState) -> None:
    """Take over a state on an empty floor, which owns it from then on."""
    floor.serial, floor.roster.seed, floor.version = state.serial, state.seed, state.version
    floor.closed_sites = set(state.closed_sites)
    floor.left_places, floor.served_by = Memory(state.places.items()), Memory(state.served.items())
    for queue_state in state.queues:
        queue = WaitingQueue(queue_state.config, queue_state.counters)
        queue.closed_sites = frozenset(floor.closed_sites)
        queue.open, queue.timer = queue_state.open, queue_state.batch
        for channel in queue_state.channels:
            queue.open_channel(channel)
        _restore_lines(queue, queue_state.lines)
        floor.queues.add(queue)
        floor.roster.admit_queue(queue)
        if queue.timer is not None:
            floor.timers.set(queue, queue.timer)
    for work in state.works:
        floor.works[work.item.id] = work
        waits_in = floor.queues.get(work.item.queue)
        if waits_in is None or work.state is WorkState.CONNECTED:
            continue
        floor.enter(work, waits_in)
        if work.state is WorkState.WAITING:
            floor.queues.seek(waits_in, work)
        elif work.state is WorkState.OFFERED:
            ring_on(floor, work, waits_in)
        elif work.state is WorkState.SCHEDULED:
            waits_in.dormant.add(work.item.id)
    for agent in state.agents:
        floor.roster.add(agent)
        channels = open_to(agent)
        if channels:
            floor.roster.mark_idle(agent, channels, len(agent.assignments))
    for work in state.works:
        if work.timer is not None:
            floor.timers.set(work, work.timer)
    for agent in state.agents:
        for timed in (agent.rest, agent.break_limit, *agent.assignments.values()):
            if timed is not None and timed.timer is not None:
                floor.timers.set(timed, timed.timer)
    floor.changed_agents.clear()
    floor.changed_queues.clear()
    floor.changed_groups.clear()


def _lines(queue: WaitingQueue) -> list[LineState]:
    """What lines remember beyond who stands in them, which follows from the agents."""
    return [
        LineState(
            ring,
            channel,
            [(rank, load, key) for (rank, load), key in sorted(line.turns.items())],
            {agent: Drawn(one.since, one.rank, one.load, one.key) for agent, one in sorted(line.drawn.items())},
        )
        for ring, lines in enumerate(queue.rings)
        for channel, line in sorted(lines.items())
        if line.turns or line.drawn
    ]


def _restore_lines(queue: WaitingQueue, lines: list[LineState]) -> None:
    for saved in lines:
        line = queue.rings[saved.ring][saved.channel]
        line.turns = {(rank, load): key for rank, load, key in saved.turns}
        line.drawn = dict(saved.drawn)
