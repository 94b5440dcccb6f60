"""A real phone waits in a queue: music of the queue's class, announcements, a digit that leads out of it."""

from __future__ import annotations

import io
from pathlib import Path

import av
import pytest

from tests.live.harness.audio import assert_tone, make_tone
from tests.live.harness.baresip import Baresip
from tests.live.harness.floor import CALLER, QUEUE, Floor
from tests.live.harness.waiting import eventually

pytestmark = pytest.mark.live

MUSIC_HZ, WELCOME_HZ, COMFORT_HZ, MAILBOX_HZ, WHISPER_HZ = 730.0, 520.0, 860.0, 1210.0, 1530.0


def encoded(folder: Path, hz: float, seconds: float, container: str, codec: str) -> bytes:
    """A tone as a file of some format."""
    out = io.BytesIO()
    path = make_tone(folder / f"{hz:g}.wav", hz, seconds)
    with av.open(str(path)) as tone, av.open(out, "w", format=container) as file:
        stream = file.add_stream(codec, rate=48000 if codec == "libopus" else 44100)
        for frame in tone.decode(audio=0):
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return out.getvalue()


async def upload(floor: Floor, path: str, audio: bytes) -> None:
    """Put a recording there; anything but success fails the test."""
    answer = await floor.centre.api.put(path, content=audio)
    assert answer.status_code == 201, answer.text


async def heard(phone: Baresip, hz: float, *, within_s: float = 10.0) -> None:
    """Wait until a phone hears a tone."""

    async def hears() -> bool:
        try:
            assert_tone(await phone.hear(0.3, settle_s=0.0), hz)
        except AssertionError:
            return False
        return True

    await eventually(hears, bool, within_s=within_s, what=f"{hz:g} Hz heard by {phone.user}")


async def test_a_caller_hears_music_and_announcements_and_leaves_by_a_digit(floor: Floor, tmp_path: Path) -> None:
    await upload(floor, "/prompts/zxx/calm", encoded(tmp_path, MUSIC_HZ, 20, "mp3", "libmp3lame"))
    await upload(floor, "/prompts/en/welcome", encoded(tmp_path, WELCOME_HZ, 1.5, "ogg", "libopus"))
    await upload(floor, "/prompts/en/patience", encoded(tmp_path, COMFORT_HZ, 20, "flac", "flac"))
    await upload(floor, "/prompts/en/voicemail-support", encoded(tmp_path, MAILBOX_HZ, 10, "wav", "pcm_s16le"))
    await upload(floor, "/prompts/en/for-support", encoded(tmp_path, WHISPER_HZ, 1.5, "mp4", "aac"))
    await floor.centre.put("/music/calm", {"tracks": ["calm"]})
    announce = {
        "greeting": {"clip": "welcome"},
        "comfort": {"messages": [{"clip": "patience"}], "first_after_s": 4.0, "every_s": 60.0},
        "min_gap_s": 1.0,
        "interrupt": {"0": "voicemail:support"},
        "to_agent": {"clip": "for-support"},
    }
    await floor.set_queue(music="calm", announce=announce)
    caller = await floor.caller()
    await caller.dial("700")
    await caller.wait_for("CALL_ESTABLISHED")
    await heard(caller, WELCOME_HZ)
    await heard(caller, MUSIC_HZ)
    await heard(caller, COMFORT_HZ)
    await caller.command("sndcode", "5")
    await heard(caller, MUSIC_HZ, within_s=3)
    await caller.command("sndcode", "0")
    await heard(caller, MAILBOX_HZ, within_s=5)
    live = await floor.centre.get(f"/queues/{QUEUE}/live")
    assert (live["waiting"], live["abandoned"]) == (0, 0)
    await caller.hangup()
    [record] = await floor.centre.cdrs(queue=QUEUE)
    assert (record["target"], record["caller"]) == ("voicemail:support", CALLER)

    ana = await floor.seat("ana", "1001")
    await caller.dial("700")
    await ana.wait_for("CALL_INCOMING")
    await heard(caller, MUSIC_HZ)
    await ana.accept()
    await heard(ana, WHISPER_HZ, within_s=3)
    await heard(ana, 440)
    await heard(caller, 1000)
    await caller.hangup()
    await floor.centre.quiet()
