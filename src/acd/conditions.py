"""When a queue takes nobody in, and when it lets those go who wait."""

from __future__ import annotations

from acd import callbacks, matching, offers
from acd.channels import PRESENT
from acd.decisions import Overflow, Refuse, TurnedAwayCause, WithdrawalCause
from acd.events import QueueOpened
from acd.floor import Floor
from acd.model import CALLBACK_TARGET, Channel, OverflowCause
from acd.records import AgentRecord, OpenedSite, WorkRecord, WorkState
from acd.waiting import AgentGroup, WaitingQueue


def barred(floor: Floor, work: WorkRecord, queue: WaitingQueue) -> OverflowCause | None:
    """Why work that just came may not wait here; None where it may, or need not wait at all.

    Where nobody is there who waits, as of callbacks, e-mails and tasks, work always may.
    """
    config = queue.config
    if work.item.channel not in PRESENT:
        return None
    if not queue.open:
        return OverflowCause.CLOSED
    if config.max_length is None and config.max_expected_wait_s is None and config.overflow is None:
        return None
    when = config.overflow.when if config.overflow is not None else ()
    full = config.max_length is not None and queue.length >= config.max_length
    limited = config.max_expected_wait_s is not None or OverflowCause.SERVICE_LEVEL in when
    if not (full or limited or OverflowCause.NO_AGENTS in when) or _served_at_once(floor, work, queue):
        return None
    if full:
        return OverflowCause.FULL
    if OverflowCause.NO_AGENTS in when and not queue.logged_in:
        return OverflowCause.NO_AGENTS
    expected = floor.expected(queue, queue.length)
    if expected is None:
        return None
    if config.max_expected_wait_s is not None and expected.p50 > config.max_expected_wait_s:
        return OverflowCause.EXPECTED_WAIT
    aim = config.service_level
    at_risk = queue.counters.recent_in_time < aim.target and expected.p50 > aim.threshold_s
    return OverflowCause.SERVICE_LEVEL if at_risk and OverflowCause.SERVICE_LEVEL in when else None


def open_site(floor: Floor, work: WorkRecord, queue: WaitingQueue, cause: OverflowCause, now: float) -> bool:
    """Whether agents of the site that the queue overflows to for this cause may be offered work from now on, or might
    already. Where nobody is there, that is no help, and the work is treated as without an overflow: but for a service
    level at risk, which bars nobody by itself."""
    overflow = queue.config.overflow
    if overflow is None or overflow.site is None or cause not in overflow.when or cause is OverflowCause.FULL:
        return False
    if work.opened is None:
        if not queue.beyond and cause is not OverflowCause.SERVICE_LEVEL:
            return False
        _open(floor, work, queue, overflow.site, cause, now)
    return True


def measure_anew(work: WorkRecord, queue: WaitingQueue) -> None:
    """Close a site to work, which stands in no line, that its queue does not overflow to (for that cause) any more."""
    opened, overflow = work.opened, queue.config.overflow
    if opened is not None and (overflow is None or overflow.site != opened.site or opened.cause not in overflow.when):
        work.opened = None


def end_unserved(floor: Floor, work: WorkRecord, cause: OverflowCause, now: float) -> None:
    """Send work to the queue's overflow target, or turn it away where there is none for this cause."""
    queue = floor.queue_of(work)
    overflow = queue.config.overflow
    to = overflow.to if overflow is not None and cause in overflow.when and overflow.site is None else None
    if to == CALLBACK_TARGET and work.item.channel is Channel.VOICE and work.item.caller:
        callbacks.convert(floor, work, "", None, now)
        matching.seek_agent(floor, work, now)
        return
    if to == CALLBACK_TARGET:
        to = None
    floor.note_unserved(work, cause, to or "", now)
    if to is None:
        queue.counters.refused += 1
        floor.decisions.append(Refuse(work.item.id, TurnedAwayCause(cause)))
        floor.dismiss(work, WorkState.REFUSED)
    else:
        queue.counters.overflowed += 1
        floor.decisions.append(Overflow(work.item.id, to))
        floor.dismiss(work, WorkState.OVERFLOWED)


def let_go(
    floor: Floor, work: WorkRecord, cause: OverflowCause, withdrawal: WithdrawalCause, now: float
) -> list[AgentRecord]:
    """End the wait of one in line; the agents for whom it rang, to seek other work."""
    agents = offers.interrupt(floor, work, withdrawal, now)
    floor.queues.stop_seeking(floor.queue_of(work), work)
    end_unserved(floor, work, cause, now)
    return agents


def deserted(floor: Floor, group: AgentGroup, now: float) -> None:
    """An agent of this group is not logged in any more: queues that she was the last one of may let their line go."""
    for queue, seat in group.places:
        if seat.serves and not queue.logged_in:
            _clear(floor, queue, OverflowCause.NO_AGENTS, now)


def queue_opened(floor: Floor, event: QueueOpened, now: float) -> None:
    queue = floor.queues.get(event.queue)
    if queue is None or queue.open is event.open:
        return
    queue.open = event.open
    floor.changed_queues.add(queue.id)
    if not event.open:
        _clear(floor, queue, OverflowCause.CLOSED, now)


def _clear(floor: Floor, queue: WaitingQueue, cause: OverflowCause, now: float) -> None:
    overflow = queue.config.overflow
    if overflow is None or cause not in overflow.when:
        return  # those who were let in are served
    if overflow.site is not None:
        _open_to_all(floor, queue, overflow.site, cause, now)
        return
    freed: list[AgentRecord] = []
    for work in queue.present:
        if work.item.channel in PRESENT:
            freed += let_go(floor, work, cause, WithdrawalCause.QUEUE_LEFT, now)
    matching.seek_work_in_turn(floor, freed, now)


def _open_to_all(floor: Floor, queue: WaitingQueue, site: str, cause: OverflowCause, now: float) -> None:
    """Open a site to all who wait, whoever is there at present: they wait on in any case."""
    works = [work for work in queue.present if work.item.channel in PRESENT and work.opened is None]
    for work in works:
        _open(floor, work, queue, site, cause, now)
        floor.limit(work, queue)
    for work in sorted(works, key=lambda work: work.key):
        matching.seek_further(floor, work, queue, now)


def _open(floor: Floor, work: WorkRecord, queue: WaitingQueue, site: str, cause: OverflowCause, now: float) -> None:
    floor.queues.stop_seeking(queue, work)
    work.opened = OpenedSite(site, now, cause)


def _served_at_once(floor: Floor, work: WorkRecord, queue: WaitingQueue) -> bool:
    channel = work.item.channel
    if any(floor.roster.free_for(agent, channel) for agent in work.preferred):
        return True
    return queue.best(work) is not None
