"""What a connection may take of us: in number, in time, in memory."""

from __future__ import annotations

import asyncio

import pytest
from tests.unit.io.ear import MESSAGE, is_cut, listening

from pbx.io.limits import Limits

SOON = 0.1
QUICK = 0.02
NEVER = 60.0


async def test_more_connections_than_one_source_may_have_are_closed_at_once() -> None:
    async with listening(limits=Limits(per_source=2)) as (ear, address):
        writers = []
        for _ in range(2):
            _, writer = await asyncio.open_connection(*address)
            writer.write(MESSAGE)
            await ear.heard.get()
            writers.append(writer)
        reader, third = await asyncio.open_connection(*address)
        assert await is_cut(reader)
        writers[0].close()
        await ear.ended.get()
        _, fourth = await asyncio.open_connection(*address)
        fourth.write(MESSAGE)
        assert (await ear.heard.get())[0] == MESSAGE, "a place is free again"
        for writer in (*writers, third, fourth):
            writer.close()


async def test_more_connections_than_all_may_have_are_closed_at_once() -> None:
    async with listening(limits=Limits(connections=1)) as (ear, address):
        _, writer = await asyncio.open_connection(*address)
        writer.write(MESSAGE)
        _, flow = await ear.heard.get()
        reader, second = await asyncio.open_connection(*address)
        assert await is_cut(reader)
        elsewhere = flow._replace(port=9)
        ear.streams.send(MESSAGE, elsewhere)
        assert await ear.lost.get() == elsewhere, "nor do we open one"
        for each in (writer, second):
            each.close()


@pytest.mark.parametrize("sent", [b"", b"OPTIONS sip:b SIP/2.0\r\n", b"\r\n"])
async def test_who_says_nothing_whole_is_cut(sent: bytes) -> None:
    limits = Limits(first_s=SOON, message_s=SOON, sweep_s=QUICK)
    async with listening(limits=limits) as (_, address):
        reader, writer = await asyncio.open_connection(*address)
        writer.write(sent)
        assert await is_cut(reader)
        writer.close()


async def test_who_sends_a_message_drop_by_drop_is_cut() -> None:
    async with listening(limits=Limits(message_s=SOON, sweep_s=QUICK)) as (ear, address):
        reader, writer = await asyncio.open_connection(*address)
        writer.write(MESSAGE)
        await ear.heard.get()
        cut = asyncio.ensure_future(is_cut(reader))
        for index in range(len(MESSAGE)):
            writer.write(MESSAGE[index : index + 1])
            await asyncio.wait([cut], timeout=QUICK)
            if cut.done():
                break
        assert await cut
        assert ear.heard.empty()
        writer.close()


async def test_a_silent_connection_is_closed_unless_it_is_needed() -> None:
    async with listening(limits=Limits(idle_s=SOON, sweep_s=QUICK)) as (ear, address):
        needed, writer = await asyncio.open_connection(*address)
        writer.write(MESSAGE)
        _, flow = await ear.heard.get()
        ear.needed.add(flow)
        reader, other = await asyncio.open_connection(*address)
        other.write(MESSAGE)
        assert await is_cut(reader)
        ear.streams.send(b"still here", flow)
        assert await needed.readexactly(10) == b"still here"
        ear.needed.clear()
        assert await is_cut(needed)
        for each in (writer, other):
            each.close()


async def test_keep_alives_keep_a_connection() -> None:
    async with listening(limits=Limits(idle_s=SOON, sweep_s=QUICK)) as (ear, address):
        reader, writer = await asyncio.open_connection(*address)
        for _ in range(10):
            writer.write(b"\r\n\r\n")
            assert await reader.readexactly(2) == b"\r\n"
            await asyncio.sleep(SOON / 4)
        assert len(ear.streams) == 1
        assert await is_cut(reader)
        writer.close()


async def test_who_promised_keep_alives_and_sends_none_is_cut_though_it_is_needed() -> None:
    async with listening(limits=Limits(keepalive_s=SOON, idle_s=NEVER, sweep_s=QUICK)) as (ear, address):
        reader, writer = await asyncio.open_connection(*address)
        writer.write(MESSAGE)
        _, flow = await ear.heard.get()
        ear.needed.add(flow)
        ear.kept_alive.add(flow)
        assert await is_cut(reader)
        assert await ear.ended.get() == flow
        writer.close()


async def test_who_does_not_read_is_cut() -> None:
    async with listening(limits=Limits(unsent=1000)) as (ear, address):
        _, writer = await asyncio.open_connection(*address, limit=1)
        writer.write(MESSAGE)
        _, flow = await ear.heard.get()
        while ear.ended.empty():
            ear.streams.send(b"x" * 100_000, flow)
            await asyncio.sleep(0)
        writer.close()
