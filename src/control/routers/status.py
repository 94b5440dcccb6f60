"""The figures of the whole program."""

from __future__ import annotations

from control.dependencies import ServedCentre
from control.routers.declaring import DESCRIBED, api_router
from control.schemas.status import Status

router = api_router("/status", "status")


@router.get("", responses=DESCRIBED)
async def get_status(centre: ServedCentre) -> Status:
    """Calls, legs, ports, transactions, agents: what the program holds now."""
    return centre.status()
