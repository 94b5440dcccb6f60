from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from tests.unit.control.fake_centre import KEY, FakeCentre

from control.app import create_app
from control.auth import Keys, digest_of
from control.store.store import Store


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'centrala.sqlite'}")
    yield store
    await store.close()


@pytest.fixture
async def centre(store: Store, tmp_path: Path) -> AsyncIterator[FakeCentre]:
    centre = FakeCentre(store, tmp_path)
    yield centre
    await centre.dialer.stop()
    await centre.imports.stop()
    centre.hub.close()


@pytest.fixture
def app(centre: FakeCentre) -> FastAPI:
    return create_app(centre, Keys([digest_of(KEY)]), realm="centrala", region="RS")


@pytest.fixture
async def stranger(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client without a key."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://centre") as client:
        yield client


@pytest.fixture
async def api(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client with a key, within the API."""
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url="http://centre/api/v1",
        headers={"Authorization": f"Bearer {KEY}"},
    ) as client:
        yield client
