"""Questions to the domain name system: each asked once at a time, its answer kept for as long as it is good."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import cached_property

import dns.asyncresolver
import dns.exception
import dns.nameserver
import dns.rdata
import dns.resolver
import structlog
from msgspec import Struct

log = structlog.get_logger()

MAX_KNOWN = 4096
"""Answers kept; the one that was not asked for the longest goes first."""
LONGEST_S = 3600.0
"""However long an answer says that it is good, it is asked for again after this."""
NOTHING_S = 30.0
"""How long it is believed that a name has no such record."""
SILENCE_S = 5.0
"""How long a name is left alone whose servers do not answer: calls to it fail at once meanwhile."""
PATIENCE_S = 3.0

Records = tuple[dns.rdata.Rdata, ...]


class _Known(Struct, frozen=True):
    records: Records
    until: float


class Names:
    """What the domain name system says, at present."""

    def __init__(
        self,
        nameservers: Sequence[tuple[str, int]] = (),
        *,
        patience_s: float = PATIENCE_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``nameservers``: address and port of each; without any, those that the system is set up with.

        ``patience_s``: seconds for one question, over all servers and repetitions.
        """
        self._clock = clock
        self._known: OrderedDict[tuple[str, str], _Known] = OrderedDict()
        self._asking: dict[tuple[str, str], asyncio.Task[Records]] = {}
        self._nameservers = nameservers
        self._patience_s = patience_s

    async def ask(self, name: str, kind: str) -> Records:
        """The records of a kind (``A``, ``SRV`` ...), none where there are none or nobody answers. Raises nothing."""
        key = name.lower().rstrip("."), kind
        known = self._known.get(key)
        if known is not None and known.until > self._clock():
            self._known.move_to_end(key)
            return known.records
        asking = self._asking.get(key)
        if asking is None:
            asking = self._asking[key] = asyncio.create_task(self._ask(key), name=f"{kind} of {name}")
            asking.add_done_callback(lambda _: self._asking.pop(key, None))
        return await asyncio.shield(asking)

    @cached_property
    def _resolver(self) -> dns.asyncresolver.Resolver | None:
        """Made when first needed; None on a machine without DNS, whose hosts file may do."""
        try:
            resolver = dns.asyncresolver.Resolver(configure=not self._nameservers)
        except dns.resolver.NoResolverConfiguration:
            return None
        if self._nameservers:
            resolver.nameservers = [dns.nameserver.Do53Nameserver(host, port) for host, port in self._nameservers]
        resolver.lifetime = self._patience_s
        return resolver

    async def close(self) -> None:
        """Ask nothing any more."""
        asking = list(self._asking.values())
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)

    async def _ask(self, key: tuple[str, str]) -> Records:
        if self._resolver is None:
            return ()
        try:
            answer = await self._resolver.resolve(*key, raise_on_no_answer=False, search=False)
            records = tuple(answer.rrset or ())
            seconds = min(max(answer.rrset.ttl, 1), LONGEST_S) if answer.rrset else NOTHING_S
        except dns.resolver.NXDOMAIN:
            records, seconds = (), NOTHING_S
        except (dns.exception.DNSException, OSError, ValueError) as error:
            log.info("dns.no_answer", name=key[0], kind=key[1], error=type(error).__name__)
            records, seconds = (), SILENCE_S
        self._known[key] = _Known(records, self._clock() + seconds)
        self._known.move_to_end(key)
        while len(self._known) > MAX_KNOWN:
            self._known.popitem(last=False)
        return records
