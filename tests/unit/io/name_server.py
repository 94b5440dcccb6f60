"""A small name server on loopback, made of dnspython: it answers from a zone, and counts what it is asked."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.zone


class NameServer(asyncio.DatagramProtocol):
    """Answers for the zone ``test.``; a name listed in ``mute`` gets no answer at all."""

    def __init__(self, zone: str) -> None:
        soa = "@ 60 IN SOA ns hostmaster 1 60 60 60 60\n@ 60 IN NS ns\n"
        self.zone = dns.zone.from_text(soa + zone, origin="test.", relativize=False)
        self.asked: Counter[tuple[str, str]] = Counter()
        self.mute: set[str] = set()
        self.address = ("", 0)
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)
        self.address = transport.get_extra_info("sockname")

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True)
        self.asked[name, dns.rdatatype.to_text(question.rdtype)] += 1
        if name in self.mute or self._transport is None:
            return
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.AA
        if self.zone.get_node(question.name) is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif (found := self.zone.get_rrset(question.name, question.rdtype)) is not None:
            answer.answer.append(found)
        elif (alias := self.zone.get_rrset(question.name, "CNAME")) is not None:
            answer.answer.append(alias)
            found = self.zone.get_rrset(alias[0].target, question.rdtype)
            answer.answer += [found] if found is not None else []
        self._transport.sendto(answer.to_wire(), addr)


@asynccontextmanager
async def name_server(zone: str) -> AsyncIterator[NameServer]:
    """A server that runs for as long as the context lasts."""
    server = NameServer(zone)
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: server, local_addr=("127.0.0.1", 0)
    )
    try:
        yield server
    finally:
        transport.close()
