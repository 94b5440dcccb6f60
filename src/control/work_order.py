"""Work without a telephone, as a value: a chat, an e-mail or a task, and what came of it."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from acd.model import Channel, WorkItem

Plain: TypeAlias = str | int | float | bool | None


class WorkOrder(Struct, frozen=True):
    """Somebody is to do something; times are seconds since the epoch."""

    id: str
    queue: str
    channel: Channel
    customer: str
    """By what the customer is known in the channel: a name, an address, a number; empty for nobody."""
    created_at: float
    subject: str = ""
    fields: dict[str, Plain] = {}
    """What else whoever does it should see."""
    priority: int = 0
    due_at: float | None = None
    not_before: float | None = None
    preferred: tuple[str, ...] = ()
    preferred_s: float | None = None
    """How long it waits for them alone; None: as long as its queue says."""
    done_at: float | None = None
    agent: str = ""
    """Who took it last."""
    result: str = ""
    """What came of it: as its agent says, or why it was turned away."""

    @property
    def done(self) -> bool:
        """Whether nobody has to do anything any more."""
        return self.done_at is not None

    def item(self, patience_s: float) -> WorkItem:
        """As the distributor knows it; what has to wait for an appointed time has waited from then on.

        ``patience_s`` is how long its queue lets work wait for preferred agents.
        """
        return WorkItem(
            id=self.id,
            queue=self.queue,
            arrived_at=max(self.created_at, self.not_before or 0.0),
            caller=self.customer,
            channel=self.channel,
            priority=self.priority,
            preferred=self.preferred,
            preferred_s=patience_s if self.preferred_s is None else self.preferred_s,
            due_at=self.due_at,
            not_before=self.not_before,
        )
