"""How a leg's audio is measured: a real worker, a network that is as bad as a test wants it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from time import time

import pytest
from msgspec import structs

from pbx.media import g711, rtcp, tone, xr
from pbx.media.g711 import PCMU
from pbx.media.quality import Path as AudioPath
from pbx.media.quality import judge
from pbx.media.sound import Sound
from tests.live.plane.house import LEGS, House
from tests.live.plane.impairment import Impairment

MEASURE_S = 1.2
PACKETS = 200
LOSS, JITTER_MS, ROUND_TRIP_MS = 0.05, 60.0, 120.0
SPREAD_S = 3 * JITTER_MS / 1000
"""Delays spread evenly over three times the jitter have it: the mean difference of two is a third of the spread."""


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with House(tmp_path / "clips", measure_s=MEASURE_S) as house:
        yield house


async def test_loss_and_jitter_are_measured_and_the_mos_is_that_of_the_model(house: House) -> None:
    """5 % random loss, 60 ms of jitter, 120 ms there and back."""
    caller, agent, caller_port, agent_port = await house.pair()
    house.plane.connect("caller", structs.replace(caller.media(), xr=("rcvr-rtt", "voip-metrics")))
    house.plane.bridge(*LEGS)
    await house.in_force()
    agent.speak(agent_port, 1000.0, 3)
    ours = (await caller.hear(3))[0].ssrc
    ping = rtcp.middle(rtcp.ntp_time(time() - ROUND_TRIP_MS / 1000))
    block = rtcp.ReportBlock(ours, round(256 * LOSS), 10, 200, round(8 * JITTER_MS), last_report=ping)
    caller.report(caller_port, rtcp.ReceiverReport(caller.ssrc, (block,)))
    voice = g711.encode(tone.sine(440.0, 0.02), PCMU)
    async with Impairment(caller_port, seed=7, loss=LOSS, spread_s=SPREAD_S) as network:
        for _ in range(PACKETS):
            caller.send(network.port, voice)
        await agent.hear(round(PACKETS * (1 - LOSS)))

    measured = [one for one in house.listener.measurements if one.leg == "caller" and one.packets > 40]
    whole = measured[1]  # the first one began before the audio did
    expected = judge(AudioPath("PCMU", LOSS, 1.0, JITTER_MS, ROUND_TRIP_MS)).mos

    assert len(measured) >= 2
    assert sum(one.lost for one in measured) / sum(one.lost + one.packets for one in measured) == pytest.approx(
        LOSS, abs=0.03
    )
    assert whole.jitter_ms == pytest.approx(JITTER_MS, rel=0.3)
    assert whole.round_trip_ms == pytest.approx(ROUND_TRIP_MS, abs=20)
    assert whole.mos == pytest.approx(expected, abs=0.3)
    assert whole.sound is Sound.VOICE
    [reported] = [one for one in house.listener.measurements if one.remote_mos is not None]
    assert (reported.leg, reported.remote_loss, reported.remote_jitter_ms) == (
        "caller",
        pytest.approx(0.05, abs=0.01),
        60,
    )
    assert reported.remote_mos == pytest.approx(expected, abs=0.1)

    stats = await house.listener.figures(house.plane, "caller")
    *_, extended = [report for report in caller.reports.heard if isinstance(report, rtcp.ExtendedReport)]
    [reference, metrics] = extended.blocks
    assert isinstance(reference, xr.ReferenceTime)
    assert isinstance(metrics, xr.VoipMetrics)
    assert stats.packets_lost == round(PACKETS * LOSS)
    assert metrics.ssrc == caller.ssrc
    assert metrics.loss_rate == pytest.approx(256 * LOSS, abs=1)
    assert metrics.mos_conversation / 10 == pytest.approx(expected, abs=0.3)
    assert metrics.round_trip_ms == pytest.approx(ROUND_TRIP_MS, abs=20)


async def test_a_side_that_is_mute_and_one_that_sends_nothing_are_told_from_one_that_speaks(house: House) -> None:
    caller, agent, caller_port, agent_port = await house.pair()
    house.plane.bridge(*LEGS)
    await house.in_force()
    async with (
        Impairment(caller_port, seed=1, loss=0.0, spread_s=0.0) as there,
        Impairment(agent_port, seed=1, loss=0.0, spread_s=0.0) as here,
    ):
        voice = g711.encode(tone.sine(440.0, 0.02), PCMU)
        for _ in range(round(3 * MEASURE_S / 0.02)):
            caller.send(there.port, voice)
            agent.send(here.port, b"\xff" * 160)

        def told(leg: str, sound: Sound, *, audio: bool) -> bool:
            told = [one for one in house.listener.measurements if one.leg == leg]
            return any(one.sound is sound and (one.packets > 0) is audio is (one.mos is not None) for one in told)

        await house.listener.until(lambda: told("caller", Sound.VOICE, audio=True))
        await house.listener.until(lambda: told("agent", Sound.DIGITAL_SILENCE, audio=True))
        await house.listener.until(lambda: all(told(leg, Sound.QUIET, audio=False) for leg in LEGS))

    found = {leg: {one.sound for one in house.listener.measurements if one.leg == leg} for leg in LEGS}
    assert Sound.DIGITAL_SILENCE not in found["caller"]
    assert Sound.VOICE not in found["agent"]
