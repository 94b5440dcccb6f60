"""For supervisors of processes: is it alive, is it ready, how does it do. Outside the API's version."""

from __future__ import annotations

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from control.dependencies import ServedCentre
from control.metrics import CentreCollector

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The event loop turns."""
    return {"status": "ok"}


@router.get("/readyz", responses={503: {"description": "Starting or draining"}})
async def readyz(centre: ServedCentre, response: Response) -> dict[str, str]:
    """Calls are taken."""
    if centre.ready():
        return {"status": "ready"}
    response.status_code = 503
    return {"status": "not ready"}


@router.get("/metrics", response_class=Response)
async def metrics(centre: ServedCentre) -> Response:
    """Figures for Prometheus; needs an API key like the rest."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(CentreCollector(centre))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
