"""SIP over WebSocket (RFC 7118), spoken to by the ``websockets`` library's own client."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import pytest
from tests.pki import Authority
from tests.unit.io.ear import is_cut, listening
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin, Subprotocol

from pbx.io.limits import Limits
from pbx.io.tls import Security, TlsFiles
from pbx.sip.flow import Flow
from pbx.sip.message import MAX_BODY, MAX_HEAD

BARE = b"OPTIONS sip:b SIP/2.0\r\nVia: SIP/2.0/WS df7jal23ls0d.invalid;branch=z9hG4bK1\r\n\r\n"
"""Without a Content-Length, which a WebSocket does not need (RFC 7118 section 5.3)."""
SIP = [Subprotocol("sip")]


def browser(address: tuple[str, int]) -> connect:
    """A connection as a page makes it."""
    return connect(f"ws://{address[0]}:{address[1]}/", subprotocols=SIP, compression=None)


@pytest.mark.parametrize("message", [BARE.decode(), BARE], ids=["text", "binary"])
async def test_a_message_is_what_one_frame_holds_text_or_binary(message: str | bytes) -> None:
    async with listening("ws") as (ear, address), browser(address) as page:
        assert page.subprotocol == "sip"
        await page.send(message)
        heard, flow = await ear.heard.get()
        assert heard == BARE
        assert flow == Flow("ws", *page.local_address[:2])


async def test_a_message_may_come_in_several_frames() -> None:
    async with listening("ws") as (ear, address), browser(address) as page:
        await page.send(iter([BARE[:10], BARE[10:30], BARE[30:]]))
        assert (await ear.heard.get())[0] == BARE


async def test_an_answer_goes_back_as_text_unless_it_is_none() -> None:
    async with listening("ws") as (ear, address), browser(address) as page:
        await page.send(BARE)
        _, flow = await ear.heard.get()
        for answer, received in ((BARE, BARE.decode()), ("č".encode(), "č"), (b"\xff\xfe", b"\xff\xfe")):
            ear.streams.send(answer, flow)
            assert await page.recv() == received


async def test_a_keep_alive_is_answered_whichever_way_it_comes() -> None:
    async with listening("ws") as (ear, address), browser(address) as page:
        await page.send("\r\n\r\n")
        assert await page.recv() == "\r\n"
        await (await page.ping())
        assert ear.heard.empty()


async def test_who_does_not_speak_sip_is_refused() -> None:
    async with listening("ws") as (_, address):
        for subprotocols in (None, [Subprotocol("xmpp")]):
            with pytest.raises(InvalidStatus, match="400"):
                await connect(f"ws://{address[0]}:{address[1]}/", subprotocols=subprotocols)


async def test_only_pages_that_are_allowed_may_connect_where_some_are_named() -> None:
    async with listening("ws", origins=("https://centre.example",)) as (_, address):
        url = f"ws://{address[0]}:{address[1]}/"
        async with connect(url, subprotocols=SIP, origin=Origin("https://centre.example")) as page:
            assert page.subprotocol == "sip"
        for origin in (Origin("https://evil.example"), None):
            with pytest.raises(InvalidStatus, match="403"):
                await connect(url, subprotocols=SIP, origin=origin)


async def test_what_is_no_websocket_at_all_is_cut() -> None:
    async with listening("ws") as (ear, address):
        reader, writer = await asyncio.open_connection(*address)
        writer.write(b"OPTIONS sip:b SIP/2.0\r\nContent-Length: 0\r\n\r\n")
        await reader.read()
        writer.close()
        assert ear.heard.empty()


async def test_a_message_that_is_too_large_ends_the_connection() -> None:
    async with listening("ws") as (_, address), browser(address) as page:
        await page.send(b"x" * (MAX_HEAD + MAX_BODY + 1))
        with pytest.raises(ConnectionClosed) as error:
            await page.recv()
        assert error.value.rcvd is not None
        assert error.value.rcvd.code == 1009


async def test_a_page_that_is_left_is_forgotten_and_cannot_be_called() -> None:
    async with listening("ws") as (ear, address):
        async with browser(address) as page:
            await page.send(BARE)
            _, flow = await ear.heard.get()
        assert await ear.ended.get() == flow
        ear.streams.send(BARE, flow)
        assert await ear.lost.get() == flow


async def test_a_silent_page_is_asked_whether_it_is_there() -> None:
    limits = Limits(ping_s=0.05, keepalive_s=0.3, sweep_s=0.05)
    async with listening("ws", limits=limits) as (ear, address), browser(address) as page:
        await page.send(BARE)
        _, flow = await ear.heard.get()
        await asyncio.sleep(0.5)  # longer than a page that does not answer would live
        ear.streams.send(BARE, flow)
        assert await page.recv() == BARE.decode()


async def test_a_page_that_does_not_answer_is_gone() -> None:
    limits = Limits(ping_s=0.05, keepalive_s=0.2, sweep_s=0.05)
    async with listening("ws", limits=limits) as (_, address):
        reader, writer = await asyncio.open_connection(*address)
        writer.write(
            b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: sip\r\n\r\n"
        )
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"\x8a\x80\x00\x00\x00\x00")  # a pong that nobody asked for: it speaks
        assert not await is_cut(reader), "it was pinged first"
        writer.close()


async def secure_page(authority: Authority, address: tuple[str, int]) -> ClientConnection:
    context = ssl.create_default_context(cafile=str(authority.path))
    return await connect(f"wss://{address[0]}:{address[1]}/", subprotocols=SIP, ssl=context)


async def test_a_secure_page_needs_no_certificate_even_where_others_do(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    certificate, key = authority.issue("server", "127.0.0.1")
    security = Security(TlsFiles(certificate, key, authority.path, verify_clients=True))
    async with listening("wss", security=security) as (ear, address):
        page = await secure_page(authority, address)
        await page.send(BARE)
        heard, flow = await ear.heard.get()
        assert (heard, flow.transport) == (BARE, "wss")
        ear.streams.send(BARE, flow)
        assert await page.recv() == BARE.decode()
        await page.close()
