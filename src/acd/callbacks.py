"""Callbacks: work whose customer is not on the line, and is called when its turn has come.

    SCHEDULED --DUE--> WAITING --OFFERED--> OFFERED --ACCEPTED--> DIALLING --REACHED--> CONNECTED
                         ^  ^                 |                      |
                         |  +----LET_GO-------+                      | MISSED
                         +---- DUE ---- SCHEDULED <------------------+

A callback shares the order of service with those on the line, and has the place that its call had. It is dialled by
DialBack alone, which follows from ACCEPTED, which is possible from OFFERED only: once an attempt, whoever answers twice
or late. A missed customer is tried again ``callback_retry_s`` later, at the old place, ``callback_attempts`` times.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec.structs import replace

from acd import offers
from acd.decisions import BecomeCallback, WithdrawalCause
from acd.floor import Floor
from acd.model import Channel
from acd.records import AgentRecord, WorkRecord, WorkState


class CallbackStep(StrEnum):
    """What happens to a callback."""

    DUE = "due"
    OFFERED = "offered"
    LET_GO = "let_go"
    ACCEPTED = "accepted"
    REACHED = "reached"
    MISSED = "missed"


STEPS: dict[tuple[WorkState, CallbackStep], WorkState] = {
    (WorkState.SCHEDULED, CallbackStep.DUE): WorkState.WAITING,
    (WorkState.WAITING, CallbackStep.OFFERED): WorkState.OFFERED,
    # Where everybody is asked at once it may be offered to one more.
    (WorkState.OFFERED, CallbackStep.OFFERED): WorkState.OFFERED,
    (WorkState.OFFERED, CallbackStep.LET_GO): WorkState.WAITING,
    (WorkState.OFFERED, CallbackStep.ACCEPTED): WorkState.DIALLING,
    (WorkState.DIALLING, CallbackStep.REACHED): WorkState.CONNECTED,
    (WorkState.DIALLING, CallbackStep.MISSED): WorkState.SCHEDULED,
}


def convert(floor: Floor, work: WorkRecord, number: str, not_before: float | None, now: float) -> list[AgentRecord]:
    """Let a caller who waits hang up and keep her place; the agents for whom it rang, to seek other work.

    The work is in no line afterwards: it is to be ``resume``d.
    """
    queue = floor.queue_of(work)
    agents = offers.interrupt(floor, work, WithdrawalCause.BECAME_CALLBACK, now)
    floor.queues.stop_seeking(queue, work)
    item = work.item
    number = number or item.number or item.caller
    work.item = replace(item, channel=Channel.CALLBACK, number=number, not_before=not_before)
    work.preferred, work.reserved_until = (), None
    floor.enter(work, queue)
    if not_before is not None and not_before > now:
        work.state = WorkState.SCHEDULED
    floor.decisions.append(BecomeCallback(item.id, number))
    floor.limit(work, queue)
    return agents
