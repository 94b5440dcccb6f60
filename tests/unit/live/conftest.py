"""A real private server for each test, in its own data folder."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from control.live.connection import LiveStore


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[LiveStore]:
    store = await LiveStore.open(None, tmp_path)
    yield store
    await store.close()


@pytest.fixture
def client(live: LiveStore) -> Redis:
    return live.client
