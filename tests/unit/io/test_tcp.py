"""SIP connections on real loopback sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from pbx.io import tcp
from pbx.io.tcp import TcpPort
from pbx.sip.flow import Flow

MESSAGE = b"OPTIONS sip:b SIP/2.0\r\nContent-Length: 2\r\n\r\nhi"
LIMIT_S = 5.0


class Ear:
    """Takes what a port receives and what it fails at."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[tuple[bytes, Flow]] = asyncio.Queue()
        self.failed: asyncio.Queue[Flow] = asyncio.Queue()
        self.port = TcpPort(lambda data, flow: self.heard.put_nowait((data, flow)), lambda: None, self.failed.put_nowait)


@asynccontextmanager
async def listening() -> AsyncIterator[tuple[Ear, tuple[str, int]]]:
    ear = Ear()
    address = await ear.port.open("127.0.0.1", 0)
    async with asyncio.timeout(LIMIT_S):
        try:
            yield ear, address
        finally:
            await ear.port.close()


async def test_messages_are_cut_out_of_whatever_pieces_come() -> None:
    async with listening() as (ear, address):
        _, writer = await asyncio.open_connection(*address)
        for piece in (MESSAGE[:10], MESSAGE[10:] + MESSAGE, MESSAGE):
            writer.write(piece)
            await writer.drain()
        assert [(await ear.heard.get())[0] for _ in range(3)] == [MESSAGE] * 3
        writer.close()


async def test_an_answer_goes_back_over_the_connection_it_came_on() -> None:
    async with listening() as (ear, address):
        reader, writer = await asyncio.open_connection(*address)
        writer.write(MESSAGE)
        _, flow = await ear.heard.get()
        assert flow == Flow("tcp", *writer.get_extra_info("sockname"))
        ear.port.send(b"answer", flow)
        assert await reader.readexactly(6) == b"answer"
        assert len(ear.port.connections) == 1
        writer.close()


async def test_a_ping_is_answered_with_a_pong() -> None:
    async with listening() as (_, address):
        reader, writer = await asyncio.open_connection(*address)
        writer.write(b"\r\n\r\n")
        assert await reader.readexactly(2) == b"\r\n"
        writer.close()


async def test_a_stream_that_cannot_be_framed_is_cut_after_its_last_good_message() -> None:
    async with listening() as (ear, address):
        reader, writer = await asyncio.open_connection(*address)
        writer.write(MESSAGE + b"OPTIONS sip:b SIP/2.0\r\n\r\n")
        assert (await ear.heard.get())[0] == MESSAGE
        with pytest.raises(ConnectionResetError):
            assert await reader.read() == b""
            raise ConnectionResetError  # an end of the stream will do as well as a reset
        writer.close()


async def test_a_connection_is_opened_once_for_all_that_waits_for_it() -> None:
    async with listening() as (ear, _), listening() as (far, address):
        for _ in range(3):
            ear.port.send(MESSAGE, Flow("tcp", *address))
        flows = {(await far.heard.get())[1] for _ in range(3)}
        assert len(flows) == 1
        assert list(ear.port.connections) == [Flow("tcp", *address)]


async def test_one_more_connection_than_allowed_is_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp, "MAX_CONNECTIONS", 1)
    async with listening() as (ear, address):
        _, first = await asyncio.open_connection(*address)
        first.write(MESSAGE)
        await ear.heard.get()
        reader, second = await asyncio.open_connection(*address)
        try:
            assert await reader.read() == b""
        except ConnectionResetError:
            pass
        assert len(ear.port.connections) == 1
        first.close()
        second.close()


async def test_a_connection_that_ends_is_forgotten() -> None:
    async with listening() as (ear, address):
        _, writer = await asyncio.open_connection(*address)
        writer.write(MESSAGE)
        _, flow = await ear.heard.get()
        writer.close()
        await writer.wait_closed()
        _, other = await asyncio.open_connection(*address)
        other.write(MESSAGE)
        await ear.heard.get()
        assert flow not in ear.port.connections
        other.close()


async def test_a_connection_that_cannot_be_opened_is_told() -> None:
    async with listening() as (ear, address):
        await ear.port.close()
        nowhere = Flow("tcp", *address)
        ear.port.send(MESSAGE, nowhere)
        assert await ear.failed.get() == nowhere
