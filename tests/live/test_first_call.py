"""One call with real phones at both ends, and what is on record of it."""

from __future__ import annotations

import time
from datetime import datetime

import pytest

from tests.live.harness.audio import assert_tone
from tests.live.harness.centre import MUSIC_HZ, Json
from tests.live.harness.floor import Floor
from tests.live.harness.needs import needs_baresip

pytestmark = [pytest.mark.live, pytest.mark.shared, needs_baresip]

AGENT_HZ = 1000
CALLER_HZ = 440
GREETING_OVER_S = 1.5
"""The greeting's second, and some room, after which only music is heard."""


def seconds(cdr: Json, field: str) -> float:
    """A time of a call record, as seconds since the epoch."""
    return datetime.fromisoformat(cdr[field]).timestamp()


async def test_a_caller_hears_music_and_then_the_agent_and_the_record_is_right_to_the_second(floor: Floor) -> None:
    ana, caller = await floor.seat("ana", "1001"), await floor.caller()

    dialled_at = time.time()
    await caller.dial("700")
    await caller.wait_for("CALL_ESTABLISHED")
    await ana.wait_for("CALL_INCOMING")
    assert_tone(await caller.hear(1.0, settle_s=GREETING_OVER_S), MUSIC_HZ)

    accepted_at = time.time()
    await ana.accept()
    assert_tone(await caller.hear(1.0), AGENT_HZ)
    assert_tone(await ana.hear(1.0), CALLER_HZ)

    ended_at = time.time()
    await caller.hangup()
    await ana.wait_for("CALL_CLOSED")

    await floor.centre.quiet()
    (cdr,) = await floor.centre.cdrs()
    assert (cdr["caller"], cdr["number"], cdr["queue"], cdr["agent"]) == ("1090", "700", "support", "ana")
    assert (cdr["disposition"], cdr["ended_by"]) == ("answered", "caller")
    assert seconds(cdr, "started_at") == pytest.approx(dialled_at, abs=1)
    assert seconds(cdr, "connected_at") == pytest.approx(accepted_at, abs=1)
    assert seconds(cdr, "ended_at") == pytest.approx(ended_at, abs=1)
    assert cdr["wait_s"] == pytest.approx(accepted_at - dialled_at, abs=1)
    assert cdr["talk_s"] == pytest.approx(ended_at - accepted_at, abs=1)


async def test_the_record_counts_both_legs_audio(floor: Floor) -> None:
    ana, caller = await floor.seat("ana", "1001"), await floor.caller()
    await caller.dial("700")
    await ana.wait_for("CALL_INCOMING")
    await ana.accept()
    await caller.hear(2.0)
    await caller.hangup()

    (cdr,) = await floor.centre.cdrs()
    legs = {leg["party"]: leg for leg in cdr["legs"]}
    assert set(legs) == {"1090", "1001"}
    for leg in legs.values():
        assert leg["codec"] == "PCMU"
        assert leg["packets_received"] >= 100, "two seconds of packets, 20 ms each"
        assert leg["packets_lost"] == 0
        assert leg["jitter_ms"] < 20


async def test_the_agent_may_hang_up_too(floor: Floor) -> None:
    ana, caller = await floor.seat("ana", "1001"), await floor.caller()
    await caller.dial("700")
    await ana.wait_for("CALL_INCOMING")
    await ana.accept()
    await floor.centre.agent_state("ana", "talking")

    await ana.hangup()
    await caller.wait_for("CALL_CLOSED")

    (cdr,) = await floor.centre.cdrs()
    assert (cdr["disposition"], cdr["ended_by"]) == ("answered", "callee")
    await floor.centre.agents_available("support", 1)


async def test_the_call_is_seen_while_it_goes_on(floor: Floor) -> None:
    ana, caller = await floor.seat("ana", "1001"), await floor.caller()
    await caller.dial("700")
    await ana.wait_for("CALL_INCOMING")
    await floor.centre.queue_waiting("support", 1)
    await floor.centre.agent_state("ana", "ringing")
    await ana.accept()
    await floor.centre.agent_state("ana", "talking")

    (call,) = (await floor.centre.get("/calls"))["items"]
    assert call["caller"] == "1090"
    why = await floor.centre.get(f"/calls/{call['id']}/why")
    assert "ana" in str(why)
    await caller.hangup()
    await floor.centre.quiet()
    assert (await floor.centre.get("/calls"))["items"] == []


async def test_two_phones_call_each_other_without_a_queue(floor: Floor) -> None:
    ana, caller = await floor.seat("ana", "1001"), await floor.caller()
    await caller.dial("1001")
    await ana.wait_for("CALL_INCOMING")
    await caller.wait_for("CALL_RINGING")
    await ana.accept()
    assert_tone(await caller.hear(1.0), AGENT_HZ)
    assert_tone(await ana.hear(1.0), CALLER_HZ)
    await caller.hangup()
    await ana.wait_for("CALL_CLOSED")
