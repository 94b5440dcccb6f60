"""The driver on real loopback sockets: bytes, time and events of an endpoint."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count
from typing import TypeVar

import pytest

from pbx.io.driver import SipDriver
from pbx.io.listener import Listener, ListenFailed
from pbx.sip.endpoint import Endpoint
from pbx.sip.events import (
    Event,
    SessionAccepted,
    SessionConfirmed,
    SessionEnded,
    SessionOffered,
    SessionRejected,
)
from pbx.sip.flow import SECURE, TRANSPORTS, Flow
from pbx.sip.headers.address import Address
from pbx.sip.session import Session
from pbx.sip.text import bare_host
from pbx.sip.uri import Uri

ANA, BORIS = Address(Uri.parse("sip:ana@127.0.0.1")), Address(Uri.parse("sip:boris@127.0.0.1"))
LIMIT_S = 5.0
TOKENS = count()
"""Unique over all stations: what one sent must not look like another's."""
E = TypeVar("E", bound=Event)


class Station:
    """An endpoint on a driver, with a queue of its events."""

    def __init__(self, transports: frozenset[str] = TRANSPORTS) -> None:
        self.endpoint = Endpoint({}, lambda: f"t{next(TOKENS)}-", transports=transports)
        self.events: asyncio.Queue[Event] = asyncio.Queue()
        self.react: Callable[[Event, float], None] = lambda event, now: None
        self.driver = SipDriver(self.endpoint, self._handle)
        self.address = ("", 0)

    def _handle(self, event: Event, now: float) -> None:
        self.events.put_nowait(event)
        self.react(event, now)

    def call(self, flow: Flow) -> Session:
        session = self.endpoint.invite(
            str(BORIS.uri), flow, caller=ANA, callee=BORIS, body=b"offer", now=self.driver.now
        )
        self.driver.pump()
        return session

    async def next(self, kind: type[E]) -> E:
        async with asyncio.timeout(LIMIT_S):
            while not isinstance(event := await self.events.get(), kind):
                pass
        return event


@asynccontextmanager
async def station() -> AsyncIterator[Station]:
    made = Station()
    made.address = made.driver.open("127.0.0.1", 0)
    try:
        yield made
    finally:
        await made.driver.close()


def takes_calls(event: Event, now: float) -> None:
    if isinstance(event, SessionOffered):
        event.session.accept(b"answer", now)


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_a_call_goes_over_the_wire_and_back(transport: str) -> None:
    async with station() as ana, station() as boris:
        boris.react = takes_calls
        session = ana.call(Flow(transport, *boris.address))
        assert (await ana.next(SessionAccepted)).body == b"answer"
        await boris.next(SessionConfirmed)
        session.bye(ana.driver.now)
        ana.driver.pump()
        assert (await boris.next(SessionEnded)).cause == "bye"
        assert ana.driver.failures == boris.driver.failures == 0


async def test_a_host_that_is_a_name_is_looked_up() -> None:
    async with station() as ana, station() as boris:
        boris.react = takes_calls
        ana.call(Flow("udp", "localhost", boris.address[1]))
        await ana.next(SessionAccepted)


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_a_name_that_leads_nowhere_fails_the_call_at_once(transport: str) -> None:
    async with station() as ana:
        ana.call(Flow(transport, "nobody.invalid", 5060))
        assert (await ana.next(SessionRejected)).status == 503


async def test_a_refused_connection_fails_the_call_at_once() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        async with station() as ana:
            ana.call(Flow("tcp", *closed.getsockname()))
            assert (await ana.next(SessionRejected)).status == 503


async def test_a_lost_request_is_sent_again_when_its_timer_is_due() -> None:
    loop = asyncio.get_running_loop()
    with socket.socket(type=socket.SOCK_DGRAM) as silent:
        silent.setblocking(False)
        silent.bind(("127.0.0.1", 0))
        async with station() as ana, asyncio.timeout(LIMIT_S):
            ana.call(Flow("udp", *silent.getsockname()))
            first = await loop.sock_recv(silent, 65_535)
            since = loop.time()
            assert await loop.sock_recv(silent, 65_535) == first
            assert 0.4 < loop.time() - since < 2.0


