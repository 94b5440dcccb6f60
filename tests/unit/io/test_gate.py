"""Who is not let in, and what is too large: on real loopback sockets."""

from __future__ import annotations

import asyncio
import socket
from itertools import count

import pytest
from tests.unit.io.ear import LIMIT_S, MESSAGE, is_cut, listening

from pbx.io.driver import SipDriver
from pbx.io.limits import Limits
from pbx.sip.endpoint import Endpoint
from pbx.sip.flow import Flow
from pbx.sip.message import MAX_BODY, MAX_HEAD

HEAD = (
    b"OPTIONS sip:b SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:b>\r\n"
    b"Call-ID: c\r\nCSeq: 1 OPTIONS\r\n"
)


class Doorkeeper:
    """Lets in what it is told to, and notes what could not be read (gate.Gate)."""

    def __init__(self) -> None:
        self.open = True
        self.asked = asyncio.Event()
        self.garbled = 0

    def admit(self, data: bytes, flow: Flow, now: float) -> bool:
        self.asked.set()
        return self.open

    def banned(self, host: str) -> bool:
        return not self.open

    def malformed(self, flow: Flow, now: float) -> None:
        self.garbled += 1


async def test_who_is_banned_may_not_even_connect() -> None:
    async with listening() as (ear, address):
        ear.banned.add("127.0.0.1")
        reader, writer = await asyncio.open_connection(*address)
        assert await is_cut(reader)
        assert len(ear.streams) == 0
        writer.close()


async def test_the_connections_of_who_is_banned_are_cut() -> None:
    async with listening(limits=Limits(sweep_s=0.02)) as (ear, address):
        reader, writer = await asyncio.open_connection(*address)
        writer.write(MESSAGE)
        await ear.heard.get()
        ear.banned.add("127.0.0.1")
        assert await is_cut(reader)
        writer.close()


@pytest.mark.parametrize(
    ("message", "status"),
    [
        (HEAD + b"Content-Length: %d\r\n\r\n" % (MAX_BODY + 1), b"413 Request Entity Too Large"),
        (HEAD + b"Subject: " + b"x" * MAX_HEAD, b"513 Message Too Large"),
        (HEAD + b"Subject:" + b"\r\n x" * 600 + b"\r\nContent-Length: 0\r\n\r\n", b"513 Message Too Large"),
    ],
    ids=["body", "head", "lines"],
)
async def test_what_is_too_large_is_answered_before_it_has_come(message: bytes, status: bytes) -> None:
    numbers, keeper = count(), Doorkeeper()
    driver = SipDriver(Endpoint({}, lambda: f"t{next(numbers)}"), lambda event, now: None, gate=keeper)
    address = driver.open("127.0.0.1", 0)
    async with asyncio.timeout(LIMIT_S):
        reader, writer = await asyncio.open_connection(*address)
        writer.write(message)
        assert (await reader.readline()).strip() == b"SIP/2.0 " + status
        writer.close()
    assert keeper.garbled == 1
    await driver.close()


async def test_what_the_gate_does_not_let_in_reaches_nobody() -> None:
    numbers, keeper = count(), Doorkeeper()
    endpoint = Endpoint({}, lambda: f"t{next(numbers)}")
    driver = SipDriver(endpoint, lambda event, now: None, gate=keeper)
    address = driver.open("127.0.0.1", 0)
    keeper.open = False
    with socket.socket(type=socket.SOCK_DGRAM) as stranger:
        stranger.sendto(MESSAGE, address)
        async with asyncio.timeout(LIMIT_S):
            await keeper.asked.wait()
    assert (endpoint.figures.received, keeper.garbled) == (0, 0)
    await driver.close()
