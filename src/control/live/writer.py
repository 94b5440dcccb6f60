"""Keys written to Redis in groups: the newest word about a key wins.

A first word is written in the next loop turn. While there are many, there is one round trip in ``REST_S``, for a trip
costs far more than the commands in it.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import NamedTuple

from redis import exceptions
from redis.asyncio import Redis

log = logging.getLogger(__name__)

RETRY_S = 1.0
REST_S = 0.1
"""After each round trip what is said next is gathered for so long."""
MOST_AT_ONCE = 1000
"""Keys of one script: for so long others wait that ask Redis something."""

_WRITE = """
for i, key in ipairs(KEYS) do
  local data, ends = ARGV[2 * i - 1], ARGV[2 * i]
  if ends == 'gone' then
    redis.call('DEL', key)
  elseif ends == 'for ever' then
    redis.call('SET', key, data)
  else
    redis.call('SET', key, data, 'PXAT', ends)
  end
end
"""
"""One command for a whole group: a command of its own for each key would cost this process five times as much."""


class Value(NamedTuple):
    """What a key holds, and when Redis lets it go (seconds since the epoch; None: never)."""

    data: bytes
    expires_at: float | None


class KeyWriter:
    """Writes keys, most of which expire; never waits, and tries again until Redis takes them."""

    def __init__(self, client: Redis, what: str) -> None:
        """``what``: the plural by which the log calls what is written."""
        self._script = client.register_script(_WRITE)
        self._what = what
        self._pending: dict[str, Value | None] = {}
        """What to write by key; None removes."""
        self._task: asyncio.Task[None] | None = None
        self._hurry = asyncio.Event()

    def put(self, key: str, value: Value | None) -> None:
        """Let a key hold a value, or with None be gone."""
        self._pending[key] = value
        if self._task is None:
            # The task begins in the next loop turn, and so finds all that this one still says.
            self._task = asyncio.create_task(self._write(), name=f"{self._what} writer")

    async def flush(self) -> None:
        """Return when everything said so far is in Redis."""
        self._hurry.set()
        try:
            while self._task is not None:
                await asyncio.wait([self._task])
        finally:
            self._hurry.clear()

    async def stop(self, timeout_s: float = 5.0) -> None:
        """Write what is left; give up with one log line when Redis does not answer in time."""
        try:
            async with asyncio.timeout(timeout_s):
                await self.flush()
        except TimeoutError:
            log.error("%d %s could not be stored: Redis does not answer", len(self._pending), self._what)
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _write(self) -> None:
        failing = False
        try:
            while self._pending:
                group, self._pending = self._pending, {}
                try:
                    await self._write_group(group)
                    await self._rest()
                except (exceptions.RedisError, OSError) as error:
                    if not failing:
                        log.error("%s cannot be stored, trying again: %s", self._what, error)
                    failing = True
                    self._pending = {**group, **self._pending}
                    await asyncio.sleep(RETRY_S)
            if failing:
                log.warning("%s are stored again", self._what)
        finally:
            self._task = None

    async def _rest(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(REST_S):
                await self._hurry.wait()

    async def _write_group(self, group: dict[str, Value | None]) -> None:
        keys = list(group)
        for start in range(0, len(keys), MOST_AT_ONCE):
            some = keys[start : start + MOST_AT_ONCE]
            await self._script(some, [word for key in some for word in _words(group[key])])


def _words(value: Value | None) -> tuple[bytes, str | int]:
    """What the script is told of a key: its data, and until when in ms, ``for ever`` or ``gone``."""
    if value is None:
        return b"", "gone"
    return value.data, "for ever" if value.expires_at is None else max(1, round(value.expires_at * 1000))
