"""What a change of configuration means for the floor: agents are measured anew, and waiting work at once finds whom
it may find now. Log-in, pauses and connected work are never touched."""

from __future__ import annotations

from acd import assignment, conditions, duty, matching, offers
from acd.channels import served_by
from acd.decisions import Refuse, TurnedAwayCause, WithdrawalCause
from acd.events import AgentDeclared, AgentRemoved, QueueDeclared, QueueRemoved, SiteOpened
from acd.floor import Floor
from acd.places import place
from acd.records import AgentRecord, WorkRecord, WorkState
from acd.statistics import QueueCounters
from acd.waiting import WaitingQueue


def queue_declared(floor: Floor, event: QueueDeclared, now: float) -> None:
    """Raises RequirementError or UnknownStrategy before anything changed."""
    config = event.queue
    queue = floor.queues.get(config.id)
    if queue is None:
        queue = WaitingQueue(config, QueueCounters())
        queue.closed_sites = frozenset(floor.closed_sites)
        floor.queues.add(queue)
        for work in floor.works.values():
            if work.item.queue == queue.id and work.state is WorkState.DIALLING:
                queue.counters.offered += 1  # its queue was removed, and is back
                floor.enter(work, queue)
        anew = True
    else:
        anew = queue.configure(config)
    if queue.strategy.in_batches:
        assignment.prepare()
    floor.version += 1
    floor.changed_queues.add(queue.id)
    if anew:
        floor.roster.admit_queue(queue)
    for work in queue.present:
        floor.queues.stop_seeking(queue, work)
        conditions.measure_anew(work, queue)
    freed = [agent for work in queue.present for agent in _withdraw_unfit(floor, work, floor.holders(work), now)]
    for work in queue.present:
        _stand_anew(floor, work, queue, now)
    matching.match(floor, queue, now)
    matching.seek_work_in_turn(floor, freed, now)


def queue_removed(floor: Floor, event: QueueRemoved, now: float) -> None:
    queue = floor.queues.get(event.queue)
    if queue is None:
        return
    freed: list[AgentRecord] = []
    for work in queue.present:
        if work.state is not WorkState.DIALLING:
            freed += offers.interrupt(floor, work, WithdrawalCause.RECONFIGURED, now)
            floor.decisions.append(Refuse(work.item.id, TurnedAwayCause.QUEUE_REMOVED))
            floor.dismiss(work, WorkState.REFUSED)
    floor.clear_timer(queue)
    floor.roster.dismiss_queue(queue)
    floor.queues.remove(queue)
    floor.version += 1
    floor.changed_queues.add(queue.id)
    matching.seek_work_in_turn(floor, freed, now)


def agent_declared(floor: Floor, event: AgentDeclared, now: float) -> None:
    profile = event.agent
    agent = floor.roster.get(profile.id)
    floor.version += 1
    if agent is None:
        agent = AgentRecord(
            profile=profile,
            number=floor.next_serial(),
            channels=served_by(profile),
            status_since=now,
            reachable_since=now,
            engaged_since=now,
            state_since=now,
            occupancy_at=now,
        )
        floor.roster.add(agent)
        floor.mark(agent, now)
        matching.seek_work(floor, agent, now)
    else:
        floor.mark(agent, now)
        agent.profile, agent.channels = profile, served_by(profile)
        _requalify(floor, [agent], now)


def agent_removed(floor: Floor, event: AgentRemoved, now: float) -> None:
    agent = floor.roster.get(event.agent)
    if agent is None:
        return
    floor.version += 1
    works = floor.offers_to(agent)
    for work in works:
        offers.withdraw(floor, work, agent, WithdrawalCause.RECONFIGURED, now)
    duty.forget(floor, agent)
    floor.mark(agent, now)
    group = floor.roster.group_of(agent)
    floor.roster.remove(agent)
    for work in works:
        duty.move_on(floor, work, now)
    conditions.deserted(floor, group, now)


def site_opened(floor: Floor, event: SiteOpened, now: float) -> None:
    if event.open is (event.site not in floor.closed_sites):
        return
    if event.open:
        floor.closed_sites.discard(event.site)
    else:
        floor.closed_sites.add(event.site)
    floor.version += 1
    for queue in floor.queues:
        queue.closed_sites = frozenset(floor.closed_sites)
    floor.roster.measure_anew()
    _requalify(floor, [one for one in floor.roster if one.profile.site == event.site], now)


def _requalify(floor: Floor, agents: list[AgentRecord], now: float) -> None:
    """Measure agents; offers that do not fit any more go on to others, and they may find work that fits now."""
    for agent in agents:
        floor.mark(agent, now)
    moved = [agent for agent in agents if floor.roster.requalify(agent)]
    works = [work for agent in moved for work in floor.offers_to(agent) if _withdraw_unfit(floor, work, [agent], now)]
    for work in works:
        duty.move_on(floor, work, now)
    for agent in agents:
        matching.seek_work(floor, agent, now)


def _withdraw_unfit(floor: Floor, work: WorkRecord, agents: list[AgentRecord], now: float) -> list[AgentRecord]:
    """Take back the offers of work to those who do not qualify for it; the agents who held one."""
    if work.state is not WorkState.OFFERED:
        return []
    unfit = []
    for agent in agents:
        seat = floor.roster.seat(agent, work.item.queue)
        fits = seat is not None and seat.reached(work.step, work.opened is not None)
        if not fits and agent.profile.id not in work.preferred:
            offers.withdraw(floor, work, agent, WithdrawalCause.RECONFIGURED, now)
            unfit.append(agent)
    return unfit


def _stand_anew(floor: Floor, work: WorkRecord, queue: WaitingQueue, now: float) -> None:
    """Let work that is not connected stand where the queue's present terms put it."""
    if work.state is WorkState.DIALLING:
        return
    work.step = 0
    while work.step + 1 < len(queue.timeline) and work.entered_at + queue.timeline[work.step + 1] <= now:
        work.step += 1
    work.place = place(queue.config, work.item, work.since)
    floor.limit(work, queue)
    if work.state is WorkState.WAITING:
        floor.queues.seek(queue, work)
    elif work.state is WorkState.OFFERED:
        offers.ring_on(floor, work, queue)
