"""Calls given away, by phones and over HTTP; who hears whom afterwards."""

from __future__ import annotations

import asyncio

import pytest

from tests.live.harness.audio import assert_tone
from tests.live.harness.baresip import Baresip
from tests.live.harness.centre import MUSIC_HZ
from tests.live.harness.floor import Floor
from tests.live.harness.handset import Handset
from tests.live.harness.needs import needs_baresip

pytestmark = [pytest.mark.live, pytest.mark.shared, needs_baresip]

AGENT_HZ, CALLER_HZ = 1000, 440


async def talking(floor: Floor) -> tuple[Baresip, Baresip, Handset, str]:
    """Ana and a caller of the queue, who talk; Boris, who is free; and the call."""
    ana, boris = await floor.seat("ana", "1001"), await floor.seat("boris", "1002")
    caller = await floor.handset()
    assert (await caller.invite("700")).status == 200
    await ana.wait_for("CALL_INCOMING")
    await ana.accept()
    await floor.centre.agent_state("ana", "talking")
    [call] = (await floor.centre.get("/calls"))["items"]
    return ana, boris, caller, call["id"]


async def ask(floor: Floor, path: str, **body: str) -> None:
    """Something of a call, over HTTP."""
    answer = await floor.centre.api.post(path, json=body or None)
    assert answer.is_success, answer.text


async def test_a_queues_call_is_given_to_another_agent_over_http(floor: Floor) -> None:
    ana, boris, caller, call = await talking(floor)
    await ask(floor, f"/calls/{call}/transfer", to="1002")
    await boris.wait_for("CALL_INCOMING")
    assert (await floor.centre.get(f"/calls/{call}"))["state"] == "transferring"
    await boris.accept()
    await ana.wait_for("CALL_CLOSED")
    await floor.centre.agents_available("support", 1)
    assert_tone(await caller.voice.hear(1.0), AGENT_HZ)
    assert_tone(await boris.hear(1.0), CALLER_HZ)
    await caller.bye()
    await boris.wait_for("CALL_CLOSED")
    await floor.centre.quiet()
    [cdr] = await floor.centre.cdrs()
    assert (cdr["id"], cdr["queue"], cdr["agent"], cdr["disposition"]) == (call, "support", "boris", "answered")
    assert {leg["party"]: leg["cause"] for leg in cdr["legs"]}["1001"] == "transferred"


async def test_an_agent_asks_first_and_the_caller_hears_music_meanwhile(floor: Floor) -> None:
    ana, boris, caller, call = await talking(floor)
    await ask(floor, f"/calls/{call}/transfer", to="1002", mode="attended")
    await boris.wait_for("CALL_INCOMING")
    await boris.accept()
    assert_tone(await caller.voice.hear(1.0), MUSIC_HZ)
    assert_tone(await ana.hear(1.0), AGENT_HZ)
    await ask(floor, f"/calls/{call}/transfer/complete")
    await ana.wait_for("CALL_CLOSED")
    assert_tone(await caller.voice.hear(1.0), AGENT_HZ)
    assert_tone(await boris.hear(1.0), CALLER_HZ)
    await boris.hangup()
    await asyncio.wait_for(caller.ended.wait(), 5)
    await floor.centre.quiet()


async def test_a_call_nobody_wants_comes_back(floor: Floor) -> None:
    ana, boris, caller, call = await talking(floor)
    await ask(floor, f"/calls/{call}/transfer", to="1002")
    await boris.wait_for("CALL_INCOMING")
    await boris.hangup()
    assert_tone(await ana.hear(1.0), CALLER_HZ)
    assert (await floor.centre.get(f"/calls/{call}"))["agent"] == "ana"
    await caller.bye()
    await ana.wait_for("CALL_CLOSED")


async def test_a_softphone_gives_its_caller_to_another_by_refer(floor: Floor) -> None:
    ana, boris, caller, call = await talking(floor)
    await ana.command("transfer", f"sip:1002@{floor.centre.sip}")
    await boris.wait_for("CALL_INCOMING")
    await boris.accept()
    await ana.wait_for("CALL_CLOSED")
    assert_tone(await caller.voice.hear(1.0), AGENT_HZ)
    assert_tone(await boris.hear(1.0), CALLER_HZ)
    await caller.bye()
    await boris.wait_for("CALL_CLOSED")
    [cdr] = await floor.centre.cdrs()
    assert (cdr["id"], cdr["agent"]) == (call, "boris")


async def test_a_phone_has_its_partner_back_when_the_other_declines(floor: Floor) -> None:
    # By hand: baresip 1.0 hangs up by itself when its transfer fails.
    ana, boris = await floor.seat("ana", "1001"), await floor.seat("boris", "1002")
    line = await floor.handset()
    calling = asyncio.create_task(line.invite("1001"))
    await ana.wait_for("CALL_INCOMING")
    await ana.accept()
    assert (await calling).status == 200
    assert await line.refer("1002") == 202
    await boris.wait_for("CALL_INCOMING")
    await boris.hangup()
    assert_tone(await line.voice.hear(1.0), AGENT_HZ)
    assert_tone(await ana.hear(1.0), CALLER_HZ)
    assert [told.split()[1] for told in line.notified] == ["100", "180", "486"]
    await line.bye()
    await ana.wait_for("CALL_CLOSED")


async def test_a_phone_connects_its_two_calls_by_refer_with_replaces(floor: Floor) -> None:
    ana, boris = await floor.seat("ana", "1001"), await floor.seat("boris", "1002")
    first, second = await floor.handset(), await floor.handset()
    for line, phone, number in ((first, ana, "1001"), (second, boris, "1002")):
        calling = asyncio.create_task(line.invite(number))
        await phone.wait_for("CALL_INCOMING")
        await phone.accept()
        assert (await calling).status == 200
    assert await first.refer("1002", replaces=second.dialog) == 202
    assert_tone(await ana.hear(1.0), AGENT_HZ)
    assert_tone(await boris.hear(1.0), AGENT_HZ)
    for line in (first, second):
        await asyncio.wait_for(line.ended.wait(), 5)
    assert first.notified[-1] == "SIP/2.0 200 OK"
    assert len((await floor.centre.get("/calls"))["items"]) == 1
    await ana.hangup()
    await boris.wait_for("CALL_CLOSED")
    await floor.centre.quiet()
    [cdr] = await floor.centre.cdrs()
    assert [leg["party"] for leg in cdr["legs"]] == ["1090", "1001", "1090", "1002"]
