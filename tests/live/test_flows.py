"""Flows, voicemail and a conference with real phones: what is heard, pressed, left and found again."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import numpy as np
import pytest

from tests.live.harness.audio import RATE, Samples, assert_tone, make_tone, read_wav
from tests.live.harness.baresip import Baresip
from tests.live.harness.centre import MUSIC_HZ, Json
from tests.live.harness.floor import CALLER, QUEUE, Floor
from tests.live.harness.handset import Handset
from tests.live.harness.waiting import eventually

pytestmark = [pytest.mark.live, pytest.mark.shared]

PROMPT_HZ, SORRY_HZ = 520.0, 860.0
MENU = {
    "id": "menu",
    "type": "menu",
    "prompt": {"clip": "choose"},
    "invalid": {"clip": "sorry"},
    "choices": {"2": "queue"},
    "failed": "end",
}
STEPS = [MENU, {"id": "queue", "type": "queue", "queue": QUEUE}, {"id": "end", "type": "hangup"}]


def record_prompts(floor: Floor) -> None:
    """Tones in the place of what an operator would record."""
    folder = floor.centre.data / "prompts" / "en"
    make_tone(folder / "choose.wav", PROMPT_HZ, 8)
    make_tone(folder / "sorry.wav", SORRY_HZ, 4)


async def press(phone: Baresip, digit: str) -> None:
    """Press a key of a real phone, which sends it as a telephone-event (RFC 4733)."""
    await phone.command("sndcode", digit)


def level(samples: Samples, hz: float) -> float:
    """The share of the sound's power that lies within 20 Hz of a tone."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    frequencies = np.fft.rfftfreq(len(samples), 1 / RATE)
    return float(spectrum[np.abs(frequencies - hz) < 20].sum() / spectrum.sum())


async def test_a_caller_hears_the_menu_presses_a_key_and_lands_in_the_queue(floor: Floor) -> None:
    record_prompts(floor)
    await floor.centre.put("/flows/main", {"steps": STEPS})
    await floor.centre.put("/routes/800", {"target": "flow:main"})
    caller = await floor.caller()
    await caller.dial("800")
    await caller.wait_for("CALL_ESTABLISHED")
    assert_tone(await caller.hear(0.5), PROMPT_HZ)
    await press(caller, "9")
    assert_tone(await caller.hear(0.5), SORRY_HZ)
    await press(caller, "2")
    await floor.centre.queue_waiting(QUEUE, 1)
    assert_tone(await caller.hear(0.5), MUSIC_HZ)
    [call] = (await floor.centre.get("/calls"))["items"]
    why = await floor.centre.get(f"/calls/{call['id']}/why")
    assert [(step["step"], step["outcome"]) for step in why["flow"]] == [
        ("menu", "invalid"),
        ("menu", "2"),
        ("queue", f"queue:{QUEUE}"),
    ]
    await caller.hangup()
    [record] = await floor.centre.cdrs()
    assert record["flow_path"] == f"menu invalid > menu 2 > queue queue:{QUEUE}"
    assert (record["queue"], record["disposition"]) == (QUEUE, "abandoned")
    await floor.centre.quiet()


async def test_a_message_is_left_lights_up_over_http_and_is_heard_by_its_owner(floor: Floor, tmp_path: Path) -> None:
    record_prompts(floor)
    make_tone(floor.centre.data / "prompts" / "en" / "voicemail-ana.wav", PROMPT_HZ, 6)
    ana = await floor.seat("ana", "1001")
    await floor.centre.put("/routes/650", {"target": "voicemail:ana"})
    await floor.centre.put("/routes/603", {"target": "voicemail"})
    caller = await floor.caller()
    await caller.dial("650")
    await caller.wait_for("CALL_ESTABLISHED")
    assert_tone(await caller.hear(0.5), PROMPT_HZ)
    await press(caller, "#")
    await asyncio.sleep(4)  # the tone of half a second, and what the caller says
    await caller.hangup()

    message = (await eventually(lambda: voicemails(floor), bool, within_s=5, what="a message"))[0]
    assert (message["box"], message["caller"], message["heard"]) == ("ana", CALLER, False)
    assert 2 < message["seconds"] < 5
    sound = await floor.centre.api.get(f"/voicemails/{message['id']}/audio")
    (tmp_path / "message.wav").write_bytes(sound.content)
    assert_tone(read_wav(tmp_path / "message.wav")[RATE // 2 : -RATE // 2], 440)

    await ana.dial("603")
    await ana.wait_for("CALL_ESTABLISHED")
    await eventually(lambda: tone_heard(ana, 440), bool, within_s=15, what="the message heard by its owner")
    await press(ana, "3")
    await eventually(lambda: voicemails(floor), lambda found: not found, within_s=5, what="the message deleted")
    assert (await floor.centre.api.get(f"/voicemails/{message['id']}/audio")).status_code == httpx.codes.NOT_FOUND
    await ana.hangup()
    await floor.centre.quiet()


async def voicemails(floor: Floor) -> list[Json]:
    """What lies in ana's box."""
    items: list[Json] = (await floor.centre.get("/voicemails", box="ana"))["items"]
    return items


async def tone_heard(phone: Baresip, hz: float) -> bool:
    """Whether the last second that a phone heard is that tone."""
    heard = phone.recording()[-RATE:]
    return len(heard) == RATE and bool(np.any(heard)) and level(heard, hz) > 0.9


async def test_three_phones_in_a_conference_hear_each_other(floor: Floor) -> None:
    await floor.centre.put("/routes/602", {"target": "conference:team"})
    pitches = (440.0, 700.0, 1100.0)
    async with AsyncExitStack() as phones:
        members = []
        for place, hz in enumerate(pitches):
            phone = await phones.enter_async_context(Handset(floor.centre.sip, user=f"+38160{place}", hz=hz))
            assert (await phone.invite("602")).status == 200
            members.append(phone)
        [room] = (await floor.centre.get("/conferences"))["items"]
        assert (room["id"], len(room["calls"])) == ("team", 3)
        heard = await asyncio.gather(*(phone.voice.hear(1.0, settle_s=1.5) for phone in members))
        for own, samples in zip(pitches, heard, strict=True):
            for hz in pitches:
                assert (level(samples, hz) > 0.2) is (hz != own), (own, hz, level(samples, hz))

        first = next(one["call"] for one in room["members"] if one["caller"] == "+381600")
        for path in ("lock", f"members/{first}/mute"):
            assert (await floor.centre.api.post(f"/conferences/team/{path}")).is_success
        samples = await members[1].voice.hear(0.5, settle_s=1.0)
        assert level(samples, pitches[0]) < 0.01 < level(samples, pitches[2])
        late = await phones.enter_async_context(Handset(floor.centre.sip, user="+381609", hz=440))
        assert (await late.invite("602")).status == 403
        assert (await floor.centre.api.delete(f"/conferences/team/members/{first}")).is_success
        await asyncio.wait_for(members[0].ended.wait(), 5)
        for phone in members[1:]:
            await phone.bye()
    await floor.centre.put("/routes/606", {"target": "conference:board", "pin": "1290"})
    caller = await floor.caller()
    await caller.dial("606")
    await caller.wait_for("CALL_ESTABLISHED")
    for digit in "1290":
        await press(caller, digit)
    rooms = await eventually(
        lambda: floor.centre.get("/conferences"), lambda found: bool(found["items"]), within_s=5, what="a member"
    )
    assert [room["id"] for room in rooms["items"]] == ["board"]
    await caller.hangup()
    await floor.centre.quiet()
