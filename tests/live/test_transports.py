"""Every transport with a real peer: TCP and TLS by baresip, WebSocket by a page, IPv6, certificates, slow senders."""

from __future__ import annotations

import asyncio
import signal
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from pbx.media import g711, tone
from pbx.phone import CallState, Phone
from tests.live.harness.audio import assert_tone
from tests.live.harness.baresip import Baresip
from tests.live.harness.centre import MUSIC_HZ, Centre
from tests.live.harness.handset import Handset
from tests.live.harness.linphone import Linphone
from tests.live.harness.needs import needs_baresip, needs_linphone
from tests.live.harness.page import Page
from tests.live.harness.ports import LOOPBACK, free_block
from tests.live.harness.sharing import clear
from tests.live.harness.waiting import eventually
from tests.pki import Authority

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="module")]

OPTIONS = (
    "OPTIONS sip:centrala SIP/2.0\r\nVia: SIP/2.0/{transport} 127.0.0.1:9;branch=z9hG4bK{branch};rport\r\n"
    "Max-Forwards: 70\r\nFrom: <sip:somebody@example.com>;tag=1\r\nTo: <sip:centrala>\r\nCall-ID: {branch}\r\n"
    "CSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
)


class Site:
    """A centre on all transports, and the authority that its certificate is from."""

    def __init__(self, centre: Centre, authority: Authority) -> None:
        self.centre = centre
        self.authority = authority
        port = free_block()
        self.tls = (LOOPBACK, port)
        self.ws = f"ws://{LOOPBACK}:{port + 1}/"
        self.wss = f"wss://{LOOPBACK}:{port + 2}/"
        self.v6_port = port + 4
        certificate, key = authority.issue("centre", LOOPBACK)
        Path(centre.data.parent / "centrala.toml").write_text(
            f'sip_tls = "{LOOPBACK}:{port}"\nsip_ws = "{LOOPBACK}:{port + 1}"\nsip_wss = "{LOOPBACK}:{port + 2}"\n'
            f'tls_cert = "{certificate}"\ntls_key = "{key}"\ntls_ca = "{authority.path}"\n'
        )
        self.trust = ssl.create_default_context(cafile=str(authority.path))

    async def connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A TLS connection, as any client makes it."""
        return await asyncio.open_connection(*self.tls, ssl=self.trust)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lasting_site(
    executable: Path, tmp_path_factory: pytest.TempPathFactory, tones: dict[str, Path]
) -> AsyncIterator[Site]:
    folder = tmp_path_factory.mktemp("transports")
    centre = Centre(executable, folder / "centre", {"music": tones["music"]})
    site = Site(centre, Authority(folder / "pki"))
    host, _, port = centre.sip.rpartition(":")
    centre.sip = f"{host}:{port},[::1]:{site.v6_port}"
    await centre.start()
    centre.sip = f"{host}:{port}"
    try:
        yield site
        await centre.stop()
    finally:
        if centre.program.running:
            await centre.kill()
        await centre.api.aclose()


@pytest_asyncio.fixture(loop_scope="module")
async def site(lasting_site: Site) -> AsyncIterator[Site]:
    """The site of all these tests, each of which finds it as the first one did."""
    await lasting_site.centre.put("/routes/600", {"target": "echo"})
    await lasting_site.centre.put("/routes/601", {"target": "music"})
    yield lasting_site
    await clear(lasting_site.centre)


def answered(data: bytes, branch: str) -> bool:
    return data.startswith(b"SIP/2.0 200 ") and f"z9hG4bK{branch}".encode() in data


@needs_baresip
@pytest.mark.parametrize("transport", ["tcp", "tls"])
async def test_a_phone_registers_calls_and_is_called(
    site: Site, tones: dict[str, Path], tmp_path: Path, transport: str
) -> None:
    centre = site.centre
    password = await centre.put_agent("ana", "1001")
    switch = f"{site.tls[0]}:{site.tls[1]}" if transport == "tls" else centre.sip
    async with Baresip(
        tmp_path / "ana", user="1001", tone=tones["agent"], switch=switch, password=password, transport=transport,
        authorities=site.authority.path,
    ) as ana:  # fmt: skip
        await ana.registered()
        await ana.dial("600")
        await ana.wait_for("CALL_ESTABLISHED")
        assert_tone(await ana.hear(0.5), 1000)
        await ana.hangup()
        await centre.quiet()
        caller_password = await centre.put_agent("milan", "1090")
        async with Handset(centre.sip, user="1090", password=caller_password, hz=440) as milan:
            calling = asyncio.create_task(milan.invite("1001"))
            await ana.wait_for("CALL_INCOMING")
            await ana.accept()
            assert (await calling).status == 200
            assert_tone(await ana.hear(0.5), 440)
            await milan.bye()
    await centre.quiet()


@needs_linphone
async def test_a_linphone_registers_over_tls_and_talks_with_secured_audio(
    site: Site, tmp_path: Path, tones: dict[str, Path]
) -> None:
    password = await site.centre.put_agent("ana", "1001")
    caller_password = await site.centre.put_agent("milan", "1090")
    async with (
        Linphone(
            tmp_path / "ana", user="1001", password=password, switch=f"{site.tls[0]}:{site.tls[1]}", transport="tls",
            authorities=site.authority.path,
        ) as ana,
        Handset(site.centre.sip, user="1090", password=caller_password) as milan,
    ):  # fmt: skip
        await ana.registered()
        await asyncio.gather(milan.invite("1001"), ana.answer())
        await ana.speak(tones["agent"])
        assert_tone(await milan.voice.hear(0.5), 1000)
        [call] = (await site.centre.get("/calls"))["items"]
        steps = (await site.centre.get(f"/calls/{call['id']}/ladder"))["steps"]
        assert {step["transport"] for step in steps} == {"udp", "tls"}
        [answer] = [step for step in steps if step["status"] == 200 and step["transport"] == "tls"]
        assert "RTP/SAVP" in answer["text"]
        assert "inline:***" in answer["text"]
        await milan.bye()
        await ana.gone()
    await site.centre.quiet()


@pytest.mark.parametrize(("secure", "binary"), [(False, False), (True, True)], ids=["ws text", "wss binary"])
async def test_a_page_registers_calls_and_is_called(site: Site, secure: bool, binary: bool) -> None:
    centre = site.centre
    password = await centre.put_agent("ana", "1001")
    caller_password = await centre.put_agent("milan", "1090")
    url, trust = (site.wss, site.trust) if secure else (site.ws, None)
    async with (
        Page(centre.sip, url, user="1001", password=password, hz=1000, binary=binary, trust=trust) as page,
        Handset(centre.sip, user="1090", password=caller_password) as milan,
    ):
        assert (await page.register())[-1] == 200
        assert (await page.invite("601")).status == 200
        assert_tone(await page.voice.hear(0.5), MUSIC_HZ)
        await page.bye()
        await centre.quiet()
        assert (await milan.invite("1001")).status == 200
        await milan.bye()
        await asyncio.wait_for(page.ended.wait(), 5)
    await centre.quiet()


async def test_a_page_that_is_left_is_unregistered_at_once(site: Site) -> None:
    password = await site.centre.put_agent("ana", "1001")

    async def reachable() -> bool:
        return bool((await site.centre.get("/agents/ana/live"))["reachable"])

    async with Page(site.centre.sip, site.ws, user="1001", password=password) as page:
        assert (await page.register())[-1] == 200
        await eventually(reachable, bool, within_s=5, what="a registered page")
        await page.leave()
        await eventually(reachable, lambda there: not there, within_s=5, what="an unregistered page")


async def test_a_new_certificate_is_taken_up_while_old_connections_go_on(site: Site) -> None:
    old_reader, old = await site.connected()
    site.authority.issue("centre", LOOPBACK)
    site.centre.program.send_signal(signal.SIGHUP)

    async def shown() -> str:
        _, writer = await site.connected()
        serial = str(writer.get_extra_info("peercert")["serialNumber"])
        writer.close()
        return serial

    first = old.get_extra_info("peercert")["serialNumber"]
    await eventually(shown, lambda serial: serial != first, within_s=5, what="the new certificate")
    old.write(OPTIONS.format(transport="TLS", branch="old").encode())
    assert answered(await old_reader.readuntil(b"\r\n\r\n"), "old")
    old.close()


async def test_who_sends_in_drops_is_answered_and_who_speaks_plainly_to_tls_is_not(site: Site) -> None:
    host, _, port = site.centre.sip.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    for byte in OPTIONS.format(transport="TCP", branch="drops").encode():
        writer.write(bytes((byte,)))
        await writer.drain()
    assert answered(await reader.readuntil(b"\r\n\r\n"), "drops")
    writer.write(b"\r\n\r\n")
    assert await reader.readexactly(2) == b"\r\n"
    writer.close()
    plain_reader, plain = await asyncio.open_connection(*site.tls)
    plain.write(OPTIONS.format(transport="TLS", branch="plain").encode())
    assert not answered(await plain_reader.read(), "plain")
    plain.close()


class Datagrams(asyncio.DatagramProtocol):
    """Keeps what comes."""

    def __init__(self) -> None:
        self.came: asyncio.Queue[bytes] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.came.put_nowait(data)


async def test_ipv6_is_served_beside_ipv4(site: Site) -> None:
    loop = asyncio.get_running_loop()
    transport, datagrams = await loop.create_datagram_endpoint(Datagrams, remote_addr=("::1", site.v6_port))
    transport.sendto(OPTIONS.format(transport="UDP", branch="six").encode())
    answer = await asyncio.wait_for(datagrams.came.get(), 5)
    assert answered(answer, "six")
    assert b"received=::1" in answer
    transport.close()
    reader, writer = await asyncio.open_connection("::1", site.v6_port)
    writer.write(OPTIONS.format(transport="TCP", branch="tcp6").encode())
    assert answered(await reader.readuntil(b"\r\n\r\n"), "tcp6")
    writer.close()


@needs_baresip
async def test_a_phone_on_ipv6_and_one_on_ipv4_hear_each_other(
    site: Site, tones: dict[str, Path], tmp_path: Path
) -> None:
    centre = site.centre
    password = await centre.put_agent("ana", "1001")
    phone = Phone("::1", site.v6_port, "1090", await centre.put_agent("milan", "1090"))
    await phone.start("::1")
    await phone.register()
    async with Baresip(
        tmp_path / "ana", user="1001", tone=tones["agent"], switch=centre.sip, password=password
    ) as ana:  # fmt: skip
        await ana.registered()
        call = phone.call("1001")
        await ana.wait_for("CALL_INCOMING")
        await ana.accept()
        await asyncio.wait_for(call.wait_for(CallState.ANSWERED), 5)
        call.write_audio(g711.encode(tone.sine(440.0, 4.0), call.law))
        assert_tone(await ana.hear(0.5), 440)
        heard = await asyncio.wait_for(call.read_audio(8000), 5)
        assert tone.holds_tone(g711.decode(heard[-4000:], call.law), 1000.0)
        call.hangup()
        await ana.wait_for("CALL_CLOSED")
    await phone.stop()
    await centre.quiet()


async def test_a_call_with_audio_over_ipv6_alone(executable: Path, tmp_path: Path, tones: dict[str, Path]) -> None:
    centre = Centre(executable, tmp_path / "centre", {"music": tones["music"]})
    port = int(centre.sip.rpartition(":")[2])
    centre.sip = f"[::1]:{port}"
    try:
        await centre.start()
        await centre.put("/routes/600", {"target": "echo"})
        phone = Phone("::1", port, "1001", await centre.put_agent("ana", "1001"))
        await phone.start("::1")
        await phone.register()
        call = phone.call("600")
        await asyncio.wait_for(call.wait_for(CallState.ANSWERED), 5)
        call.write_audio(b"\x55" * 160 * 20)
        await eventually(call.read_audio, lambda heard: heard == b"\x55" * 160, within_s=5, what="the echo")
        call.hangup()
        await phone.stop()
        await centre.quiet()
        await centre.stop()
    finally:
        if centre.program.running:
            await centre.kill()
        await centre.api.aclose()
