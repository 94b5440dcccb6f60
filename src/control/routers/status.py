"""The figures of the whole program."""

from __future__ import annotations

from fastapi import APIRouter

from control.dependencies import ServedCentre
from control.schemas.status import Status

router = APIRouter(prefix="/status", tags=["status"])


@router.get("")
async def get_status(centre: ServedCentre) -> Status:
    """Calls, legs, ports, transactions, agents: what the program holds now."""
    return centre.status()
