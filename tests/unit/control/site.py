"""A fake centre behind a real HTTP server."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from tests.unit.control.fake_centre import KEY, FakeCentre

from control.app import create_app
from control.auth import Keys, digest_of
from control.store.store import Store


@dataclass
class Site:
    centre: FakeCentre
    address: str
    """Host and port."""

    async def has_listeners(self, count: int) -> None:
        """Wait until so many listen to the hub, for up to five seconds."""
        for _ in range(500):
            if self.centre.hub.listeners == count:
                return
            await asyncio.sleep(0.01)
        assert self.centre.hub.listeners == count


@asynccontextmanager
async def serve_fake_centre(folder: Path) -> AsyncIterator[Site]:
    store = await Store.open(f"sqlite+aiosqlite:///{folder / 'centrala.sqlite'}")
    centre = FakeCentre(store, folder)
    app = create_app(centre, Keys([digest_of(KEY)]), realm="centrala", region="RS")
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app,
        ws="websockets-sansio",
        lifespan="off",
        log_config=None,
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    host, port = listener.getsockname()
    try:
        yield Site(centre, f"{host}:{port}")
    finally:
        server.should_exit = True
        await serving
        listener.close()
        await centre.imports.stop()
        centre.hub.close()
        await store.close()
