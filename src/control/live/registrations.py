"""Where the phones are: SIP bindings, kept in Redis so that they outlive a restart.

One Redis key a binding, ``centrala:binding:<extension>:<the binding's key>``, which Redis itself lets go when the
binding expires.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from msgspec import DecodeError, Struct, msgpack
from redis.asyncio import Redis

from control.live.writer import KeyWriter, Value

log = logging.getLogger(__name__)

PREFIX = "centrala:binding:"
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
    path: tuple[str, ...] = ()
    """The proxies that it was registered through (RFC 3327)."""
    local: str = ""
    """Which of our own addresses it was registered at; '' the first of its kind."""
    instance: str = ""
    reg_id: int = 0
    """The device and which of its flows (RFC 5626); '' and 0 where it manages none."""
    q: float = 1.0
    """How much it is preferred."""

    @property
    def key(self) -> str:
        """What a later one must have in common to take its place."""
        return f"{self.instance};{self.reg_id}" if self.reg_id else self.contact


class _Stored(Struct, frozen=True):
    extension: str
    binding: StoredBinding


class Registrations:
    """The stored bindings; ``clock`` gives seconds since the epoch."""

    def __init__(self, client: Redis, *, clock: Callable[[], float]) -> None:
        self._client = client
        self._clock = clock
        self._writer = KeyWriter(client, "registrations")

    def save(self, extension: str, binding: StoredBinding) -> None:
        """Store a binding, in place of one with the same key."""
        stored = Value(msgpack.encode(_Stored(extension, binding)), binding.expires_at)
        self._writer.put(_key(extension, binding.key), stored)

    def remove(self, extension: str, key: str) -> None:
        """Forget a binding."""
        self._writer.put(_key(extension, key), None)

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
        await self._writer.flush()

    async def stop(self, timeout_s: float = 5.0) -> None:
        """Write what is left; give up with one log line when Redis does not answer in time."""
        await self._writer.stop(timeout_s)


def _key(extension: str, key: str) -> str:
    return f"{PREFIX}{extension}:{key}"


def _read(value: bytes) -> _Stored | None:
    try:
        return msgpack.decode(value, type=_Stored)
    except DecodeError as error:
        log.warning("a stored registration cannot be read and is left out: %s", error)
        return None
