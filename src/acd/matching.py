"""Matching: work looks for an agent, or an agent for work. Whatever frees one of the two is followed by one of these.

Between two events no free agent and work that she might have exist together, so each search finds either something at
the front of a line, or nothing at all.
"""

from __future__ import annotations

from collections.abc import Iterable

from acd import assignment, offers
from acd.channels import open_to
from acd.floor import Floor, in_turn
from acd.records import AgentRecord, Search, WorkRecord, WorkState
from acd.strategies.ring_all import AT_ONCE
from acd.waiting import WaitingQueue

_WORK_SOUGHT_AGENT = Search.WORK_SOUGHT_AGENT
_AGENT_SOUGHT_WORK = Search.AGENT_SOUGHT_WORK


def seek_agent(floor: Floor, work: WorkRecord, now: float) -> bool:
    """Offer waiting work to the agent whom its queue's strategy chooses, or put it in line; True when offered."""
    queue, channel = floor.queue_of(work), work.item.channel
    if work.reserved_until is not None:
        for name in work.preferred:
            mark = floor.roster.free_for(name, channel)
            if mark is not None:
                offers.offer(floor, work, queue, mark.agent, Search.PREFERRED, now)
                offers.line_up(floor, mark.agent)
                return True
    elif queue.strategy.in_batches:
        assignment.collect(floor, queue, now)
    elif queue.strategy.everybody:
        if ring_everybody(floor, work, queue, now):
            return True
    else:
        found = queue.best(work)
        if found is not None:
            line, entry = found
            line.take_turn(entry)
            agent = entry[6].agent
            offers.offer(floor, work, queue, agent, _WORK_SOUGHT_AGENT, now, entry[:3])
            offers.line_up(floor, agent)
            return True
    floor.queues.seek(queue, work)
    return False


def seek_further(floor: Floor, work: WorkRecord, queue: WaitingQueue, now: float) -> None:
    """Let work that stands in no line find an agent, as more of them may be asked; it may ring for others already."""
    if work.state is WorkState.WAITING:
        seek_agent(floor, work, now)
    elif work.state is WorkState.OFFERED and queue.strategy.everybody and work.reserved_until is None:
        ring_everybody(floor, work, queue, now)
        offers.ring_on(floor, work, queue)


def ring_everybody(floor: Floor, work: WorkRecord, queue: WaitingQueue, now: float) -> bool:
    """Offer work to all who are free for it, and do not have it yet; whether there was anybody."""
    entries = queue.everybody(work, AT_ONCE)
    for entry in entries:
        agent = entry[6].agent
        if work.item.id not in agent.assignments:
            offers.offer(floor, work, queue, agent, Search.WORK_SOUGHT_AGENT, now, entry[:3])
            offers.line_up(floor, agent)
    return bool(work.agents)


def seek_work(floor: Floor, agent: AgentRecord, now: float) -> bool:
    """Give an agent who may be free the work to be served first, or put her in line; take her out if she is not.

    Returns whether she was offered any.
    """
    channels = open_to(agent)
    if not channels:
        floor.roster.unmark_idle(agent)
        if agent.free is not None and not agent.has_offer:
            agent.free = None
        return False
    if agent.free is None:
        agent.free = (now, floor.next_serial())
    agent_id, offered, queues = agent.profile.id, False, floor.queues
    post = floor.roster.post(agent_id)
    group = post.group
    while channels:
        work = queues.first_for(agent_id, group, channels)
        if work is None and not agent.has_offer:
            work = queues.first_ringing(group, channels)
        if work is None:
            floor.roster.mark_idle(agent, channels, len(agent.assignments))
            for queue in queues.collecting(group):
                assignment.collect(floor, queue, now)
            return offered
        offers.offer(floor, work, floor.queue_of(work), agent, _AGENT_SOUGHT_WORK, now)
        channels, offered = open_to(agent), True
    if post.mark is not None:
        floor.roster.unmark_idle(agent)
    return offered


def seek_work_in_turn(floor: Floor, agents: Iterable[AgentRecord], now: float) -> None:
    """Let agents whose offers were withdrawn look for work, the longest free first."""
    for agent in in_turn(agents, now):
        seek_work(floor, agent, now)


def match(floor: Floor, queue: WaitingQueue, now: float) -> None:
    """Serve a queue's work in its order, as long as somebody is free for it."""
    stuck: set[object] = set()
    while True:
        # Of those in one line none finds anybody when the first does not.
        heads = [(first.key, key) for key, line in queue.lines.items() if key not in stuck and (first := line.first())]
        if not heads:
            return
        _, key = min(heads, key=lambda head: head[0])
        work = queue.lines[key].first()
        if work is None or not seek_agent(floor, work, now):
            stuck.add(key)
