"""What a change of configuration means for the floor: agents are measured anew, and waiting work at once finds whom
it may find now. Log-in, pauses and connected work are never touched."""

from __future__ import annotations

from collections.abc import Iterable

from acd.decisions import Refuse, TurnedAwayCause, WithdrawalCause
from acd.events import AgentDeclared, AgentRemoved, QueueDeclared, QueueRemoved
from acd.floor import Floor
from acd.records import AgentRecord, WorkState
from acd.statistics import QueueCounters
from acd.waiting import WaitingQueue


def queue_declared(floor: Floor, event: QueueDeclared, now: float) -> None:
    """Raises RequirementError or UnknownStrategy before anything changed."""
    config = event.queue
    queue = floor.queues.get(config.id)
    if queue is None:
        queue = WaitingQueue(config, QueueCounters())
        floor.queues.add(queue)
        measure = True
    else:
        measure = queue.config.requires != config.requires
        queue.configure(config)
    floor.changed_queues.add(queue.id)
    unfit = floor.roster.admit_queue(queue) if measure else []
    freed = _withdraw_unfit(floor, unfit, now)
    for work in queue.present:
        floor.limit_wait(work, queue)
        if work.state is WorkState.WAITING:
            floor.queues.seek(queue, work)
    floor.match(queue, now)
    floor.seek_work_in_turn(freed, now)


def queue_removed(floor: Floor, event: QueueRemoved, now: float) -> None:
    queue = floor.queues.get(event.queue)
    if queue is None:
        return
    freed = []
    for work in queue.present:
        agent = floor.interrupt(work, WithdrawalCause.RECONFIGURED, now)
        if agent is not None:
            freed.append(agent)
        floor.decisions.append(Refuse(work.item.id, TurnedAwayCause.QUEUE_REMOVED))
        floor.dismiss(work, WorkState.REFUSED)
    floor.roster.dismiss_queue(queue)
    floor.queues.remove(queue)
    floor.changed_queues.add(queue.id)
    floor.seek_work_in_turn(freed, now)


def agent_declared(floor: Floor, event: AgentDeclared, now: float) -> None:
    profile = event.agent
    agent = floor.roster.get(profile.id)
    if agent is None:
        agent = AgentRecord(profile=profile, status_since=now, reachable_since=now, engaged_since=now, state_since=now)
        floor.roster.add(agent)
    else:
        floor.mark(agent)
        agent.profile = profile
        offered = floor.offer_to(agent)
        if floor.roster.requalify(agent) and _withdraw_unfit(floor, [agent], now) and offered is not None:
            floor.seek_agent(offered, now)
    floor.seek_work(agent, now)


def agent_removed(floor: Floor, event: AgentRemoved, now: float) -> None:
    agent = floor.roster.get(event.agent)
    if agent is None:
        return
    work = floor.offer_to(agent)
    if work is not None:
        floor.withdraw(work, agent, WithdrawalCause.RECONFIGURED, now)
    floor.clear_timer(agent)
    floor.mark(agent)
    floor.roster.remove(agent)
    if work is not None:
        floor.seek_agent(work, now)


def _withdraw_unfit(floor: Floor, agents: Iterable[AgentRecord], now: float) -> list[AgentRecord]:
    """Take back the offers that agents hold in queues they no longer qualify for; the agents who held one."""
    freed = []
    for agent in agents:
        work = floor.offer_to(agent)
        if work is not None and work.item.queue not in floor.roster.group_of(agent).queues:
            floor.withdraw(work, agent, WithdrawalCause.RECONFIGURED, now)
            freed.append(agent)
    return freed
