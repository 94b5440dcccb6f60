"""The HTTP application: routers, problems, pages, and what stands before them."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import FastAPI

from control.auth import Keys, RequireKey
from control.browsers import BrowserHeaders
from control.dependencies import Context
from control.guard import BodyLimit, Guard
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
from control.routers.declaring import API

LARGEST_LIST = 4 * 2**30
"""Octets of a list of numbers: more than any country has people."""
LARGEST_BODY = 1_000_000
"""Octets; the largest document, an agent with 500 skills, takes a tenth of it."""

_NOUNS = (
    *(skills, agents, queues, flows, routes, trunks, prompts, music, sites, calendars),
    *(campaigns, dialing, imports, leads, reports, ledger, dnc),
    *(calls, handling, supervision, ladder, cdrs, work, callbacks, voicemails, recordings, conferences, bans, status),
)

_ROUTERS = (*(noun.router for noun in _NOUNS), events.router, health.router, recordings.listening, pages.router)

_LARGER = {
    f"{API}/prompts/*": LARGEST_UPLOAD,
    f"{API}/campaigns/*/leads": LARGEST_LIST,
    f"{API}/dnc/import": LARGEST_LIST,
}


def create_app(centre: Centre, keys: Keys, *, realm: str, region: str) -> FastAPI:
    """The application for one centre.

    ``realm`` is what agents' phones authenticate for, ``region`` the ISO 3166 country of numbers without ``+``.
    """
    app = FastAPI(
        title="Centrala",
        version=version("centrala"),
        summary="An open contact-centre switch",
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
        routes=[route for router in _ROUTERS for route in router.routes],
    )
    app.state.context = Context(centre, centre.configuration, keys, realm, region)
    pages.mount_static(app)
    install_problems(app)
    # The last one added stands outermost.
    app.add_middleware(BodyLimit, octets=LARGEST_BODY, larger=_LARGER)
    app.add_middleware(RequireKey, keys=keys)
    app.add_middleware(BrowserHeaders)
    app.add_middleware(Guard)
    return app
