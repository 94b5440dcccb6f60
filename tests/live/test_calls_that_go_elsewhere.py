"""Several phones, other phones, and sounds before the answer: calls that leave the switch, with real phones."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.live.harness.audio import assert_tone, sine, to_ulaw
from tests.live.harness.floor import Floor
from tests.live.harness.needs import needs_baresip, needs_sipp
from tests.live.harness.sipp import Sipp

pytestmark = [pytest.mark.live, pytest.mark.shared, needs_baresip, needs_sipp]

EARLY_HZ = 700


async def declare(floor: Floor, name: str, extension: str, **fields: Any) -> None:
    """Declare an agent who has a phone already once more, with other wishes."""
    await floor.centre.put(f"/agents/{name}", {"name": name.title(), "extension": extension, **fields})


async def test_both_phones_of_an_extension_ring_and_one_of_them_answers(floor: Floor) -> None:
    desk = await floor.seat("ana", "1001")
    mobile, caller = await floor.another_phone("1001"), await floor.caller()
    await caller.dial("1001")
    await desk.wait_for("CALL_INCOMING")
    await mobile.wait_for("CALL_INCOMING")
    await mobile.accept()
    await desk.wait_for("CALL_CLOSED")
    assert_tone(await caller.hear(1.0), 1000)
    [call] = (await floor.centre.get("/calls"))["items"]
    ladder = await floor.centre.api.get(f"/calls/{call['id']}/ladder")
    assert "Call completed elsewhere" in ladder.text
    await caller.hangup()
    (cdr,) = await floor.centre.cdrs()
    called = cdr["legs"][1]
    assert "transport=tcp" in called["answered_by"]
    assert [(desk.address in one["to"], one["status"]) for one in called["missed"]] == [(True, 487)]


async def test_a_phone_that_redirects_sends_the_call_to_another_phone(floor: Floor) -> None:
    boris = await floor.seat("boris", "1002")
    desk = await floor.sipp_phone("uas_redirect", "ana", "1001", keys={"elsewhere": f"1002@{floor.centre.sip}"})
    caller = await floor.caller()
    await caller.dial("1001")
    await boris.wait_for("CALL_INCOMING")
    await boris.accept()
    assert_tone(await caller.hear(1.0), 1000)
    await caller.hangup()
    assert (await desk.figures(within_s=10)).successful == 1, desk.trouble()
    (cdr,) = await floor.centre.cdrs()
    assert cdr["diversions"] == [{"number": "1001", "reason": "deflection"}]


async def test_a_phone_that_redirects_outside_the_switch_is_followed(floor: Floor) -> None:
    mobile = await floor.sipp_phone("uas_agent", "mobile", "1003")
    desk = await floor.sipp_phone("uas_redirect", "ana", "1001", keys={"elsewhere": f"mobile@{mobile.address}"})
    async with asyncio.timeout(10):
        caller = await floor.handset()
        assert (await caller.invite("1001")).status == 200
        await caller.bye()
    assert (await mobile.figures(within_s=10)).successful == 1, mobile.trouble()
    assert (await desk.figures(within_s=10)).successful == 1, desk.trouble()


async def test_the_caller_hears_what_the_phone_plays_before_it_answers(floor: Floor) -> None:
    folder = floor.folder_of("uas_early", "1001")
    (folder / "tone.ulaw").write_bytes(to_ulaw(sine(EARLY_HZ, 4.0)))
    phone = await floor.sipp_phone("uas_early", "ana", "1001", hold_ms=4000)
    caller = await floor.handset()
    invited = asyncio.create_task(caller.invite("1001"))
    assert_tone(await caller.voice.hear(1.0), EARLY_HZ)
    assert not invited.done()
    assert (await invited).status == 200
    await caller.bye()
    assert (await phone.figures(within_s=10)).successful == 1, phone.trouble()


@pytest.mark.parametrize("when", ["busy", "no_answer", "unreachable"])
async def test_calls_go_elsewhere_when_the_phone_does_not_take_them(floor: Floor, when: str) -> None:
    boris = await floor.seat("boris", "1002")
    ana = await floor.seat("ana", "1001") if when != "unreachable" else None
    password = {} if ana is not None else {"password": "secret"}
    await declare(floor, "ana", "1001", forward={when: "1002", "after_s": 1}, **password)
    caller = await floor.caller()
    await caller.dial("1001")
    if ana is not None:
        await ana.wait_for("CALL_INCOMING")
    if ana is not None and when == "busy":
        await ana.hangup()
    await boris.wait_for("CALL_INCOMING")
    await boris.accept()
    assert_tone(await caller.hear(1.0), 1000)
    await caller.hangup()
    (cdr,) = await floor.centre.cdrs()
    reasons = {"busy": "user-busy", "no_answer": "no-answer", "unreachable": "unavailable"}
    assert cdr["diversions"] == [{"number": "1001", "reason": reasons[when]}]


async def test_a_forwarded_caller_is_told_so_and_stays_hidden_if_she_asks(floor: Floor) -> None:
    boris = await floor.seat("boris", "1002")
    await declare(floor, "ana", "1001", forward={"always": "1002"}, password="secret")
    caller = Sipp("uac_forwarded", floor.folder_of("uac_forwarded", "guest"))
    await caller.start(floor.centre.sip, calls=1, number="1001", hold_ms=500)
    try:
        rings = await boris.wait_for("CALL_INCOMING")
        assert rings["peeruri"] == "sip:anonymous@anonymous.invalid"
        figures = await caller.figures(within_s=10)
        assert figures.successful == 1, caller.trouble()
    finally:
        await caller.stop()
    await boris.wait_for("CALL_CLOSED")


async def test_an_agent_asks_by_phone_not_to_be_disturbed_and_is_busy(floor: Floor) -> None:
    await floor.centre.put("/routes/*78", {"target": "feature:dnd-on"})
    await floor.centre.put("/routes/*72.", {"target": "feature:forward-on"})
    ana, caller = await floor.seat("ana", "1001"), await floor.handset()
    await ana.dial("*78")
    await ana.wait_for("CALL_ESTABLISHED")
    await ana.wait_for("CALL_CLOSED")
    assert (await floor.centre.get("/agents/ana"))["do_not_disturb"] is True
    assert (await caller.invite("1001")).status == 486
    await ana.dial("*72700")
    await ana.wait_for("CALL_ESTABLISHED")
    assert (await floor.centre.get("/agents/ana"))["forward"]["always"] == "700"
