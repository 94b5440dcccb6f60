"""Bans, kept in Redis so that they outlive a restart.

One key a source, ``centrala:ban:<source>``, which Redis itself lets go when the ban does not count any longer.
"""

from __future__ import annotations

import logging
from typing import Any

from msgspec import DecodeError, msgpack
from redis.asyncio import Redis

from control.live.writer import KeyWriter, Value
from pbx.guard.bans import Ban

log = logging.getLogger(__name__)

PREFIX = "centrala:ban:"
_PAGE = 500


class StoredBans:
    """A ``pbx.guard.guard.BanStore`` over Redis."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._writer = KeyWriter(client, "bans")

    def save(self, ban: Ban) -> None:
        """Keep a ban, and after its end the memory of it."""
        self._writer.put(PREFIX + ban.source, Value(msgpack.encode(ban), ban.forgotten_at))

    def remove(self, source: str) -> None:
        """Forget one."""
        self._writer.put(PREFIX + source, None)

    async def load(self) -> list[Ban]:
        """All that are kept. Raises redis.RedisError."""
        bans: list[Ban] = []
        keys = [key async for key in self._client.scan_iter(match=PREFIX + "*", count=_PAGE)]
        for start in range(0, len(keys), _PAGE):
            values: Any = await self._client.mget(keys[start : start + _PAGE])
            bans += [ban for value in values if value is not None and (ban := _read(value)) is not None]
        return bans

    async def flush(self) -> None:
        """Return when everything said so far is in Redis."""
        await self._writer.flush()

    async def stop(self, timeout_s: float = 5.0) -> None:
        """Write what is left; give up with one log line when Redis does not answer in time."""
        await self._writer.stop(timeout_s)


def _read(value: bytes) -> Ban | None:
    try:
        return msgpack.decode(value, type=Ban)
    except DecodeError as error:
        log.warning("a stored ban cannot be read and is left out: %s", error)
        return None
