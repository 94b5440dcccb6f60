"""Calls of browsers through the whole program: SIP over WebSocket, audio by DTLS-SRTP and ICE, played by aiortc.

baresip plays a desk phone that does the handshake, and no ICE.
"""

from __future__ import annotations

import asyncio
import base64
import re
from pathlib import Path

import pytest

from pbx.media import tone
from tests.live.harness.audio import assert_tone
from tests.live.harness.baresip import Baresip
from tests.live.harness.browser_page import BrowserPage
from tests.live.harness.centre import Centre
from tests.live.harness.handset import Handset
from tests.live.harness.needs import needs_baresip
from tests.live.harness.ports import LOOPBACK, free_block
from tests.live.harness.waiting import eventually
from tests.live.plane.browser import Browser

pytestmark = [pytest.mark.live, needs_baresip]

ANA_HZ, MILAN_HZ = 1000.0, 440.0
UNSECURED = "has no audio: its certificate is not the one that its description named"


@pytest.fixture
def websocket() -> str:
    """Where the centre serves browsers: taken when it starts, so that no port for audio is of the same number."""
    return f"{LOOPBACK}:{free_block()}"


@pytest.fixture
def settings(websocket: str) -> dict[str, str]:
    return {"sip_ws": websocket, "log_level": "debug"}


@pytest.fixture(autouse=True)
def on_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """aiortc leaves loopback out of its candidates."""
    monkeypatch.setattr("aioice.ice.get_host_addresses", lambda use_ipv4, use_ipv6: [LOOPBACK])


def secrets(descriptions: list[str]) -> set[str]:
    """Keys, passwords, and addresses of audio in descriptions."""
    text = "\n".join(descriptions)
    ports = re.findall(r"^m=audio ([0-9]+) ", text, re.MULTILINE) + re.findall(r"^a=candidate:.* ([0-9]+) typ", text)
    keys = re.findall(r"inline:(\S+)", text) + re.findall(r"a=ice-pwd:(\S+)", text)
    return {*keys, *(f"{LOOPBACK}:{port}" for port in ports), *(f"'{LOOPBACK}', {port}" for port in ports)}


async def test_browsers_and_a_phone_that_shakes_hands_hear_each_other_and_the_log_tells_nothing_of_it(
    centre: Centre, websocket: str, tmp_path: Path, tones: dict[str, Path]
) -> None:
    url = f"ws://{websocket}/"

    async def logged() -> str:
        return centre.program.output(100_000)

    passwords = [await centre.put_agent(name, extension) for name, extension in (("ana", "1001"), ("milan", "1090"))]
    described: list[str] = []
    async with (
        Browser(ANA_HZ) as at_ana,
        Browser(MILAN_HZ) as at_milan,
        BrowserPage(centre.sip, url, at_ana, user="1001", password=passwords[0]) as ana,
        BrowserPage(centre.sip, url, at_milan, user="1090", password=passwords[1]) as milan,
    ):
        assert (await ana.register())[-1] == 200
        await milan.call("1001")
        heard_by_ana, heard_by_milan = await asyncio.gather(at_ana.hear(0.6), at_milan.hear(0.6))
        assert tone.holds_tone(heard_by_ana[-2400:], MILAN_HZ)
        assert tone.holds_tone(heard_by_milan[-2400:], ANA_HZ)
        await milan.bye()
        await asyncio.wait_for(ana.ended.wait(), 5)
        described += ana.described + milan.described
    await centre.quiet()
    async with (
        Browser(ANA_HZ) as again,
        BrowserPage(centre.sip, url, again, user="1001", password=passwords[0]) as ana,
        Baresip(
            tmp_path / "milan", user="1090", tone=tones["caller"], switch=centre.sip, password=passwords[1], dtls=True
        ) as desk_phone,
    ):
        assert (await ana.register())[-1] == 200
        await desk_phone.registered()
        await desk_phone.dial("1001")
        heard_by_ana, heard_by_phone = await asyncio.gather(again.hear(0.6), desk_phone.hear(0.5))
        assert tone.holds_tone(heard_by_ana[-2400:], MILAN_HZ)
        assert_tone(heard_by_phone, ANA_HZ)
        await desk_phone.hangup()
        await asyncio.wait_for(ana.ended.wait(), 5)
        described += ana.described
    await centre.put("/routes/600", {"target": "echo"})
    async with (
        Browser(MILAN_HZ) as forged,
        BrowserPage(centre.sip, url, forged, user="1090", password=passwords[1]) as milan,
    ):
        await milan.call("600", lambda offer: re.sub(r"(a=fingerprint:\S+ ..:)..", r"\g<1>00", offer))
        await eventually(logged, lambda log: UNSECURED in log, within_s=5, what="a word of the wrong certificate")
        await milan.bye()
        described += milan.described
    async with Handset(centre.sip, user="1090", password=passwords[1]) as keyed:
        key = base64.b64encode(b"k" * 28).decode()
        offer = (
            f"v=0\r\no=- 1 1 IN IP4 {LOOPBACK}\r\ns=-\r\nc=IN IP4 {LOOPBACK}\r\nt=0 0\r\n"
            f"m=audio {keyed.address[1] + 2} RTP/SAVP 0\r\na=crypto:1 AEAD_AES_128_GCM inline:{key}\r\n"
        )
        answer = await keyed.invite("600", sdp=offer)
        assert "AEAD_AES_128_GCM inline:" in answer.body
        described += [offer, answer.body]
        await keyed.bye()
    await centre.quiet()
    found, log, cdrs = secrets(described), await logged(), await centre.cdrs()

    assert len(found) > 12
    assert {secret for secret in found if secret in log} == set()
    assert 'centrala_audio_troubles_total{trouble="unsecured"} 1.0' in await centre.metrics()
    ladders = [str(await centre.get(f"/calls/{cdr['id']}/ladder")) for cdr in cdrs]
    passwords_and_keys = {secret for secret in found if not secret.startswith((LOOPBACK, "'"))}
    assert {secret for secret in passwords_and_keys if any(secret in ladder for ladder in ladders)} == set()
