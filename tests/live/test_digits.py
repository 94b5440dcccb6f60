"""Digits between real phones that have them in different ways, through the whole program."""

from __future__ import annotations

import numpy as np
import pytest

from pbx.media.inband import InbandReader
from tests.live.harness.baresip import Baresip
from tests.live.harness.floor import CALLER, Floor
from tests.live.harness.needs import needs_baresip, needs_sipp
from tests.live.harness.sipp import Sipp
from tests.live.harness.waiting import eventually

pytestmark = [pytest.mark.live, pytest.mark.shared, needs_baresip, needs_sipp]


async def pressed_for(phone: Baresip) -> str:
    """The key that a phone was told of: by telephone-event or INFO."""
    return str((await phone.wait_for("CALL_DTMF_START"))["param"])


def keys_heard(phone: Baresip) -> str:
    """The keys in all that a phone has heard as audio."""
    audio = np.concatenate((phone.recording() * 32768, np.zeros(800))).astype(np.int16)
    return "".join(heard.digit for heard in InbandReader().take(audio) if heard.ended)


async def test_keys_reach_phones_as_they_have_them(floor: Floor) -> None:
    events = await floor.colleague("vera", "1002")
    tones = await floor.colleague("toma", "1003", dtmf="inband")
    infos = await floor.colleague("ivan", "1004", dtmf="info")

    folder = floor.folder_of("uac_presses", "1002")
    stranger = Sipp("uac_presses", folder)
    await stranger.start(floor.centre.sip, calls=1, number="1002", hold_ms=600)
    await events.wait_for("CALL_INCOMING")
    await events.accept()
    assert [await pressed_for(events), await pressed_for(events)] == ["5", "#"]
    figures = await stranger.figures(within_s=10)
    assert figures.successful == 1, stranger.trouble()

    caller = await floor.caller()
    await caller.dial("1003")
    await tones.wait_for("CALL_INCOMING")
    await tones.accept()
    await caller.wait_for("CALL_ESTABLISHED")
    await caller.command("sndcode", "7")
    await eventually(lambda: _heard(tones), lambda keys: keys == "7", within_s=5, what="a key as tones")
    [call] = (await floor.centre.get("/calls"))["items"]
    answer = await floor.centre.api.post(f"/calls/{call['id']}/digits", json={"digits": "1D", "agent": "milan"})
    assert answer.status_code == 202, answer.text
    await eventually(lambda: _heard(tones), lambda keys: keys == "71D", within_s=5, what="keys over HTTP as tones")
    await caller.hangup()

    await caller.dial("1004")
    await infos.wait_for("CALL_INCOMING")
    await infos.accept()
    await caller.wait_for("CALL_ESTABLISHED")
    await caller.command("sndcode", "3")
    assert await pressed_for(infos) == "3"
    await caller.hangup()
    assert CALLER in {record["caller"] for record in await floor.centre.cdrs(3)}
    await floor.centre.quiet()


async def _heard(phone: Baresip) -> str:
    return keys_heard(phone)
