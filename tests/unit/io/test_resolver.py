"""RFC 3263 against a name server on loopback."""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from tests.unit.io.name_server import NameServer, name_server

from pbx.io.names import LONGEST_S, NOTHING_S, Names
from pbx.io.resolver import MAX_FLOWS, Resolver
from pbx.sip.flow import Flow
from pbx.sip.uri import Uri

ZONE = """
carrier 300 IN NAPTR 20 10 "s" "SIP+D2U" "" _sip._udp.carrier
carrier 300 IN NAPTR 10 20 "s" "SIP+D2T" "" _sip._tcp.carrier
carrier 300 IN NAPTR 10 10 "s" "SIPS+D2T" "" _sips._tcp.carrier
carrier 300 IN NAPTR 5 10 "s" "SIP+D2S" "" _sip._sctp.carrier
_sips._tcp.carrier 300 IN SRV 0 0 5061 one
_sip._tcp.carrier 300 IN SRV 0 0 5070 one
_sip._udp.carrier 300 IN SRV 1 0 5080 two
_sip._udp.carrier 300 IN SRV 0 0 5080 one
plain 300 IN A 192.0.2.30
_sip._tcp.simple 300 IN SRV 0 0 5090 one
simple 300 IN A 192.0.2.40
closed 300 IN A 192.0.2.50
_sip._udp.closed 300 IN SRV 0 0 0 .
one 300 IN A 192.0.2.1
two 300 IN A 192.0.2.2
two 300 IN AAAA 2001:db8::2
alias 300 IN CNAME plain
brief 1 IN A 192.0.2.60
""" + "".join(f"many 300 IN A 192.0.2.{100 + number}\n" for number in range(MAX_FLOWS + 4))


class Clock:
    """Time that the test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def resolving(clock: Clock | None = None) -> AsyncIterator[tuple[Resolver, NameServer]]:
    async with name_server(ZONE) as server, asyncio.timeout(10):
        names = Names([server.address], clock=clock or Clock())
        try:
            yield Resolver(names, random.Random(1)), server
        finally:
            await names.close()


@pytest.mark.parametrize(
    ("uri", "flows"),
    [
        ("sip:192.0.2.9", [Flow("udp", "192.0.2.9", 5060)]),
        ("sip:192.0.2.9;transport=tcp", [Flow("tcp", "192.0.2.9", 5060)]),
        ("sips:192.0.2.9", [Flow("tls", "192.0.2.9", 5061)]),
        ("sip:[2001:db8::1]:5070", [Flow("udp", "2001:db8::1", 5070)]),
        ("sip:plain.test:5070", [Flow("udp", "192.0.2.30", 5070)]),
        ("sip:plain.test", [Flow("udp", "192.0.2.30", 5060)]),
        ("sip:alias.test", [Flow("udp", "192.0.2.30", 5060)]),
        ("sip:x.test;maddr=192.0.2.8", [Flow("udp", "192.0.2.8", 5060)]),
        ("sips:plain.test:5071", [Flow("tls", "192.0.2.30", 5071, name="plain.test")]),
        ("sip:carrier.test;transport=tcp", [Flow("tcp", "192.0.2.1", 5070)]),
        ("sip:simple.test", [Flow("tcp", "192.0.2.1", 5090)]),
        ("sip:simple.test;transport=udp", [Flow("udp", "192.0.2.40", 5060)]),
        ("sips:carrier.test", [Flow("tls", "192.0.2.1", 5061, name="carrier.test")]),
        (
            "sip:carrier.test",
            [
                Flow("tls", "192.0.2.1", 5061, name="carrier.test"),
                Flow("tcp", "192.0.2.1", 5070),
                Flow("udp", "192.0.2.1", 5080),
                Flow("udp", "192.0.2.2", 5080),
            ],
        ),
        ("sip:nobody.invalid", []),
        ("sip:plain.test;transport=sctp", []),
    ],
)
async def test_a_uri_leads_where_rfc_3263_says(uri: str, flows: list[Flow]) -> None:
    async with resolving() as (resolver, _):
        assert await resolver.resolve(Uri.parse(uri)) == flows


async def test_a_service_that_is_refused_by_srv_still_has_its_host() -> None:
    async with resolving() as (resolver, _):
        assert await resolver.resolve(Uri.parse("sip:closed.test")) == [Flow("udp", "192.0.2.50", 5060)]


async def test_both_families_are_found_where_both_can_be_sent_from() -> None:
    async with resolving() as (resolver, _):
        resolver.families = [socket.AF_INET6, socket.AF_INET]
        assert await resolver.addresses("two.test") == ["2001:db8::2", "192.0.2.2"]


async def test_a_flow_to_a_name_without_a_port_is_located_on_its_own_transport() -> None:
    async with resolving() as (resolver, _):
        found = await resolver.locate(Flow("tcp", "carrier.test", 0, "second"))
        assert found == [Flow("tcp", "192.0.2.1", 5070, "second")]
        assert await resolver.locate(Flow("udp", "plain.test", 5065)) == [Flow("udp", "192.0.2.30", 5065)]


async def test_nobody_waits_for_more_places_than_allowed() -> None:
    async with resolving() as (resolver, _):
        assert len(await resolver.resolve(Uri.parse("sip:many.test"))) == MAX_FLOWS


async def test_an_answer_is_asked_for_once_while_it_is_good() -> None:
    clock = Clock()
    async with resolving(clock) as (resolver, server):
        await asyncio.gather(*(resolver.addresses("plain.test") for _ in range(5)))
        clock.now = 299.0
        await resolver.addresses("plain.test")
        assert server.asked["plain.test", "A"] == 1
        clock.now = 301.0
        await resolver.addresses("plain.test")
        assert server.asked["plain.test", "A"] == 2


async def test_that_there_is_nothing_is_believed_for_a_while_too() -> None:
    clock = Clock()
    async with resolving(clock) as (_, server):
        names = Names([server.address], clock=clock)
        assert await names.ask("absent.test", "SRV") == await names.ask("absent.test", "SRV") == ()
        assert server.asked["absent.test", "SRV"] == 1
        clock.now = NOTHING_S + 1
        await names.ask("absent.test", "SRV")
        assert server.asked["absent.test", "SRV"] == 2
        assert NOTHING_S < LONGEST_S


async def test_a_name_whose_servers_are_silent_is_given_up_and_left_alone() -> None:
    async with resolving() as (_, server):
        server.mute.add("silent.test")
        names = Names([server.address], patience_s=0.1, clock=Clock())
        assert await names.ask("silent.test", "A") == ()
        asked = server.asked["silent.test", "A"]
        assert await names.ask("silent.test", "A") == ()
        assert server.asked["silent.test", "A"] == asked


async def test_what_dns_does_not_know_may_be_in_the_hosts_file() -> None:
    async with resolving() as (resolver, _):
        assert await resolver.addresses("localhost") == ["127.0.0.1"]