async def test_a_mistake_of_the_handler_is_counted_and_the_next_event_still_comes() -> None:
    async with station() as ana, station() as boris:

        def stumble_once(event: Event, now: float) -> None:
            boris.react = takes_calls
            raise ZeroDivisionError

        boris.react = stumble_once
        ana.call(Flow("udp", *boris.address))
        await boris.next(SessionOffered)
        ana.call(Flow("udp", *boris.address))
        await ana.next(SessionAccepted)
        assert boris.driver.failures == 1


async def test_rubbish_is_neither_answered_nor_a_failure() -> None:
    async with station() as ana, station() as boris:
        boris.react = takes_calls
        with socket.socket(type=socket.SOCK_DGRAM) as stranger:
            for rubbish in (b"", b"\r\n\r\n", b"rubbish without end", bytes(range(256))):
                stranger.sendto(rubbish, boris.address)
        ana.call(Flow("udp", *boris.address))
        await ana.next(SessionAccepted)
        assert boris.driver.failures == 0
        assert boris.endpoint.figures.dropped == 2


async def test_an_address_in_use_is_told_and_nothing_stays_open() -> None:
    async with station() as ana:
        other = Station()
        with pytest.raises(OSError, match="in use"):
            other.driver.open(*ana.address)
        await other.driver.close()


async def test_a_call_goes_out_from_the_address_that_the_far_side_is_reached_from() -> None:
    async with station() as ana, station() as boris:
        second = ana.driver.open("127.0.0.1", 0)
        six = ana.driver.open("::1", 0)
        boris.driver.open("::1", 0)
        boris.react = takes_calls
        local = f"udp/127.0.0.1:{second[1]}"
        far_six = boris.endpoint.sent_by["udp6"]
        for flow, source in (
            (Flow("udp", *boris.address), ana.address),
            (Flow("udp", *boris.address, local), second),
            (Flow("udp", *far_six), six),
        ):
            ana.call(flow)
            offered = await boris.next(SessionOffered)
            via, contact = offered.request.via, offered.request.contact
            assert contact is not None
            assert offered.session.dialog is not None
            assert (bare_host(via.host), via.port) == contact.uri.address == source
            assert tuple(offered.session.dialog.flow[1:3]) == source
            await ana.next(SessionAccepted)


async def test_an_answer_leaves_from_the_address_that_was_asked() -> None:
    async with station() as ana, station() as boris:
        boris.react = takes_calls
        second = boris.driver.open("127.0.0.1", 0)
        ana.call(Flow("udp", *second))
        await ana.next(SessionAccepted)
        offered = await boris.next(SessionOffered)
        assert offered.session.dialog is not None
        assert offered.session.dialog.flow.local == f"udp/127.0.0.1:{second[1]}"


async def test_a_connection_that_ends_fails_what_was_asked_over_it() -> None:
    async with station() as ana, station() as boris:
        session = ana.call(Flow("tcp", *boris.address))
        await boris.next(SessionOffered)
        await boris.driver.close()
        rejected = await ana.next(SessionRejected)
        assert (rejected.session, rejected.status) == (session, 503)


async def test_an_address_that_cannot_be_served_is_told_by_name() -> None:
    async with station() as ana:
        other = Station()
        with pytest.raises(
            ListenFailed, match=r"cannot serve SIP on 127.0.0.1:\d+ \(WebSocket\): Address already in use"
        ):
            other.driver.listen(Listener(*ana.address, "ws"))
        await other.driver.close()


async def test_where_tls_alone_is_allowed_nothing_is_sent_and_nobody_heard_in_the_clear() -> None:
    alone = Station(SECURE)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.bind(("127.0.0.1", 0))
        ear.setblocking(False)
        for transport in ("", "ws"):
            with pytest.raises(ListenFailed, match="may not be served"):
                alone.driver.listen(Listener("127.0.0.1", 0, transport))
        alone.endpoint.sent_by["tls"] = ("127.0.0.1", 5061)
        for transport in ("udp", "tcp", "ws"):
            alone.call(Flow(transport, *ear.getsockname()))
            assert (await alone.next(SessionRejected)).status == 503
        assert await alone.driver.resolve(Uri.parse("sip:127.0.0.1")) == []
        with pytest.raises(BlockingIOError):
            ear.recv(1)
    await alone.driver.close()
