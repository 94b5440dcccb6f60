"""Calls in stereo files: what a leg says on the left, what it is sent on the right, from real workers."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from pbx.media import tone
from pbx.media.beep import HZ as BEEP_HZ
from pbx.media.g711 import PCMA, PCMU, Samples
from pbx.media.tune import MUSIC_HZ
from pbx.plane.protocol import MediaKeys
from pbx.plane.spool import read_spool
from tests.live.plane.house import LEGS, House, channels
from tests.live.plane.phone import PATIENCE_S

KEY = bytes(range(32))
SRTP = MediaKeys("AES_CM_128_HMAC_SHA1_80", bytes(range(30)), bytes(range(30, 60)))


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clips")


@pytest.fixture
async def house(clips: Path) -> AsyncIterator[House]:
    async with House(clips, workers=2) as house:
        yield house


def sound(samples: Samples) -> Samples:
    """From the first sound to the last."""
    loud = np.nonzero(np.abs(samples.astype(np.int32)) > 100)[0]
    return samples[loud[0] : loud[-1] + 1] if len(loud) else samples[:0]


async def ended(house: House) -> tuple[str, str, float]:
    await house.listener.until(lambda: bool(house.listener.recordings))
    return house.listener.recordings.pop(0)


@pytest.mark.parametrize(
    ("laws", "keys", "near", "key"),
    [
        ((PCMU, PCMU), None, "caller", None),
        ((PCMA, PCMU), None, None, KEY),
        ((PCMU, PCMA), SRTP, "caller", KEY),
    ],
    ids=["plain", "two workers, two laws, sealed", "SRTP, two laws, sealed"],
)
async def test_each_side_of_a_call_has_a_channel_of_its_own(
    house: House, laws: tuple[int, int], keys: MediaKeys | None, near: str | None, key: bytes | None, tmp_path: Path
) -> None:
    phones = await house.phone(laws[0], keys=keys), await house.phone(laws[1])
    caller, agent, caller_port, agent_port = await house.pair(*phones, near=near)
    path = tmp_path / "call"
    house.plane.bridge(*LEGS)
    await house.all_in_force()
    caller.speak(caller_port, 440.0, 1)
    await agent.hear(1)
    house.plane.record_call("caller", str(path), note="a note", key=key)
    await house.all_in_force()
    caller.speak(caller_port, 440.0, 25)
    agent.speak(agent_port, 1000.0, 25)
    assert tone.holds_tone(agent.samples(await agent.hear(25)), 440.0)
    assert tone.holds_tone(caller.samples(await caller.hear(25)), 1000.0)
    await house.all_in_force()
    house.plane.stop_call_recording("caller")
    leg, told, seconds = await ended(house)
    left, right = channels(path, key)

    assert (leg, told, len(left)) == ("caller", str(path), len(right))
    assert seconds == len(left) / 8000
    for channel, hz in ((left, 440.0), (right, 1000.0)):
        assert tone.holds_tone(sound(channel), hz)
        assert len(sound(channel)) == pytest.approx(4000, abs=20)
    assert read_spool(str(path)).note == b"a note"
    caller.speak(caller_port, 440.0, 5)
    assert tone.holds_tone(agent.samples(await agent.hear(5)), 440.0)


async def test_a_recording_goes_on_through_hold_another_agent_a_room_and_a_pause(house: House, tmp_path: Path) -> None:
    caller, agent, caller_port, agent_port = await house.pair()
    path = tmp_path / "call.wav"
    house.plane.bridge(*LEGS)
    await house.in_force()
    caller.speak(caller_port, 440.0, 1)
    await agent.hear(1)
    house.plane.record_call("caller", str(path), beep_s=60.0)
    await house.in_force()

    heard = []
    agent.speak(agent_port, 1000.0, 12)
    heard += await caller.hear(12)
    assert tone.level_db(caller.samples(heard[:10]), BEEP_HZ) == pytest.approx(-20, abs=1)
    house.plane.play("caller", ("music",), loop=True)
    await caller.hear(20)
    house.plane.pause_call_recording("caller", True)
    await house.in_force()
    await caller.hear(20)
    house.plane.pause_call_recording("caller", False)
    other = await house.phone(PCMA)
    port = house.plane.open("other", near="caller")
    house.plane.connect("other", other.media())
    house.plane.bridge("caller", "other")
    await house.in_force()
    other.speak(port, 700.0, 12)
    await caller.hear(12)
    house.plane.join("caller", "room")
    house.plane.join("other", "room")
    await house.in_force()
    other.speak(port, 1500.0, 12)
    await caller.hear(20)
    house.plane.close("caller")
    await ended(house)
    left, right = channels(path)

    assert not sound(left)[160:].any()
    peaks = [tone.peak(right[at : at + 800])[0] for at in range(0, len(right) - 800, 400)]
    order = [hz for peak in peaks for hz in (1000.0, MUSIC_HZ, 700.0, 1500.0) if abs(peak - hz) < 10]
    assert list(dict.fromkeys(order)) == [1000.0, MUSIC_HZ, 700.0, 1500.0]
    quiet = max(len(run) for run in (right != 0).tobytes().split(b"\1"))
    assert quiet >= 8000 * 0.35, "the pause is silent"


async def test_what_was_said_until_a_worker_is_killed_is_kept(house: House, tmp_path: Path) -> None:
    caller, _, caller_port, _ = await house.pair()
    path = tmp_path / "call"
    house.plane.bridge(*LEGS)
    house.plane.record_call("caller", str(path), key=KEY)
    await house.in_force()
    for _ in range(75):
        caller.speak(caller_port, 450.0, 1)
        await asyncio.sleep(0.02)
    for pid in house.plane.worker_pids:
        os.kill(pid, signal.SIGKILL)
    _, _, seconds = await ended(house)
    left, _ = channels(path, KEY)

    assert seconds == len(left) / 8000
    assert tone.holds_tone(sound(left), 450.0)
    assert len(sound(left)) / 8000 > 1.5 - 1.0


async def test_a_disk_that_stalls_stalls_no_audio_and_has_all_of_it_afterwards(house: House, tmp_path: Path) -> None:
    caller, agent, port, _ = await house.pair()
    stalled, path = tmp_path / "stalled", tmp_path / "call"
    os.mkfifo(stalled)  # whoever opens it to write waits for somebody who reads
    house.plane.bridge(*LEGS)
    await house.in_force()
    caller.speak(port, 440.0, 1)
    await agent.hear(1)
    house.plane.record("agent", str(stalled), max_s=60.0)
    house.plane.record_call("caller", str(path))
    await house.in_force()
    caller.speak(port, 440.0, 50)
    assert tone.holds_tone(agent.samples(await agent.hear(50)), 440.0)
    await house.listener.figures(house.plane, "caller")
    assert house.listener.recordings == []
    assert not path.exists()

    os.close(os.open(stalled, os.O_RDONLY | os.O_NONBLOCK))
    await house.listener.until(lambda: len(house.listener.recordings) == 2)
    assert ("agent", str(stalled), 0.0) in house.listener.recordings
    left, _ = channels(path)
    assert tone.holds_tone(sound(left), 440.0)
    assert len(sound(left)) == pytest.approx(8000, abs=20)


@pytest.mark.parametrize("name", ["nowhere/call.wav", "there.wav"])
async def test_a_recording_that_cannot_be_written_is_told_and_hurts_nobody(
    house: House, name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "there.wav").touch()
    caller, agent, port, _ = await house.pair()
    house.plane.bridge(*LEGS)
    house.plane.record_call("caller", str(tmp_path / name))

    assert await ended(house) == ("caller", str(tmp_path / name), 0.0)
    caller.speak(port, 440.0)
    assert tone.holds_tone(agent.samples(await agent.hear(10)), 440.0)
    assert name in caplog.text
    async with asyncio.timeout(PATIENCE_S):
        assert (await house.listener.figures(house.plane, "caller")).packets_received == 10
