"""Callbacks on the wire."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field

from control.leftovers import CallbackRequest
from control.schemas.common import Declared, Instant, Shown, Slug


class CallbackAsked(Declared):
    """Somebody is to be called."""

    queue: Slug
    number: Annotated[str, Field(pattern=r"^\+?[0-9]{3,32}$")]
    name: Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    at: Annotated[AwareDatetime, Field(strict=False)] | None = Field(
        default=None, description="Not before; absent: when it is the turn of one who calls now."
    )
    agent: Slug | None = Field(
        default=None, description="Who is asked first, for the queue's `routing.preferred_wait_s`."
    )
    priority: Annotated[int, Field(ge=-1000, le=1000)] = Field(default=0, description="Each point is worth a minute.")


class CallbackShown(Shown):
    """Somebody wants to be called back."""

    id: str = Field(description="Its work's id, for `/calls/{id}/why`: the call in which it was asked for, if any.")
    queue: str
    number: str
    name: str
    asked_at: Instant
    done: bool
    at: Instant | None
    attempts: int = Field(description="How often the number was dialled.")
    result: str = Field(
        description="What came of it last: `answered`, `busy`, `no_answer`, `cancelled`, `marked` and so on; or empty."
    )
    state: str = Field(description="`scheduled`, `waiting`, `offered`, `dialling`, `connected` or `done`.")


class CallbackChanged(Declared):
    """What may be changed of it."""

    done: bool


def callback_shown(request: CallbackRequest, state: str) -> CallbackShown:
    """A request, and where it stands."""
    return CallbackShown(
        id=request.id,
        queue=request.queue,
        number=request.number,
        name=request.name,
        asked_at=request.asked_at,
        done=request.done,
        at=request.at,
        attempts=request.attempts,
        result=request.result,
        state=state,
    )
