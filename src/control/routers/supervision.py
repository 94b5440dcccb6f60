"""Supervisors of calls that stand: listen, whisper, barge in, take over."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

from control.dependencies import ServedCentre
from control.routers.declaring import FOUND, api_router
from control.routers.handling import ASKED
from control.schemas.call import SupervisionAsked
from control.schemas.common import Slug

router = api_router("/calls/{id}", "calls")


@router.post("/listen", status_code=202, responses=ASKED)
async def listen_to_call(id: str, body: SupervisionAsked, centre: ServedCentre) -> None:
    """Let a supervisor hear all, and be heard by nobody.

    The supervisor's phone rings; of one who is with the call already the mode is changed. So it is for `whisper`,
    `barge` and `take-over`, and by the phone's keys: 0 listens, 1 whispers, 2 barges in, 3 takes over.
    """
    centre.supervision.supervise(id, "listen", body.supervisor, body.agent)


@router.post("/whisper", status_code=202, responses=ASKED)
async def whisper_in_call(id: str, body: SupervisionAsked, centre: ServedCentre) -> None:
    """Let a supervisor hear all, and be heard by the agent alone."""
    centre.supervision.supervise(id, "whisper", body.supervisor, body.agent)


@router.post("/barge", status_code=202, responses=ASKED)
async def barge_into_call(id: str, body: SupervisionAsked, centre: ServedCentre) -> None:
    """Let a supervisor hear all, and be heard by all."""
    centre.supervision.supervise(id, "barge", body.supervisor, body.agent)


@router.post("/take-over", status_code=202, responses=ASKED)
async def take_call_over(id: str, body: SupervisionAsked, centre: ServedCentre) -> None:
    """Let a supervisor take the agent's place; the agent's part in the call ends as if she had given it away."""
    centre.supervision.supervise(id, "take_over", body.supervisor, body.agent)


@router.delete("/supervisors/{supervisor}", status_code=204, responses=FOUND)
async def dismiss_supervisor(
    id: str, supervisor: Annotated[Slug, Path(description="An agent, by id or extension.")], centre: ServedCentre
) -> None:
    """Take a supervisor out of a call, which goes on."""
    centre.supervision.dismiss(id, supervisor)
