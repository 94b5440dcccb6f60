"""The journal of a routing domain: a Redis stream with one writer at a time.

The writer holds the domain's lease. Taking it counts the domain's epoch up, and every write is checked against the
epoch in the very script that makes it: a writer whose lease went to another cannot write, however late it awakes.

    centrala:{domain}:lease     the owner's name; gone when it was not renewed in time
    centrala:{domain}:meta      epoch, and the number of the last group written
    centrala:{domain}:journal   a stream: one entry a group, with the group's number as its id
    centrala:{domain}:snapshot  the number of the last group it covers, and the state
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha1
from typing import Any

from msgspec import msgpack
from redis import exceptions
from redis.asyncio import Redis

from acd.journal import JournalLost, JournalUnavailable

LEASE_S = 10.0
ANSWER_TIMEOUT_S = 5.0
_PAGE = 1000
"""Groups read in one round trip."""

_ACQUIRE = """
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return {0, holder, redis.call('PTTL', KEYS[1])} end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return {redis.call('HINCRBY', KEYS[2], 'epoch', 1), redis.call('HGET', KEYS[2], 'group') or '0', 0}
"""
_RENEW = """
if redis.call('HGET', KEYS[2], 'epoch') ~= ARGV[1] then return redis.error_reply('FENCED') end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
"""
_RELEASE = """
if redis.call('HGET', KEYS[2], 'epoch') == ARGV[1] then redis.call('DEL', KEYS[1]) end
"""
# A group that is already there was written by a try whose answer got lost.
_APPEND = """
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'group')
if meta[1] ~= ARGV[1] then return redis.error_reply('FENCED') end
if meta[2] == ARGV[2] then return 0 end
redis.call('XADD', KEYS[2], ARGV[2] .. '-1', 'records', ARGV[3])
redis.call('HSET', KEYS[1], 'group', ARGV[2])
return 1
"""
_SNAPSHOT = """
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return redis.error_reply('FENCED') end
redis.call('SET', KEYS[3], ARGV[3])
redis.call('XTRIM', KEYS[2], 'MINID', ARGV[2] .. '-2')
"""
_APPEND_SHA = sha1(_APPEND.encode(), usedforsecurity=False).hexdigest()


class LeaseHeld(Exception):
    """Another node routes this domain; it may be asked for again in ``remaining_s``."""

    def __init__(self, holder: str, remaining_s: float) -> None:
        super().__init__(f"the lease is held by {holder} for {remaining_s:.1f} s more")
        self.holder = holder
        self.remaining_s = remaining_s


class LeaseLost(JournalLost):
    """The lease went to another node, which routes from where the journal stands."""


class RedisJournal:
    """The writer's end of a domain's journal; it is an ``acd.journal.Journal``.

    ``owner`` names the node and stays the same over its restarts: a node that comes back after a crash takes its own
    lease again without waiting for it to run out.
    """

    def __init__(self, client: Redis, owner: str, *, domain: str = "main", lease_s: float = LEASE_S) -> None:
        self._client = client
        self._owner = owner
        self._lease_s = lease_s
        prefix = f"centrala:{{{domain}}}:"
        self._lease = prefix + "lease"
        self._meta = prefix + "meta"
        self._stream = prefix + "journal"
        self._snapshot = prefix + "snapshot"
        self._epoch = 0
        self._group = 0
        self._connection: Any = None

    async def acquire(self) -> int:
        """Take the lease; the new epoch. Raises LeaseHeld, JournalUnavailable."""
        with _translated():
            epoch, held, remaining_ms = await self._client.eval(
                _ACQUIRE, 2, self._lease, self._meta, self._owner, self._lease_ms()
            )
        if not epoch:
            raise LeaseHeld(held.decode(), remaining_ms / 1000)
        self._epoch, self._group = epoch, int(held)
        return self._epoch

    async def renew(self) -> None:
        """Hold the lease for its full time from now. Raises LeaseLost, JournalUnavailable."""
        with _translated():
            await self._client.eval(_RENEW, 2, self._lease, self._meta, self._epoch, self._owner, self._lease_ms())

    async def keep(self) -> None:
        """Renew the lease again and again; to be run as a task. Ends by raising LeaseLost."""
        keeper = asyncio.current_task()
        while True:
            await asyncio.sleep(self._lease_s / 3)
            # A lease that runs out while Redis is away is still ours until another node takes it.
            with suppress(JournalUnavailable):
                await self.renew()
            if keeper is not None and keeper.cancelling():
                # A cancellation that meets the client in the middle of an answer can come out as a time-out.
                raise asyncio.CancelledError

    async def release(self) -> None:
        """Give the lease back, if it is still ours, and close the connection."""
        if self._connection is not None:
            await self._connection.disconnect()
            self._connection = None
        with _translated():
            await self._client.eval(_RELEASE, 2, self._lease, self._meta, self._epoch)

    async def load(self) -> tuple[bytes | None, list[bytes]]:
        """The last snapshot and the records after it. Raises JournalUnavailable."""
        with _translated():
            stored: Any = await self._client.get(self._snapshot)
            group, snapshot = msgpack.decode(stored, type=tuple[int, bytes]) if stored else (0, None)
            records: list[bytes] = []
            while page := await self._page_after(group):
                for entry, fields in page:
                    group = int(entry.split(b"-")[0])
                    records += msgpack.decode(fields[b"records"], type=list[bytes])
        return snapshot, records

    async def append(self, records: list[bytes]) -> None:
        """Write one group of records in one round trip. Raises LeaseLost, JournalUnavailable."""
        group = self._group + 1
        arguments = (2, self._meta, self._stream, self._epoch, group, msgpack.encode(records))
        with _translated():
            try:
                await self._ask("EVALSHA", _APPEND_SHA, *arguments)
            except exceptions.NoScriptError:
                await self._ask("EVAL", _APPEND, *arguments)
        self._group = group

    async def save_snapshot(self, snapshot: bytes) -> None:
        """Keep a state that covers every group appended so far, and drop these.

        Raises LeaseLost, JournalUnavailable.
        """
        stored = msgpack.encode((self._group, snapshot))
        with _translated():
            await self._client.eval(
                _SNAPSHOT, 3, self._meta, self._stream, self._snapshot, self._epoch, self._group, stored
            )

    async def _page_after(self, group: int) -> Any:
        return await self._client.xrange(self._stream, f"({group}-1", "+", count=_PAGE)

    async def _ask(self, *command: Any) -> None:
        """One command on the journal's own connection, which connects anew after a failure.

        The journal is written several times a call: without the client's layers, and with one timeout over sending
        and reading in place of one for each, a write costs two thirds of the CPU.
        """
        if self._connection is None:
            pool = self._client.connection_pool
            self._connection = pool.connection_class(**{**pool.connection_kwargs, "socket_timeout": None})
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT_S):
                await self._connection.send_command(*command)
                await self._connection.read_response()
        except TimeoutError:
            raise JournalUnavailable("Redis does not answer") from None

    def _lease_ms(self) -> int:
        return round(self._lease_s * 1000)


@contextmanager
def _translated() -> Iterator[None]:
    """Redis's errors as the journal's own."""
    try:
        yield
    except exceptions.ResponseError as error:
        if str(error).startswith("FENCED"):
            raise LeaseLost("another node took the lease") from None
        # A full disk, a replica, a server short of memory: all may pass.
        raise JournalUnavailable(str(error)) from None
    except (exceptions.RedisError, OSError) as error:
        raise JournalUnavailable(str(error)) from None
