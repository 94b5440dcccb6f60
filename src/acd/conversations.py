"""From the agent's answer to the end of her wrap-up."""

from __future__ import annotations

from acd import duty, matching, offers
from acd.agent import AgentState, Step, next_state
from acd.channels import YIELDING
from acd.decisions import Connect, DialBack, Suspend, TakeUp, WithdrawalCause
from acd.events import WrapUpEnded
from acd.floor import Floor
from acd.model import Channel
from acd.places import customer_of
from acd.records import AgentRecord, Assignment, WorkRecord, WorkState
from acd.strategies.least_occupied import note_occupancy
from acd.strategies.least_talk_time import note_talk
from acd.waiting import WaitingQueue

_WRAP_UP = AgentState.WRAP_UP
_AFTER_WRAP_UP = next_state(AgentState.WRAP_UP, Step.WRAPPED_UP)


def accepted(floor: Floor, work_id: str, agent_id: str, now: float) -> None:
    """The agent took the offer; whoever else it rang for is free again."""
    found = offers.standing(floor, work_id, agent_id)
    if found is None:
        return
    work, agent, assignment = found
    queue, item = floor.queue_of(work), work.item
    calls_back = item.channel is Channel.CALLBACK
    if calls_back:
        work.attempts += 1
        floor.decisions.append(DialBack(item.id, agent_id, item.number or item.caller, work.attempts))
    else:
        floor.decisions.append(Connect(item.id, agent_id))
    others = [one for one in floor.holders(work) if one is not agent]
    for other in others:
        offers.withdraw(floor, work, other, WithdrawalCause.ANSWERED_ELSEWHERE, now)
    offers.end_trace(work, agent, WorkState.CONNECTED, now)
    agent.free, agent.missed = None, 0
    agent.calls += 1
    assignment.connected_at = now
    floor.clear_timer(assignment)
    floor.clear_timer(work)
    floor.step(agent, assignment, Step.CONNECTED, now)
    if calls_back:
        work.state = WorkState.DIALLING
        floor.queues.stop_seeking(queue, work)
    else:
        answered(floor, work, queue, now)
    _suspend_others(floor, agent, assignment, now)
    floor.roster.sweep(agent)
    matching.seek_work(floor, agent, now)
    matching.seek_work_in_turn(floor, others, now)


def answered(floor: Floor, work: WorkRecord, queue: WaitingQueue | None, now: float) -> None:
    """Customer and agent have found each other: the wait is over."""
    work.state = WorkState.CONNECTED
    if queue is None:
        return  # removed while the customer was called
    floor.queues.leave(queue, work)
    wait_s, counters = now - work.item.arrived_at, queue.counters
    counters.answer(wait_s, queue.config.service_level.threshold_s)
    counters.pace(now, queue.length > 0, queue.staffed)
    if work.expected is not None:
        counters.judge(work.expected, now - work.entered_at)
    floor.changed_queues.add(queue.id)


def held(floor: Floor, work_id: str, held: bool, now: float) -> None:
    """Connected work was put on hold, or taken back."""
    work = floor.works.get(work_id)
    if work is None or work.state is not WorkState.CONNECTED:
        return
    for agent in floor.holders(work):
        assignment = agent.assignments.get(work_id)
        if assignment is None:
            continue
        if held and assignment.state is AgentState.TALKING:
            floor.step(agent, assignment, Step.HELD, now)
        elif not held and assignment.state is AgentState.HELD:
            floor.step(agent, assignment, Step.RESUMED, now)


