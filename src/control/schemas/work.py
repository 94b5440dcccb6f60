"""Work on the wire: chats, e-mails, tasks, and the calls that share the line with them."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import AwareDatetime, Field

from acd.live import AtHand, WorkLive
from acd.model import Channel
from control.schemas.common import Declared, Instant, Shown, Slug
from control.work_order import WorkOrder

WorkId = Annotated[str, Field(pattern=r"^[A-Za-z0-9]([A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$")]
Priority = Annotated[int, Field(ge=-1000, le=1000)]
Line = Annotated[str, Field(max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$")]
Value: TypeAlias = Annotated[str, Field(max_length=10_000)] | int | Annotated[float, Field(allow_inf_nan=False)] | bool
Fields = Annotated[dict[Annotated[str, Field(min_length=1, max_length=64)], Value | None], Field(max_length=100)]


class WorkAsked(Declared):
    """Somebody is to do something."""

    id: WorkId | None = Field(default=None, description="Absent: one is made. One that is known is refused (409).")
    queue: Slug
    channel: Literal["chat", "email", "task", "callback"]
    customer: Annotated[str, Field(max_length=256, pattern=r"^[^\x00-\x1f\x7f]*$")] = Field(
        default="", description="Who it is for, as the channel knows them; for a `callback` the number to be called."
    )
    priority: Priority = Field(default=0, description="Each point is worth a minute of waiting.")
    due_at: Annotated[AwareDatetime, Field(strict=False)] | None = Field(
        default=None, description="When it has to be done: it takes its place among those who come shortly before."
    )
    not_before: Annotated[AwareDatetime, Field(strict=False)] | None = None
    preferred: Annotated[list[Slug], Field(max_length=20)] = Field(
        default_factory=list, description="Agents who are asked before all others, in this order."
    )
    preferred_s: Annotated[float, Field(ge=0, le=31_536_000, allow_inf_nan=False)] | None = Field(
        default=None, description="How long it waits for them alone; absent: the queue's `routing.preferred_wait_s`."
    )
    subject: Line = ""
    fields: Fields = Field(default_factory=dict, description="What else its agent should see.")


class WorkShown(Shown):
    """A piece of work. Of a call, `subject` and `fields` are empty."""

    id: str
    queue: str
    channel: Channel
    customer: str
    subject: str
    fields: dict[str, str | int | float | bool | None]
    created_at: Instant
    priority: int
    due_at: Instant | None
    not_before: Instant | None
    state: str = Field(
        description="`scheduled`, `waiting`, `offered`, `connected`, `held`, `suspended` (something more urgent came), "
        "`dialling` or `done`."
    )
    agents: list[str] = Field(description="Whom it is offered to, or who has it, or had it.")
    done_at: Instant | None
    result: str = Field(description="What came of it: as its agent says, `withdrawn`, `abandoned`, or why it left.")


class OfferTaken(Declared):
    """Which agent answers an offer."""

    agent: Slug


class WorkDone(Declared):
    """What came of it."""

    result: Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""


def work_shown(order: WorkOrder, live: WorkLive | None = None, held: AtHand | None = None) -> WorkShown:
    """An order, where it stands (``live``), and how who has it put it aside (``held``)."""
    if live is None:
        state, agents = "done", [order.agent] if order.agent else []
    else:
        state, agents = live.state, list(live.agents)
    if held is not None:
        state = "suspended" if held.suspended else "held"
    return WorkShown(
        id=order.id,
        queue=order.queue,
        channel=order.channel,
        customer=order.customer,
        subject=order.subject,
        fields=order.fields,
        created_at=order.created_at,
        priority=order.priority if live is None else live.priority,
        due_at=order.due_at,
        not_before=order.not_before if live is None else live.not_before,
        state=state,
        agents=agents,
        done_at=order.done_at,
        result=order.result,
    )
