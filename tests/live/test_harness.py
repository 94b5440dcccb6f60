"""The measuring instruments themselves, tried against each other without the program between them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest

from tests.live.harness.audio import assert_tone, from_ulaw, loudness, make_tone, read_wav, sine, to_ulaw
from tests.live.harness.baresip import Baresip
from tests.live.harness.handset import Handset
from tests.live.harness.needs import needs_baresip, needs_sipp, needs_sox
from tests.live.harness.ports import LOOPBACK
from tests.live.harness.sipp import Sipp

pytestmark = pytest.mark.live


@needs_sox
def test_a_tone_is_found_and_another_one_is_not(tmp_path: Path) -> None:
    samples = read_wav(make_tone(tmp_path / "tone.wav", 1000, seconds=1))
    assert_tone(samples, 1000)
    with pytest.raises(AssertionError, match="heard 1000 Hz"):
        assert_tone(samples, 1020)


def test_two_tones_at_once_are_no_tone() -> None:
    with pytest.raises(AssertionError, match="above the rest"):
        assert_tone(sine(1000, 1.0) + sine(440, 1.0, level=0.2), 1000)


def test_silence_is_no_tone() -> None:
    with pytest.raises(AssertionError, match="silence"):
        assert_tone(np.zeros(8000), 1000)


def test_a_tone_survives_mu_law_and_back() -> None:
    spoken = sine(440, 1.0)
    heard = from_ulaw(to_ulaw(spoken))
    assert_tone(heard, 440)
    assert loudness(heard - spoken) < 0.02


@needs_baresip
@needs_sox
async def test_two_phones_hear_each_others_tone(tmp_path: Path) -> None:
    high, low = make_tone(tmp_path / "high.wav", 1000), make_tone(tmp_path / "low.wav", 440)
    async with (
        Baresip(tmp_path / "ana", user="ana", tone=high, switch=LOOPBACK, register=False) as ana,
        Baresip(tmp_path / "boris", user="boris", tone=low, switch=LOOPBACK, register=False) as boris,
    ):
        await ana.dial(f"sip:boris@{boris.address}")
        await boris.wait_for("CALL_INCOMING")
        await boris.accept()
        assert_tone(await ana.hear(1.0), 440)
        assert_tone(await boris.hear(1.0), 1000)
        await ana.hangup()
        await boris.wait_for("CALL_CLOSED")


@needs_baresip
@needs_sox
async def test_the_hand_made_phone_holds_a_real_one_and_hears_it_again(tmp_path: Path) -> None:
    high = make_tone(tmp_path / "high.wav", 1000)
    async with (
        Baresip(tmp_path / "ana", user="ana", tone=high, switch=LOOPBACK, register=False) as ana,
        Handset(ana.address, user="boris", hz=440) as boris,
    ):
        calling = asyncio.create_task(boris.invite("ana"))
        await ana.wait_for("CALL_INCOMING")
        await ana.accept()
        assert (await calling).status == 200
        assert_tone(await boris.voice.hear(1.0), 1000)
        assert_tone(await ana.hear(1.0), 440)
        await boris.hold()
        await boris.resume()
        assert_tone(await boris.voice.hear(1.0), 1000)
        await ana.hangup()
        await asyncio.wait_for(boris.ended.wait(), 5)


@needs_sipp
async def test_the_load_generators_caller_meets_its_agent(tmp_path: Path) -> None:
    agent, caller = Sipp("uas_agent", tmp_path), Sipp("uac", tmp_path)
    await agent.start(f"{LOOPBACK}:{caller.port}", calls=20)
    await caller.start(agent.address, calls=20, rate=50, hold_ms=200)
    placed = await caller.figures(within_s=20)
    assert (placed.successful, placed.failed) == (20, 0), caller.trouble()
    taken = await agent.figures(within_s=20)
    assert (taken.successful, taken.failed) == (20, 0), agent.trouble()
