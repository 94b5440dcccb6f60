"""SIP connections on real loopback sockets."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Any

import uvloop
from tests.unit.io.ear import MESSAGE, is_cut, listening

from pbx.sip.flow import Flow


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
        ear.streams.send(b"answer", flow)
        assert await reader.readexactly(6) == b"answer"
        assert len(ear.streams) == 1
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
            ear.streams.send(MESSAGE, Flow("tcp", *address))
        flows = {(await far.heard.get())[1] for _ in range(3)}
        assert len(flows) == 1
        assert len(ear.streams) == 1


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
        assert await ear.ended.get() == flow
        assert len(ear.streams) == 0


async def test_a_connection_that_cannot_be_opened_is_told() -> None:
    async with listening() as (ear, address):
        await ear.streams.close()
        nowhere = Flow("tcp", *address)
        ear.streams.send(MESSAGE, nowhere)
        assert await ear.lost.get() == nowhere


async def test_the_next_place_of_a_name_is_tried_where_the_first_cannot_be_reached() -> None:
    async with listening() as (ear, address), listening() as (far, open_at):
        await ear.streams.close()
        ear.places = [Flow("tcp", *address), Flow("tcp", *open_at)]
        ear.streams.send(MESSAGE, Flow("tcp", "sip.example.com", 0))
        message, far_flow = await far.heard.get()
        assert message == MESSAGE
        far.streams.send(MESSAGE, far_flow)
        assert (await ear.heard.get())[1] == Flow("tcp", *open_at), "what comes back came from an address, not a name"


async def test_a_connection_that_we_opened_is_found_by_what_it_was_opened_for_and_by_its_address() -> None:
    async with listening() as (ear, _), listening() as (far, address):
        ear.places = [Flow("tcp", *address)]
        for flow in (Flow("tcp", "sip.example.com", 0), Flow("tcp", *address), Flow("tcp", "sip.example.com", 0)):
            ear.streams.send(MESSAGE, flow)
            await far.heard.get()
        assert len(ear.streams) == 1


async def test_a_connection_over_ipv6_has_an_address_without_brackets() -> None:
    async with listening(host="::1") as (ear, address):
        _, writer = await asyncio.open_connection(*address)
        writer.write(MESSAGE)
        assert (await ear.heard.get())[1].host == "::1"
        writer.close()
