"""The countries that were ever called, kept in Redis so that the first call to each is told once.

One key a country, ``centrala:country:<ISO 3166>``, for good.
"""

from __future__ import annotations

import logging
from typing import Any

from msgspec import DecodeError, Struct, msgpack
from redis.asyncio import Redis

from control.live.writer import KeyWriter, Value

log = logging.getLogger(__name__)

PREFIX = "centrala:country:"


class FirstCall(Struct, frozen=True):
    """The first call to a country."""

    country: str
    at: float
    call: str
    account: str
    """On whose behalf it went out."""
    number: str


class StoredCountries:
    """First calls over Redis."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._writer = KeyWriter(client, "countries")

    def save(self, first: FirstCall) -> None:
        """Keep the first call to a country."""
        self._writer.put(PREFIX + first.country, Value(msgpack.encode(first), None))

    async def load(self) -> list[FirstCall]:
        """All that are kept: a few hundred at most. Raises redis.RedisError."""
        keys = [key async for key in self._client.scan_iter(match=PREFIX + "*", count=500)]
        values: Any = await self._client.mget(keys) if keys else ()
        return [first for value in values if value is not None and (first := _read(value)) is not None]

    async def flush(self) -> None:
        """Return when everything said so far is in Redis."""
        await self._writer.flush()

    async def stop(self, timeout_s: float = 5.0) -> None:
        """Write what is left; give up with one log line when Redis does not answer in time."""
        await self._writer.stop(timeout_s)


def _read(value: bytes) -> FirstCall | None:
    try:
        return msgpack.decode(value, type=FirstCall)
    except DecodeError as error:
        log.warning("a stored country cannot be read and is left out: %s", error)
        return None
