"""What may be asked of a call that stands: hold it, take it back."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from control.dependencies import ServedCentre
from control.routers.declaring import BODY, FOUND, PROBLEM
from control.schemas.call import SideAsked

router = APIRouter(prefix="/calls/{id}", tags=["calls"])

ASKED: dict[int | str, dict[str, Any]] = (
    BODY | FOUND | {409: PROBLEM | {"description": "The call's present state does not allow it"}}
)


@router.post("/hold", status_code=204, responses=ASKED)
async def hold_call(id: str, centre: ServedCentre, body: SideAsked | None = None) -> None:
    """Keep the customer waiting: music is heard until `resume`."""
    centre.handling.hold(id, body.agent if body else None)


@router.post("/resume", status_code=204, responses=ASKED)
async def resume_call(id: str, centre: ServedCentre, body: SideAsked | None = None) -> None:
    """Take the customer back. A hold by the phone's own key is ended by that phone alone."""
    centre.handling.resume(id, body.agent if body else None)
