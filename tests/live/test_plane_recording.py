"""What legs say, in WAV files."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import wave
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from pbx.media import dtmf, tone
from pbx.media.g711 import PCMA, PCMU, Samples
from tests.live.plane.house import LEGS, House
from tests.live.plane.phone import PATIENCE_S


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clips")


@pytest.fixture
async def house(clips: Path) -> AsyncIterator[House]:
    async with House(clips) as house:
        yield house


def samples_of(path: Path) -> Samples:
    """What a file's header says is in it; it is 8000 Hz, mono, 16 bits."""
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8000, 1, 2)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.int16)


async def ended(house: House) -> tuple[str, str, float]:
    await house.listener.until(lambda: bool(house.listener.recordings))
    return house.listener.recordings.pop(0)


def size_of(path: Path) -> int:
    """The octets of a file; none before it is there."""
    return path.stat().st_size if path.exists() else 0


async def written(path: Path, octets: int) -> None:
    """Wait until a file has so many octets."""
    for _ in range(round(PATIENCE_S / 0.05)):
        if size_of(path) >= octets:
            return
        await asyncio.sleep(0.05)
    raise TimeoutError


@pytest.mark.parametrize("law", [PCMU, PCMA])
async def test_a_recording_holds_what_the_leg_says_and_not_what_it_hears(
    house: House, law: int, tmp_path: Path
) -> None:
    caller, agent, caller_port, agent_port = await house.pair(await house.phone(law), await house.phone())
    path = tmp_path / "caller.wav"
    house.plane.bridge(*LEGS)
    house.plane.record("caller", str(path), max_s=60.0)
    await house.in_force()
    caller.speak(caller_port, 440.0, 25)
    agent.speak(agent_port, 1000.0, 25)
    assert tone.holds_tone(agent.samples(await agent.hear(25)), 440.0)
    await caller.hear(25)
    house.plane.stop_recording("caller")
    told = await ended(house)
    recorded = samples_of(path)

    assert told == ("caller", str(path), len(recorded) / 8000)
    assert tone.holds_tone(recorded[-4000:], 440.0)
    caller.speak(caller_port, 440.0, 5)
    assert len(await agent.hear(5)) == 5


async def test_a_digit_and_a_loss_are_silence_in_a_recording(house: House, tmp_path: Path) -> None:
    phone = await house.phone(dtmf_type=101)
    caller, _, port, _ = await house.pair(phone, await house.phone())
    path = tmp_path / "caller.wav"
    house.plane.record("caller", str(path), max_s=60.0)
    await house.in_force()
    caller.speak(port, 440.0, 5)
    began = caller.timestamp
    for event in dtmf.press("5", 100):
        caller.timestamp = began
        caller.send(port, dtmf.build(event), kind=101)
    caller.timestamp = began + 5 * 160
    caller.speak(port, 440.0, 5)
    await house.taken_in(18)
    house.plane.stop_recording("caller")
    await ended(house)
    recorded = samples_of(path)
    begin = int(np.argmax(recorded != 0)) - 1  # a sine begins at zero
    loud = [bool(recorded[begin + 160 * i :][:160].any()) for i in range(15)]

    assert loud == [True] * 5 + [False] * 5 + [True] * 5


async def test_a_recording_ends_with_its_longest_time(house: House, tmp_path: Path) -> None:
    caller, _, port, _ = await house.pair()
    house.plane.record("caller", str(tmp_path / "a.wav"), max_s=0.3)
    await house.in_force()
    caller.speak(port, 440.0, 50)

    assert await ended(house) == ("caller", str(tmp_path / "a.wav"), 0.3)
    assert len(samples_of(tmp_path / "a.wav")) == 2400


async def test_a_recording_ends_when_nobody_speaks(house: House, tmp_path: Path) -> None:
    caller, _, port, _ = await house.pair()
    house.plane.record("caller", str(tmp_path / "a.wav"), max_s=60.0, silence_s=0.3)
    await house.in_force()
    caller.speak(port, 440.0, 5)
    _, _, seconds = await ended(house)

    assert 0.3 <= seconds < 2.0


async def test_a_leg_that_ends_tells_each_recording_once_its_file_is_complete(house: House, tmp_path: Path) -> None:
    caller, _, port, _ = await house.pair()
    house.plane.record("caller", str(tmp_path / "first.wav"), max_s=60.0)
    await house.in_force()
    caller.speak(port, 440.0, 10)
    await house.taken_in(10)
    house.plane.record("caller", str(tmp_path / "second.wav"), max_s=60.0)
    await house.listener.figures(house.plane, "caller")
    await house.listener.until(lambda: len(house.listener.recordings) == 2)

    assert [Path(path).name for _, path, _ in house.listener.recordings] == ["first.wav", "second.wav"]
    assert tone.holds_tone(samples_of(tmp_path / "first.wav"), 440.0)


async def test_a_file_that_cannot_be_written_is_told_and_hurts_nobody(
    house: House, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caller, agent, port, _ = await house.pair()
    house.plane.bridge(*LEGS)
    house.plane.record("caller", str(tmp_path / "nowhere" / "a.wav"), max_s=60.0)

    assert await ended(house) == ("caller", str(tmp_path / "nowhere" / "a.wav"), 0.0)
    caller.speak(port, 440.0)
    assert tone.holds_tone(agent.samples(await agent.hear(10)), 440.0)
    assert "nowhere/a.wav': No such file or directory" in caplog.text


@pytest.mark.parametrize(("name", "max_s"), [("a\0b.wav", 60.0), ("a.wav", float("nan"))])
async def test_what_is_no_path_or_no_time_is_told_and_hurts_nobody(
    house: House, tmp_path: Path, name: str, max_s: float, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    await house.pair()
    pids = house.plane.worker_pids
    house.plane.record("caller", str(tmp_path / name), max_s=max_s)

    assert await ended(house) == ("caller", str(tmp_path / name), 0.0)
    assert house.plane.worker_pids == pids


async def test_a_full_disk_ends_a_recording(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caller, _, port, _ = await house.pair()
    house.plane.record("caller", "/dev/full", max_s=60.0)
    caller.speak(port, 440.0)

    assert await ended(house) == ("caller", "/dev/full", 0.0)
    assert "'/dev/full': No space left on device" in caplog.text


async def test_a_recording_outlives_its_worker(house: House, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    caller, _, port, _ = await house.pair()
    path = tmp_path / "a.wav"
    house.plane.record("caller", str(path), max_s=60.0)
    await house.in_force()
    caller.speak(port, 440.0, 50)
    await written(path, 8044)
    os.kill(house.plane.worker_pids[0], signal.SIGKILL)
    told = await ended(house)
    recorded = samples_of(path)

    assert told == ("caller", str(path), len(recorded) / 8000)
    assert len(recorded) >= 4000
    assert tone.peak(recorded)[0] == pytest.approx(440.0, abs=10)
