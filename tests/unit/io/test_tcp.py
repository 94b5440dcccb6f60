"""SIP connections on real loopback sockets."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvloop

from pbx.io.tcp import TcpPort
from pbx.sip.flow import Flow

MESSAGE = b"OPTIONS sip:b SIP/2.0\r\nContent-Length: 2\r\n\r\nhi"
LIMIT_S = 5.0


class Ear:
    """Takes what a port receives and what it fails at."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[tuple[bytes, Flow]] = asyncio.Queue()
        self.failed: asyncio.Queue[Flow] = asyncio.Queue()
        self.places: list[Flow] = []
        self.port = TcpPort(
            lambda data, flow: self.heard.put_nowait((data, flow)), lambda: None, self.failed.put_nowait, self._locate
        )

    async def _locate(self, flow: Flow) -> list[Flow]:
        return self.places


@asynccontextmanager
async def listening() -> AsyncIterator[tuple[Ear, tuple[str, int]]]:
    ear = Ear()
    address = await ear.port.open("127.0.0.1", 0)
    async with asyncio.timeout(LIMIT_S):
        try:
            yield ear, address
        finally:
            await ear.port.close()


async def is_cut(reader: asyncio.StreamReader) -> bool:
    """Wait for the connection's end; whether nothing came before it."""
    try:
        return await reader.read() == b""
    except ConnectionResetError:
        return True


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
        assert await is_cut(reader)
        writer.close()


async def test_a_connection_is_opened_once_for_all_that_waits_for_it() -> None:
    async with listening() as (ear, _), listening() as (far, address):
        for _ in range(3):
            ear.port.send(MESSAGE, Flow("tcp", *address))
        flows = {(await far.heard.get())[1] for _ in range(3)}
        assert len(flows) == 1
        assert list(ear.port.connections) == [Flow("tcp", *address)]


def test_a_caller_that_is_gone_before_it_is_looked_at_disturbs_nobody() -> None:
    complaints: list[dict[str, Any]] = []

    async def scene() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: complaints.append(context))
        async with listening() as (ear, address):
            gone = socket.create_connection(address)
            gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            gone.close()
            _, writer = await asyncio.open_connection(*address)
            writer.write(MESSAGE)
            assert (await ear.heard.get())[0] == MESSAGE
            writer.close()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(scene())
    assert complaints == []


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


async def test_the_next_place_of_a_name_is_tried_where_the_first_cannot_be_reached() -> None:
    async with listening() as (ear, address), listening() as (far, open_at):
        await ear.port.close()
        ear.places = [Flow("tcp", *address), Flow("tcp", *open_at)]
        ear.port.send(MESSAGE, Flow("tcp", "sip.example.com", 0))
        assert (await far.heard.get())[0] == MESSAGE
        assert list(ear.port.connections) == [Flow("tcp", "sip.example.com", 0)]
