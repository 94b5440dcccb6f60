"""Places in line: what orders work, across all queues, and whom a place is kept for.

One score orders everything: the instant from which the waiting counts, less ``PRIORITY_S`` for each point of priority.
Two pieces of work that wait both gain a second a second, so the order between them stands still.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from acd.model import Queue, WorkItem
from acd.records import Visitor

PRIORITY_S = 60.0
"""What a point of priority is worth, in seconds of waiting."""
DUE_LEAD_S = 600.0
"""How long before it is due a task takes its place among those who arrive then."""
KEPT = 20_000
"""Customers who are remembered at a time."""


def place(queue: Queue, item: WorkItem, since: float) -> float:
    """The score of work whose waiting counts from ``since``; the lowest is served first."""
    counts_from = since if item.due_at is None else item.due_at - DUE_LEAD_S
    if queue.count_ivr:
        counts_from -= item.ivr_s
    points = queue.priority + item.priority
    if queue.vip and item.caller and item.caller.startswith(queue.vip):
        points += queue.vip_priority
    return counts_from - PRIORITY_S * points


class Memory:
    """What is remembered of customers, for a time; the longest unused are forgotten first."""

    def __init__(self, visitors: Iterable[tuple[str, Visitor]] = ()) -> None:
        self._visitors = OrderedDict(visitors)

    def remember(self, customer: str, value: str | float, now: float) -> None:
        self._visitors[customer] = Visitor(now, value)
        self._visitors.move_to_end(customer)
        if len(self._visitors) > KEPT:
            self._visitors.popitem(last=False)

    def recall(self, customer: str, within_s: float, now: float) -> str | float | None:
        """What was remembered, if it is not older than ``within_s``."""
        visitor = self._visitors.get(customer)
        return visitor.value if visitor is not None and now - visitor.at <= within_s else None

    def forget(self, customer: str) -> None:
        self._visitors.pop(customer, None)

    def items(self) -> dict[str, Visitor]:
        """Everything, for a snapshot."""
        return dict(self._visitors)


def customer_of(queue: str, caller: str) -> str:
    """Under what a caller is remembered in a queue."""
    return f"{queue} {caller}"
