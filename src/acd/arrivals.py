"""Work comes in, and moves on while it waits: by time, by another priority, to a callback."""

from __future__ import annotations

from msgspec.structs import replace

from acd import callbacks, conditions, matching, offers
from acd.agent import PRESENCE
from acd.decisions import Refuse, TurnedAwayCause, WithdrawalCause
from acd.events import CallbackRequested, WorkArrived, WorkReprioritised
from acd.floor import Floor
from acd.model import Channel, OverflowCause
from acd.places import customer_of, place
from acd.records import WorkRecord, WorkState
from acd.waiting import WaitingQueue


def arrived(floor: Floor, event: WorkArrived, now: float) -> None:
    item = event.work
    if item.id in floor.works:
        return
    queue = floor.queues.get(item.queue)
    work = WorkRecord(item=item, entered_at=now, serial=floor.next_serial(), since=item.arrived_at)
    if queue is None:
        floor.decisions.append(Refuse(item.id, TurnedAwayCause.NO_SUCH_QUEUE))
        return
    queue.counters.offered += 1
    _prepare(floor, work, queue, now)
    floor.works[item.id] = work
    if item.not_before is not None and item.not_before > now:
        work.state = WorkState.SCHEDULED
        floor.enter(work, queue)
        floor.limit(work, queue)
        return
    floor.open_channel(work, queue)
    cause = conditions.barred(floor, work, queue)
    floor.queues.enter(queue, work)
    floor.changed_queues.add(queue.id)
    if cause is not None and not conditions.open_site(floor, work, queue, cause, now):
        conditions.end_unserved(floor, work, cause, now)
        return
    floor.limit(work, queue)
    _first_search(floor, work, queue, now)


def due(floor: Floor, work: WorkRecord, now: float) -> None:
    """Something changes for waiting work by itself."""
    queue = floor.queue_of(work)
    if work.state is WorkState.SCHEDULED:
        work.state, work.entered_at = WorkState.WAITING, now
        floor.limit(work, queue)
        matching.seek_agent(floor, work, now)
        return
    ends = floor.wait_ends(work, queue)
    if ends is not None and ends <= now and not conditions.open_site(floor, work, queue, OverflowCause.MAX_WAIT, now):
        freed = conditions.let_go(floor, work, OverflowCause.MAX_WAIT, WithdrawalCause.MAX_WAIT, now)
        matching.seek_work_in_turn(floor, freed, now)
        return
    floor.queues.stop_seeking(queue, work)
    if work.reserved_until is not None and work.reserved_until <= now:
        work.reserved_until = None
    while work.step + 1 < len(queue.timeline) and work.entered_at + queue.timeline[work.step + 1] <= now:
        work.step += 1
    floor.limit(work, queue)
    matching.seek_further(floor, work, queue, now)


def reprioritised(floor: Floor, event: WorkReprioritised, now: float) -> None:
    work = floor.works.get(event.work)
    if work is None or work.state in (WorkState.CONNECTED, WorkState.DIALLING):
        return
    queue = floor.queue_of(work)
    floor.queues.stop_seeking(queue, work)
    work.item = replace(work.item, priority=event.priority)
    work.place = place(queue.config, work.item, work.since)
    if work.state is WorkState.WAITING:
        floor.queues.seek(queue, work)
    elif work.state is WorkState.OFFERED:
        offers.ring_on(floor, work, queue)


def callback_requested(floor: Floor, event: CallbackRequested, now: float) -> None:
    work = floor.works.get(event.work)
    if work is None or work.item.channel is not Channel.VOICE:
        return
    if work.state not in (WorkState.WAITING, WorkState.OFFERED):
        return
    freed = callbacks.convert(floor, work, event.number, event.not_before, now)
    if work.state is WorkState.WAITING:
        matching.seek_agent(floor, work, now)
    matching.seek_work_in_turn(floor, freed, now)


def _prepare(floor: Floor, work: WorkRecord, queue: WaitingQueue, now: float) -> None:
    """Where work stands in line, and whom it is for."""
    item, config = work.item, queue.config
    preferred, limit_s = item.preferred, item.preferred_s
    if item.caller and (config.resume_s or config.sticky_s):
        customer = customer_of(queue.id, item.caller)
        left = floor.left_places.recall(customer, config.resume_s, now) if config.resume_s else None
        if isinstance(left, float):
            work.since = min(work.since, left)
            floor.left_places.forget(customer)
        last = floor.served_by.recall(customer, config.sticky_s, now) if config.sticky_s and not preferred else None
        if isinstance(last, str):
            preferred, limit_s = (last,), config.preferred_wait_s
    work.place = place(config, item, work.since)
    if preferred and any(_logged_in(floor, agent) for agent in preferred):
        work.preferred, work.reserved_until = preferred, now + limit_s


def _first_search(floor: Floor, work: WorkRecord, queue: WaitingQueue, now: float) -> None:
    if work.reserved_until is not None and work.reserved_until <= now:
        # Asked first, but not waited for.
        if any(floor.roster.free_for(agent, work.item.channel) for agent in work.preferred):
            matching.seek_agent(floor, work, now)
            return
        work.reserved_until = None
        floor.limit(work, queue)
    if not matching.seek_agent(floor, work, now):
        expected = floor.expected(queue, queue.length - 1)
        work.expected = (expected.p50, expected.p80) if expected is not None else None


def _logged_in(floor: Floor, agent_id: str) -> bool:
    agent = floor.roster.get(agent_id)
    return agent is not None and PRESENCE[agent.status].logged_in
