"""The pages: plain files, served under a policy that lets nothing else run."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.responses import FileResponse
from starlette.staticfiles import StaticFiles

PAGES = Path(__file__).parent.parent / "pages"

router = APIRouter(include_in_schema=False)


@router.get("/")
async def status_page() -> FileResponse:
    """Queues, agents and calls; the data comes over the API with the visitor's own key."""
    return FileResponse(PAGES / "status.html")


@router.get("/docs")
async def docs_page() -> FileResponse:
    """The API's documentation, drawn from the OpenAPI document."""
    return FileResponse(PAGES / "docs.html")


def mount_static(app: FastAPI) -> None:
    """Serve the styles and scripts of the pages."""
    app.mount("/static", StaticFiles(directory=PAGES / "static"), name="static")
