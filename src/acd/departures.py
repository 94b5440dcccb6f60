"""Work leaves: its customer is gone, it is over, it is called off, or a callback was answered or not."""

from __future__ import annotations

from msgspec.structs import replace

from acd import conversations, matching, offers
from acd.agent import Step
from acd.callbacks import STEPS, CallbackStep
from acd.decisions import Overflow, Refuse, TurnedAwayCause, WithdrawalCause
from acd.events import WorkDiverted
from acd.floor import Floor
from acd.model import Channel
from acd.places import customer_of
from acd.records import AgentRecord, WorkRecord, WorkState


def left(floor: Floor, work_id: str, now: float, *, hung_up: bool) -> None:
    """The customer is gone (``hung_up``), or the work is over. Whichever is said, the work's state knows what it means:
    a caller may hang up in the very instant in which an agent answers."""
    work = floor.works.get(work_id)
    if work is None:
        return
    if work.state is WorkState.CONNECTED:
        conversations.ended(floor, work, now)
    elif work.state is WorkState.DIALLING:
        if not hung_up:
            missed(floor, work, now)
    elif work.item.channel is not Channel.CALLBACK:
        _gone(floor, work, WorkState.ABANDONED, WithdrawalCause.ABANDONED, now)


def withdrawn(floor: Floor, work_id: str, now: float) -> None:
    """Work that waits is no longer to be done."""
    work = floor.works.get(work_id)
    if work is not None and work.state not in (WorkState.CONNECTED, WorkState.DIALLING):
        _gone(floor, work, WorkState.WITHDRAWN, WithdrawalCause.WITHDRAWN, now)


def diverted(floor: Floor, event: WorkDiverted, now: float) -> None:
    """The caller chose something else than to wait on, or the customer of a callback is led there."""
    work = floor.works.get(event.work)
    if work is None or work.state is WorkState.CONNECTED:
        return
    queue = floor.queues.get(work.item.queue)
    held = floor.holders(work) if work.state is WorkState.DIALLING else []
    freed = offers.interrupt(floor, work, WithdrawalCause.DIVERTED, now)
    if queue is not None:
        queue.counters.overflowed += 1
    floor.note_unserved(work, "diverted", event.to, now)
    floor.decisions.append(Overflow(work.item.id, event.to))
    floor.dismiss(work, WorkState.OVERFLOWED)
    _release(floor, held, work, now)
    matching.seek_work_in_turn(floor, freed, now)


def callback_connected(floor: Floor, work_id: str, now: float) -> None:
    work = floor.works.get(work_id)
    if work is not None and (work.state, CallbackStep.REACHED) in STEPS:
        conversations.answered(floor, work, floor.queues.get(work.item.queue), now)


def callback_failed(floor: Floor, work_id: str, now: float) -> None:
    work = floor.works.get(work_id)
    if work is not None and work.state is WorkState.DIALLING:
        missed(floor, work, now)


def missed(floor: Floor, work: WorkRecord, now: float) -> None:
    """The customer was not reached: the agent is free for others, the callback tried later or given up."""
    queue = floor.queues.get(work.item.queue)
    agents = floor.holders(work)
    work.agents = []
    if queue is None:
        floor.decisions.append(Refuse(work.item.id, TurnedAwayCause.QUEUE_REMOVED))
        floor.dismiss(work, WorkState.REFUSED)
    elif work.attempts < queue.config.callback_attempts:
        work.state = STEPS[work.state, CallbackStep.MISSED]
        work.item = replace(work.item, not_before=now + queue.config.callback_retry_s)
        floor.limit(work, queue)
    else:
        queue.counters.abandon(now - work.item.arrived_at)
        floor.dismiss(work, WorkState.ABANDONED)
    _release(floor, agents, work, now)


def _release(floor: Floor, agents: list[AgentRecord], work: WorkRecord, now: float) -> None:
    """Agents who waited for a customer's answer are free, and have nothing to wrap up."""
    for agent in agents:
        assignment = agent.assignments.get(work.item.id)
        if assignment is not None:
            floor.step(agent, assignment, Step.ENDED, now)
            floor.step(agent, assignment, Step.WRAPPED_UP, now)
            conversations.released(floor, agent, assignment, now)


def _gone(floor: Floor, work: WorkRecord, outcome: WorkState, cause: WithdrawalCause, now: float) -> None:
    queue, item = floor.queue_of(work), work.item
    freed = offers.interrupt(floor, work, cause, now)
    if outcome is WorkState.WITHDRAWN:
        queue.counters.withdrawn += 1
    else:
        queue.counters.abandon(now - item.arrived_at)
        if queue.config.resume_s and item.caller:
            floor.left_places.remember(customer_of(queue.id, item.caller), work.since, now)
    floor.dismiss(work, outcome)
    matching.seek_work_in_turn(floor, freed, now)
