"""HTTP requests on behalf of flows: bounded in time and size, and never led astray by a redirection."""

from __future__ import annotations

import asyncio

import httpx
import structlog

MAX_BODY = 65_536
"""Octets of an answer; a larger one is none."""

log = structlog.get_logger(__name__)


class Lookups:
    """Asks other systems. One pool of connections serves all flows."""

    def __init__(self, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """``transport`` carries the requests; None is the network."""
        # A redirection is refused rather than followed: it could lead to a host that the flow does not name.
        self._client = httpx.AsyncClient(transport=transport, follow_redirects=False, trust_env=False)

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def ask(self, method: str, url: str, headers: dict[str, str], body: str, timeout_s: float) -> bytes | None:
        """The body of a 2xx within ``timeout_s`` seconds in all; None otherwise, with a line in the log."""
        sent = {"Accept": "application/json", **({"Content-Type": "application/json"} if body else {}), **headers}
        try:
            async with asyncio.timeout(timeout_s):
                async with self._client.stream(method, url, headers=sent, content=body or None) as answer:
                    return await _read(answer)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, TimeoutError) as error:
            log.warning("a lookup failed", host=_host(url), reason=str(error) or type(error).__name__)
            return None


async def _read(answer: httpx.Response) -> bytes:
    if not answer.is_success:
        raise httpx.RequestError(f"the answer is {answer.status_code}")
    found = bytearray()
    async for piece in answer.aiter_bytes():
        found += piece
        if len(found) > MAX_BODY:
            raise httpx.RequestError(f"the answer is larger than {MAX_BODY} octets")
    return bytes(found)


def _host(url: str) -> str:
    """What may stand in a log: paths and queries hold what callers typed."""
    return url.split("/")[2]