def ended(floor: Floor, work: WorkRecord, now: float) -> None:
    """Connected work is over; the wrap-up of her queue begins, and ends at once when it has none."""
    queue, item = floor.queues.get(work.item.queue), work.item
    agents = floor.holders(work)
    floor.dismiss(work, WorkState.ANSWERED)
    for agent in agents:
        assignment = agent.assignments.get(item.id)
        if assignment is None:
            continue
        note_talk(agent, assignment.connected_at or now, now)
        assignment.ended_at, assignment.suspended = now, False
        floor.step(agent, assignment, Step.ENDED, now)
        # The same work may come again, and to her, before she is done.
        del agent.assignments[item.id]
        assignment.key = f"{item.id} {floor.next_serial()}"
        agent.assignments[assignment.key] = assignment
        if queue is not None and queue.config.sticky_s > 0 and item.caller:
            floor.served_by.remember(customer_of(queue.id, item.caller), agent.profile.id, now)
        if queue is not None and queue.config.wrap_up_s > 0:
            floor.set_timer(assignment, now + queue.config.wrap_up_s)
        else:
            wrapped_up(floor, agent, assignment, now)


def wrapped_up(floor: Floor, agent: AgentRecord, assignment: Assignment, now: float) -> None:
    """The agent is done with a piece of work, and takes up what had yielded to it."""
    _wrapped_up(floor, agent, assignment, floor.queues.get(assignment.queue), now)


def _wrapped_up(
    floor: Floor, agent: AgentRecord, assignment: Assignment, queue: WaitingQueue | None, now: float
) -> None:
    assignment.timer, assignment.state = None, _AFTER_WRAP_UP
    if queue is not None and assignment.connected_at is not None:
        queue.counters.handle(now - assignment.connected_at)
    released(floor, agent, assignment, now)


def released(floor: Floor, agent: AgentRecord, assignment: Assignment, now: float) -> None:
    """An agent has nothing to do with a piece of work any more."""
    del agent.assignments[assignment.key]
    if not (agent.assignments or agent.engaged) and agent.pending is None:
        # As a rule she finds something at once, and is settled by it; what she did until now counts all the same.
        note_occupancy(agent, True, now)
        if not matching.seek_work(floor, agent, now):
            floor.settle(agent, now)
        return
    floor.settle(agent, now)
    if not agent.assignments:
        duty.settle_pending(floor, agent, now)
    elif all(one.channel in YIELDING for one in agent.assignments.values()):
        _take_up(floor, agent, now)
    matching.seek_work(floor, agent, now)


def wrap_up_ended(floor: Floor, event: WrapUpEnded, now: float) -> None:
    """The agent says that she is done, or a supervisor does; her queue may not let her go yet."""
    agent = floor.roster.get(event.agent)
    if agent is None:
        return
    for one in tuple(agent.assignments.values()):
        if one.state is _WRAP_UP:
            queue = floor.queues.get(one.queue)
            shortest_s = queue.config.wrap_up_min_s if queue is not None and not event.forced else 0.0
            if one.ended_at is None or now - one.ended_at >= shortest_s:
                _wrapped_up(floor, agent, one, queue, now)


def wrap_up_extended(floor: Floor, agent_id: str, by_s: float, now: float) -> None:
    """The agent needs more time, and gets as much as her queue grants."""
    agent = floor.roster.get(agent_id)
    if agent is None:
        return
    for one in agent.assignments.values():
        if one.state is AgentState.WRAP_UP and one.timer is not None and one.ended_at is not None:
            due = one.timer[0] + max(by_s, 0.0)
            queue = floor.queues.get(one.queue)
            if queue is not None and queue.config.wrap_up_max_s is not None:
                due = max(min(due, one.ended_at + queue.config.wrap_up_max_s), one.timer[0])
            floor.set_timer(one, due)


def _suspend_others(floor: Floor, agent: AgentRecord, taken: Assignment, now: float) -> None:
    if taken.channel in YIELDING or len(agent.assignments) == 1:
        return
    for one in agent.assignments.values():
        if one.channel in YIELDING and one.state is AgentState.TALKING:
            one.suspended = True
            floor.step(agent, one, Step.HELD, now)
            floor.decisions.append(Suspend(one.work, agent.profile.id))


def _take_up(floor: Floor, agent: AgentRecord, now: float) -> None:
    for one in agent.assignments.values():
        if one.suspended:
            one.suspended = False
            if one.state is AgentState.HELD:
                floor.step(agent, one, Step.RESUMED, now)
            floor.decisions.append(TakeUp(one.work, agent.profile.id))
