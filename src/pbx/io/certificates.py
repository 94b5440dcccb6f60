"""Fetching the certificates that callers' identities are signed with, and keeping them for a while (RFC 8224)."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

import httpx

FETCH_S = 2.0
"""A caller hears nothing while a certificate is fetched."""
KEEP_S = 3600.0
FORGET_FAILURE_S = 30.0
MAX_KEPT = 1_000
MAX_OCTETS = 64 * 1024


class CertificateUnavailable(Exception):
    """There is nothing at the address that an identity names."""


class CertificateStore:
    """Certificate chains by their URL; failures are remembered too, for a shorter time."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._clock = clock
        self._kept: OrderedDict[str, tuple[float, bytes]] = OrderedDict()
        """When it is to be asked for again, and the PEM text; empty for a failure."""
        self._transport = transport
        self._client: httpx.AsyncClient | None = None
        """Made when it is first needed: reading the web's roots takes a while."""

    def known(self, url: str) -> bytes | None:
        """The chain, if it need not be fetched; empty where that failed lately."""
        kept = self._kept.get(url)
        return kept[1] if kept is not None and kept[0] > self._clock() else None

    async def fetch(self, url: str) -> bytes:
        """The chain in PEM form. Raises CertificateUnavailable."""
        chain = self.known(url)
        if chain is None:
            chain = await self._fetch(url)
            self._keep(url, chain)
        if not chain:
            raise CertificateUnavailable(f"no certificate at {url[:200]}")
        return chain

    async def close(self) -> None:
        """End all connections."""
        if self._client is not None:
            await self._client.aclose()

    async def _fetch(self, url: str) -> bytes:
        if not url.startswith("https://"):
            return b""  # RFC 8224 section 4.1.1 and ATIS-1000074: HTTPS only
        if self._client is None:
            self._client = httpx.AsyncClient(transport=self._transport, timeout=FETCH_S, follow_redirects=False)
        chain = b""
        try:
            async with self._client.stream("GET", url) as response:
                if response.status_code != httpx.codes.OK:
                    return b""
                async for part in response.aiter_bytes():
                    chain += part
                    if len(chain) > MAX_OCTETS:
                        return b""
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError):
            return b""
        return chain

    def _keep(self, url: str, chain: bytes) -> None:
        self._kept[url] = (self._clock() + (KEEP_S if chain else FORGET_FAILURE_S), chain)
        self._kept.move_to_end(url)
        while len(self._kept) > MAX_KEPT:
            self._kept.popitem(last=False)
