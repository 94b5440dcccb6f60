from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import uvicorn

from control.app import create_app
from control.auth import Keys, digest_of
from control.store.store import Store
from tests.unit.control.fake_centre import FakeCentre

KEY = "a-key-for-tests"


class Site:
    """A fake centre behind a real HTTP server."""

    def __init__(self, centre: FakeCentre, url: str) -> None:
        self.centre = centre
        self.url = url


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'centrala.sqlite'}")
    centre = FakeCentre(store)
    app = create_app(centre, Keys([digest_of(KEY)]), realm="centrala", region="RS")
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(app, ws="websockets-sansio", lifespan="off", log_level="warning", timeout_graceful_shutdown=1)
    )
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    host, port = listener.getsockname()
    yield Site(centre, f"http://{host}:{port}")
    server.should_exit = True
    await serving
    listener.close()
    centre.hub.close()
    await store.close()
