"""The connection to Redis: the operator's own server by URL, or the private one of the data folder."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from redis import exceptions
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from control.live.embedded import EmbeddedServer

ANSWER_TIMEOUT_S = 5.0


class RedisUnavailable(Exception):
    """The configured Redis cannot be used; the message is one line for the operator, without a password."""


class LiveStore:
    """A Redis client, and the private server behind it where there is one."""

    def __init__(self, client: Redis, server: EmbeddedServer | None) -> None:
        self.client = client
        self.server = server

    @classmethod
    async def open(cls, url: str | None, data_dir: Path) -> LiveStore:
        """Connect to ``url``; with None, start or adopt the private server of the data folder.

        Raises RedisUnavailable, EmbeddedServerError.
        """
        server = await EmbeddedServer.start(data_dir) if url is None else None
        try:
            return cls(await _connected(server.url if server is not None else url or ""), server)
        except BaseException:
            if server is not None:
                await server.stop()
            raise

    async def close(self) -> None:
        """Close the connections, and stop the private server."""
        await self.client.aclose()
        if self.server is not None:
            await self.server.stop()


async def _connected(url: str) -> Redis:
    try:
        # Whoever writes knows best whether and when to try again, so the client itself never does.
        client = Redis.from_url(url, socket_timeout=ANSWER_TIMEOUT_S, retry=Retry(NoBackoff(), 0))
    except ValueError as error:
        raise RedisUnavailable(f"CENTRALA_REDIS_URL is no Redis URL: {error}") from None
    try:
        await client.ping()
    except (exceptions.RedisError, OSError) as error:
        await client.aclose()
        raise RedisUnavailable(f"Redis at {_without_password(url)} cannot be used: {error}") from None
    return client


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()
