"""The assignment of work to agents at the least total cost, over all queues whose strategy is ``optimal``.

Whoever comes first waits ``COLLECT_S`` for company at most. Of what was collected, the ``MOST`` first in line and the
``MOST`` agents who are asked first are weighed together (Kuhn's assignment problem; Crouse, On implementing 2D
rectangular assignment algorithms, 2016); the cost of that grows with the cube of MOST and is some milliseconds at most.
Beyond them each finds the best that is left, in turn.
"""

from __future__ import annotations

from heapq import nsmallest

from acd import offers
from acd.floor import Floor
from acd.idle import Entry, IdleLine
from acd.records import AgentRecord, Search, WorkRecord
from acd.waiting import SITES, WaitingQueue

COLLECT_S = 0.2
MOST = 64
NO_MATCH = 1e9
"""Worse than any match: as many as possible are served."""

_OTHER_WORK = 10.0
_OUTER_RING = 20.0


def prepare() -> None:
    """Load what assigns: it takes half a second, which no call should wait for."""
    import scipy.optimize  # noqa: F401


def collect(floor: Floor, queue: WaitingQueue, now: float) -> None:
    """Work or an agent came for whom the other side may be there: let more of both come."""
    if queue.timer is None:
        floor.set_timer(queue, now + COLLECT_S)


def assign(floor: Floor, now: float) -> None:
    """Serve what was collected, as far as there are agents."""
    queues = [queue for queue in floor.queues if queue.strategy.in_batches and queue.lines]
    works = sorted((work for queue in queues for line in queue.lines.values() for work in line), key=lambda w: w.key)
    for queue in queues:
        floor.clear_timer(queue)
    batch = works[:MOST]
    agents = _agents(floor, batch)
    if len(batch) > 1 and len(agents) > 1:
        for work, agent in _cheapest(floor, batch, agents, now):
            _offer(floor, work, agent, now)
    for work in works:
        if not work.agents:
            found = floor.queue_of(work).best(work)
            if found is not None:
                _offer(floor, work, found[1][6].agent, now, found[1])


def _offer(floor: Floor, work: WorkRecord, agent: AgentRecord, now: float, entry: Entry | None = None) -> None:
    figures = entry[:3] if entry is not None else None
    offers.offer(floor, work, floor.queue_of(work), agent, Search.ASSIGNED, now, figures)
    offers.line_up(floor, agent)


def _agents(floor: Floor, works: list[WorkRecord]) -> list[AgentRecord]:
    """Who is free for any of the work, those first in line first."""
    agents: dict[str, AgentRecord] = {}
    seen: set[IdleLine] = set()
    for work in works:
        for line in floor.queue_of(work).lines_for(work):
            for entry in nsmallest(MOST, line.standing()) if line not in seen else ():
                agents.setdefault(entry[6].agent.profile.id, entry[6].agent)
            seen.add(line)
    return list(agents.values())[:MOST]


def _cheapest(
    floor: Floor, works: list[WorkRecord], agents: list[AgentRecord], now: float
) -> list[tuple[WorkRecord, AgentRecord]]:
    from scipy.optimize import linear_sum_assignment

    costs = [[_cost(floor, work, agent, now) for agent in agents] for work in works]
    rows, columns = linear_sum_assignment(costs)
    pairs = zip(rows.tolist(), columns.tolist(), strict=True)
    return [(works[row], agents[column]) for row, column in pairs if costs[row][column] < NO_MATCH]


def _cost(floor: Floor, work: WorkRecord, agent: AgentRecord, now: float) -> float:
    """What it costs to give an agent to a piece of work. A second of waiting is worth a level of skill: that matters
    where agents are short, and somebody has to wait on."""
    seat = floor.roster.seat(agent, work.item.queue)
    if seat is None or not seat.reached(work.step, work.opened is not None):
        return NO_MATCH
    if floor.roster.free_for(agent.profile.id, work.item.channel) is None:
        return NO_MATCH
    tier, site = divmod(seat.rank, SITES)
    skill = seat.measure + 100.0 * tier + site + _OUTER_RING * min(seat.ring, work.step + 1)
    return skill + _OTHER_WORK * len(agent.assignments) + work.place - now
