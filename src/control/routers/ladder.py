"""The SIP ladder of a call, to be read or looked at."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import PlainTextResponse
from starlette.responses import Response

from control.dependencies import ServedCentre
from control.errors import NotFound
from control.routers.declaring import FOUND, api_router
from control.schemas.ladder import Ladder, LadderStep
from pbx.ladder.drawing import draw

router = api_router("/calls", "calls")

DRAWN: dict[int | str, dict[str, Any]] = {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}


@router.get("/{id}/ladder", response_model=Ladder, responses=FOUND | DRAWN)
async def get_ladder(id: str, request: Request, centre: ServedCentre) -> Response | Ladder:
    """The SIP messages of a call in progress, or lately ended. With `Accept: text/plain` it is drawn."""
    steps = centre.ladder(id)
    if not steps:
        raise NotFound(f"no SIP messages are kept of a call {id}")
    if "text/plain" in request.headers.get("accept", ""):
        return PlainTextResponse(draw(steps))
    return Ladder(call=id, steps=[LadderStep.model_validate(step) for step in steps])
