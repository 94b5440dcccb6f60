"""Where the phones are: SIP bindings, kept in Redis so that they outlive a restart.

One key a binding, ``centrala:binding:<extension>:<contact>``, which Redis itself lets go when the binding expires.
Writes are grouped: one round trip a loop turn, the newest word about a binding wins.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from msgspec import DecodeError, Struct, msgpack
from redis import exceptions
from redis.asyncio import Redis

log = logging.getLogger(__name__)

PREFIX = "centrala:binding:"
RETRY_S = 1.0
_PAGE = 500


class StoredBinding(Struct, frozen=True):
    """One contact of an extension (RFC 3261 10.3), and the flow it was registered over."""

    contact: str
    """The contact URI."""
    call_id: str
    cseq: int
    expires_at: float
    """Seconds since the epoch."""
    transport: str
    """``udp``, ``tcp`` ..."""
    host: str
    port: int
    """The address the REGISTER came from."""
    user_agent: str = ""


class _Stored(Struct, frozen=True):
    extension: str
    binding: StoredBinding


class Registrations:
    """The stored bindings; ``clock`` gives seconds since the epoch."""

    def __init__(self, client: Redis, *, clock: Callable[[], float]) -> None:
        self._client = client
        self._clock = clock
        self._pending: dict[str, _Stored | None] = {}
        """What to write by key; None removes."""
        self._writer: asyncio.Task[None] | None = None

    def save(self, extension: str, binding: StoredBinding) -> None:
        """Store a binding, in place of one with the same contact."""
        self._put(_key(extension, binding.contact), _Stored(extension, binding))

    def remove(self, extension: str, contact: str) -> None:
        """Forget a binding."""
        self._put(_key(extension, contact), None)

    async def load_all(self) -> dict[str, list[StoredBinding]]:
        """All bindings that have not expired, by extension. Raises redis.RedisError."""
        bindings: dict[str, list[StoredBinding]] = {}
        keys = [key async for key in self._client.scan_iter(match=PREFIX + "*", count=_PAGE)]
        for start in range(0, len(keys), _PAGE):
            values: Any = await self._client.mget(keys[start : start + _PAGE])
            for value in values:
                stored = _read(value) if value is not None else None
                if stored is not None and stored.binding.expires_at > self._clock():
                    bindings.setdefault(stored.extension, []).append(stored.binding)
        return bindings

    async def flush(self) -> None:
        """Return when everything said so far is in Redis."""
        while self._writer is not None:
            await asyncio.wait([self._writer])

    async def stop(self, timeout_s: float = 5.0) -> None:
        """Write what is left; give up with one log line when Redis does not answer in time."""
        try:
            async with asyncio.timeout(timeout_s):
                await self.flush()
        except TimeoutError:
            log.error("%d registrations could not be stored: Redis does not answer", len(self._pending))
        if self._writer is not None:
            self._writer.cancel()
            await asyncio.wait([self._writer])

    def _put(self, key: str, stored: _Stored | None) -> None:
        self._pending[key] = stored
        if self._writer is None:
            # The task begins in the next loop turn, and so finds all that this one still says.
            self._writer = asyncio.create_task(self._write(), name="registrations writer")

    async def _write(self) -> None:
        failing = False
        try:
            while self._pending:
                group, self._pending = self._pending, {}
                try:
                    await self._write_group(group)
                except (exceptions.RedisError, OSError) as error:
                    if not failing:
                        log.error("registrations cannot be stored, trying again: %s", error)
                    failing = True
                    self._pending = {**group, **self._pending}
                    await asyncio.sleep(RETRY_S)
            if failing:
                log.warning("registrations are stored again")
        finally:
            self._writer = None

    async def _write_group(self, group: dict[str, _Stored | None]) -> None:
        async with self._client.pipeline(transaction=False) as pipeline:
            for key, stored in group.items():
                if stored is None:
                    pipeline.delete(key)
                else:
                    expires_ms = max(1, round(stored.binding.expires_at * 1000))
                    pipeline.set(key, msgpack.encode(stored), pxat=expires_ms)
            await pipeline.execute()


def _key(extension: str, contact: str) -> str:
    return f"{PREFIX}{extension}:{contact}"


def _read(value: bytes) -> _Stored | None:
    try:
        return msgpack.decode(value, type=_Stored)
    except DecodeError as error:
        log.warning("a stored registration cannot be read and is left out: %s", error)
        return None
