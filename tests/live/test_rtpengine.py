"""The whole program with an rtpengine at its edge: a queue call of real phones, one of them secured."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.live.harness.audio import assert_tone
from tests.live.harness.centre import MUSIC_HZ
from tests.live.harness.floor import Floor
from tests.live.harness.needs import needs_baresip, needs_rtpengine
from tests.live.harness.ports import LOOPBACK, free_block
from tests.live.harness.rtpengine import Rtpengine

pytestmark = [pytest.mark.live, needs_baresip, needs_rtpengine]

AGENT_HZ = 1000
CALLER_HZ = 440


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[Rtpengine]:
    async with Rtpengine(tmp_path, free_block(), ports=400) as engine:
        yield engine


@pytest.fixture
def settings(engine: Rtpengine) -> dict[str, str]:
    digits_at = f"{LOOPBACK}:{engine.digits_to}"
    soon = {"audio_measure_s": "0.4", "one_way_s": "0.8", "rtp_timeout_s": "2.4"}
    return {"rtpengine": f"{LOOPBACK}:{engine.port}", "rtpengine_digits": digits_at} | soon


async def test_a_secured_caller_hears_music_and_an_agent_by_way_of_an_rtpengine(
    floor: Floor, engine: Rtpengine
) -> None:
    ana, caller = await floor.seat("ana", "1001"), await floor.caller(srtp=True)
    await caller.dial("700")
    await caller.wait_for("CALL_ESTABLISHED")
    await ana.wait_for("CALL_INCOMING")
    assert_tone(await caller.hear(1.0, settle_s=1.5), MUSIC_HZ)
    await ana.accept()
    assert_tone(await caller.hear(1.0), AGENT_HZ)
    assert_tone(await ana.hear(1.0), CALLER_HZ)
    assert await engine.pairs_with_audio() == 2
    await caller.hangup()
    await ana.wait_for("CALL_CLOSED")
    await floor.centre.quiet()
    (cdr,) = await floor.centre.cdrs()
    assert (cdr["disposition"], cdr["agent"]) == ("answered", "ana")
    assert cdr["legs"][0]["packets_received"] > 50


async def test_a_caller_whose_line_goes_dead_is_noticed_and_ended_where_no_worker_hears_her(
    floor: Floor, engine: Rtpengine
) -> None:
    ana, caller = await floor.seat("ana", "1001"), await floor.caller()
    await caller.dial("700")
    await ana.wait_for("CALL_INCOMING")
    await ana.accept()
    assert_tone(await caller.hear(0.5), AGENT_HZ)
    caller.freeze()
    await ana.wait_for("CALL_CLOSED")
    caller.freeze(False)

    (cdr,) = await floor.centre.cdrs(trouble="no_audio")
    assert (cdr["cause"], cdr["ended_by"], cdr["troubles"]) == ("no_audio", "switch", "one_way no_audio")
    assert await engine.pairs_with_audio() == 0
