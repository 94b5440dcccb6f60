"""The HTTP application: routers, problems, pages, and what stands before them."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import APIRouter, Depends, FastAPI, Security
from fastapi.security import HTTPBearer

from control.auth import Keys, RequireKey
from control.browsers import BrowserHeaders
from control.dependencies import Context
from control.guard import BodyLimit, Guard
from control.parameters import refuse_unknown_parameters
from control.ports import Centre
from control.problems import install_problems
from control.prompt_files import LARGEST_UPLOAD
from control.routers import (
    agents,
    bans,
    calendars,
    callbacks,
    calls,
    campaigns,
    cdrs,
    conferences,
    dialing,
    dnc,
    events,
    flows,
    handling,
    health,
    imports,
    ladder,
    leads,
    ledger,
    music,
    pages,
    prompts,
    queues,
    recordings,
    reports,
    routes,
    sites,
    skills,
    status,
    supervision,
    trunks,
    voicemails,
    work,
)
from control.routers.declaring import PROBLEM

LARGEST_LIST = 4 * 2**30
"""Octets of a list of numbers: more than any country has people."""
LARGEST_BODY = 1_000_000
"""Octets; the largest document, an agent with 500 skills, takes a tenth of it."""

_NOUNS = (
    *(skills, agents, queues, flows, routes, trunks, prompts, music, sites, calendars),
    *(campaigns, dialing, imports, leads, reports, ledger, dnc),
    *(calls, handling, supervision, ladder, cdrs, work, callbacks, voicemails, recordings, conferences, bans, status),
)

_LARGER = {
    "/api/v1/prompts/*": LARGEST_UPLOAD,
    "/api/v1/campaigns/*/leads": LARGEST_LIST,
    "/api/v1/dnc/import": LARGEST_LIST,
}


def create_app(centre: Centre, keys: Keys, *, realm: str, region: str) -> FastAPI:
    """The application for one centre.

    ``realm`` is what agents' phones authenticate for, ``region`` the ISO 3166 country of numbers without ``+``.
    """
    app = FastAPI(
        title="Centrala",
        version=version("centrala"),
        summary="An open contact-centre switch",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.context = Context(centre, centre.configuration, keys, realm, region)
    # The key was checked by RequireKey; here it is only told to readers of the OpenAPI document.
    api = APIRouter(
        prefix="/api/v1",
        dependencies=[
            Security(HTTPBearer(auto_error=False, scheme_name="API key")),
            Depends(refuse_unknown_parameters),
        ],
        responses={
            401: PROBLEM | {"description": "No API key, or an unknown one"},
            422: PROBLEM | {"description": "A field is unknown or cannot be accepted"},
        },
    )
    for noun in _NOUNS:
        api.include_router(noun.router)
    app.include_router(api)
    app.include_router(events.router, prefix="/api/v1")
    app.include_router(health.router)
    app.include_router(recordings.listening)
    app.include_router(pages.router)
    pages.mount_static(app)
    install_problems(app)
    # The last one added stands outermost.
    app.add_middleware(BodyLimit, octets=LARGEST_BODY, larger=_LARGER)
    app.add_middleware(RequireKey, keys=keys)
    app.add_middleware(BrowserHeaders)
    app.add_middleware(Guard)
    return app
