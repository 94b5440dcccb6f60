"""Where a SIP URI leads: transport, address and port, by RFC 3263, several of them in the order to try."""

from __future__ import annotations

import asyncio
import random
import socket

from dns.rdtypes.IN.A import A
from dns.rdtypes.IN.AAAA import AAAA
from dns.rdtypes.IN.NAPTR import NAPTR
from dns.rdtypes.IN.SRV import SRV
from msgspec import Struct

from pbx.io.names import Names
from pbx.io.srv import Server, ordered
from pbx.sip.flow import TRANSPORTS, Flow
from pbx.sip.text import bare_host, is_address
from pbx.sip.uri import DEFAULT_PORTS, Uri

SERVICES = {"SIP+D2U": "udp", "SIP+D2T": "tcp", "SIPS+D2T": "tls"}
"""NAPTR services that we can reach (RFC 3263 section 4.1)."""
SRV_NAMES = {"udp": "_sip._udp", "tcp": "_sip._tcp", "tls": "_sips._tcp", "ws": "_sip._ws", "wss": "_sips._ws"}
MAX_FLOWS = 16
"""Places that one URI may lead to; more would keep a caller waiting for failures."""


class _Hop(Struct, frozen=True):
    """A server before its addresses are known."""

    transport: str
    host: str
    port: int


class Resolver:
    """RFC 3263 over a cache of DNS answers."""

    def __init__(self, names: Names, rng: random.Random | None = None) -> None:
        self._names = names
        self._rng = rng or random.Random()
        self.families: list[int] = [socket.AF_INET]
        """The address families that we can send from, the preferred one first."""

    async def resolve(self, uri: Uri) -> list[Flow]:
        """All places that a SIP or SIPS URI leads to, the first to be tried first; none where it leads nowhere.

        A caller goes on to the next when a place cannot be reached, answers 503 or stays silent (section 4.3).
        Raises nothing.
        """
        host = bare_host(uri.param("maddr") or uri.host)
        given = uri.transport if uri.param("transport") or uri.kind == "sips" else ""
        if given and given not in TRANSPORTS:
            return []
        return await self._flows(await self._hops(host, uri.port, given, secure=uri.kind == "sips"), host)

    async def locate(self, flow: Flow) -> list[Flow]:
        """The places that a flow to a name stands for, on its own transport; port 0 is to be found by SRV."""
        hops = await self._hops(flow.host, flow.port or None, flow.transport, secure=flow.transport == "tls")
        return [found._replace(local=flow.local) for found in await self._flows(hops, flow.name or flow.host)]

    async def addresses(self, host: str) -> list[str]:
        """The addresses of a host, of families that we have. What DNS does not know may be in the hosts file."""
        if is_address(host):
            return [host]
        found: list[str] = []
        for family in self.families:
            records = await self._names.ask(host, "AAAA" if family == socket.AF_INET6 else "A")
            found += [one.address for one in records if isinstance(one, (A, AAAA))]
        return found or await self._from_system(host)

    async def _from_system(self, host: str) -> list[str]:
        if host.rstrip(".").endswith(".invalid"):
            return []  # RFC 6761 section 6.4: such names never lead anywhere
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_DGRAM)
        except (OSError, UnicodeError):
            return []
        return [str(address[0]) for family, *_, address in found if family in self.families]

    async def _flows(self, hops: list[_Hop], asked: str) -> list[Flow]:
        """``asked`` is the name that certificates must carry: the one that was asked for, not what DNS made of it."""
        flows: dict[Flow, None] = {}
        for hop in hops:
            name = asked if hop.transport == "tls" and not is_address(asked) else ""
            for address in await self.addresses(hop.host):
                flows[Flow(hop.transport, address, hop.port, name=name)] = None
            if len(flows) >= MAX_FLOWS:
                break
        return list(flows)[:MAX_FLOWS]

    async def _hops(self, host: str, port: int | None, transport: str, *, secure: bool) -> list[_Hop]:
        usual = transport or ("tls" if secure else "udp")
        plain = [_Hop(usual, host, port or DEFAULT_PORTS[usual])]
        if port is not None or is_address(host) or host.rstrip(".").endswith(".invalid"):
            return plain  # section 4.2: with a port, or an address, nothing is left to be found
        if transport:
            return await self._servers(transport, f"{SRV_NAMES[transport]}.{host}") or plain
        services = await self._services(host, secure=secure)
        if not services:
            candidates = ("tls",) if secure else ("udp", "tcp", "tls")
            services = [(one, f"{SRV_NAMES[one]}.{host}") for one in candidates]
        found = await asyncio.gather(*(self._servers(one, name) for one, name in services))
        return [hop for hops in found for hop in hops] or plain

    async def _services(self, host: str, *, secure: bool) -> list[tuple[str, str]]:
        """The transports that a domain offers, as it prefers them, each with the name of its SRV records."""
        records = [one for one in await self._names.ask(host, "NAPTR") if isinstance(one, NAPTR)]
        records.sort(key=lambda one: (one.order, one.preference))
        offered = [
            (SERVICES.get(one.service.decode("ascii", "replace").upper(), ""), one.replacement.to_text(True))
            for one in records
            if one.flags.lower() == b"s"
        ]
        return [(transport, name) for transport, name in offered if transport == "tls" or (transport and not secure)]

    async def _servers(self, transport: str, name: str) -> list[_Hop]:
        records = [one for one in await self._names.ask(name, "SRV") if isinstance(one, SRV)]
        servers = [
            Server(one.priority, one.weight, one.target.to_text(True) if one.target.labels != (b"",) else ".", one.port)
            for one in records
        ]
        return [_Hop(transport, one.host, one.port) for one in ordered(servers, self._rng)]
