"""Queues at work with three real phones in one centre, and what is left of its callers when it is killed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.live.harness.audio import assert_tone
from tests.live.harness.baresip import Baresip
from tests.live.harness.centre import Centre, Json
from tests.live.harness.floor import Floor
from tests.live.harness.handset import Handset
from tests.live.harness.needs import needs_baresip, needs_sipp
from tests.live.harness.sipp import Sipp

pytestmark = [pytest.mark.live, needs_baresip, pytest.mark.asyncio(loop_scope="module")]

AGENTS = {"ana": "1001", "bojan": "1002", "ceca": "1003"}
AGENT_HZ = 1000
CALLERS = 50


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def floor(
    executable: Path, tones: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Floor]:
    """One centre for all scenes."""
    folder = tmp_path_factory.mktemp("queues")
    centre = Centre(executable, folder / "centre", {"music": tones["music"]})
    try:
        async with Floor(await centre.start(), tones, folder / "phones") as floor:
            yield floor
        await centre.stop()
    finally:
        if centre.program.running:
            await centre.kill()
        await centre.api.aclose()


@pytest.fixture(scope="module")
def centre(floor: Floor) -> Centre:
    """The floor's centre."""
    return floor.centre


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def phones(floor: Floor) -> dict[str, Baresip]:
    """Those of three agents, who stay for all scenes."""
    return {name: await floor.seat(name, extension) for name, extension in AGENTS.items()}


@pytest_asyncio.fixture(loop_scope="module")
async def caller(floor: Floor) -> Handset:
    return await floor.handset()


async def why(centre: Centre) -> Json:
    """Why the only call stands where it stands."""
    [call] = (await centre.get("/calls"))["items"]
    return await centre.get(f"/calls/{call['id']}/why")


async def states(centre: Centre) -> dict[str, str]:
    """What each agent does."""
    return {name: str((await centre.get(f"/agents/{name}/live"))["state"]) for name in AGENTS}


async def test_ring_all_rings_all_three_and_the_others_stop_when_one_answers(
    centre: Centre, phones: dict[str, Baresip], caller: Handset
) -> None:
    await centre.put_queue("all", "710", skill="support", strategy="ring_all")
    assert (await caller.invite("710")).status == 200
    await asyncio.gather(*(phone.wait_for("CALL_INCOMING") for phone in phones.values()))
    await phones["bojan"].accept()
    await asyncio.gather(*(phones[name].wait_for("CALL_CLOSED") for name in ("ana", "ceca")))
    assert await states(centre) == {"ana": "idle", "bojan": "talking", "ceca": "idle"}
    assert_tone(await caller.voice.hear(0.5), AGENT_HZ)
    outcomes = {offer["agent"]: offer["outcome"] for offer in (await why(centre))["offers"]}
    assert outcomes == {"ana": "answered_elsewhere", "bojan": "connected", "ceca": "answered_elsewhere"}
    await caller.bye()
    await phones["bojan"].wait_for("CALL_CLOSED")


async def test_the_agent_who_has_been_free_longest_is_next_over_three_calls(
    floor: Floor, centre: Centre, phones: dict[str, Baresip]
) -> None:
    order = ("ceca", "ana", "bojan")
    for name in order:
        await centre.set_status(name, "break")
    for name in order:
        await centre.set_status(name, "available")
    for name in order:
        caller = await floor.handset()
        assert (await caller.invite("700")).status == 200
        await phones[name].wait_for("CALL_INCOMING")
        assert [one for one, state in (await states(centre)).items() if state != "idle"] == [name]
        await phones[name].accept()
        await caller.bye()
        await phones[name].wait_for("CALL_CLOSED")
        await centre.agents_available("support", 3)


async def test_a_call_that_nobody_qualifies_for_finds_the_second_ring_a_second_later(
    centre: Centre, phones: dict[str, Baresip], caller: Handset
) -> None:
    await centre.put_queue(
        "experts", "711", skill="expert", relax=[{"after_s": 1.5, "requires": "support >= 1 and not expert"}]
    )
    loop = asyncio.get_running_loop()
    assert (await caller.invite("711")).status == 200
    began = loop.time()
    asked = await why(centre)
    rules = {one["agent"]: (one["rule"], one["detail"]) for one in asked["candidates"]}
    assert {rules[name] for name in AGENTS} == {("not_yet", "asked after 1.5 s of waiting")}
    await phones["ceca"].wait_for("CALL_INCOMING")
    assert loop.time() - began > 1.0
    found = await why(centre)
    assert (found["step"], found["offers"][0]["agent"]) == (1, "ceca")
    assert found["offers"][0]["reason"].endswith("at step 1 of relaxation")
    await caller.bye()
    await phones["ceca"].wait_for("CALL_CLOSED")


async def test_a_call_that_waited_its_longest_overflows_to_another_queue_and_why_says_so(
    centre: Centre, phones: dict[str, Baresip], caller: Handset
) -> None:
    await centre.put_queue("gone", "712", skill="expert", max_wait_s=1, overflow={"to": "queue:support"})
    assert (await caller.invite("712")).status == 200
    await phones["ceca"].wait_for("CALL_INCOMING")
    await phones["ceca"].accept()
    explained = await why(centre)
    assert (explained["queue"], explained["offers"][0]["outcome"]) == ("support", "connected")
    [left] = explained["unserved"]
    assert (left["queue"], left["cause"], left["to"]) == ("gone", "max_wait", "queue:support")
    assert 0.9 < left["left_at"] - left["entered_at"] < 3.0
    assert_tone(await caller.voice.hear(0.5), AGENT_HZ)
    await caller.bye()
    await phones["ceca"].wait_for("CALL_CLOSED")


async def test_a_call_that_overflows_to_a_site_stays_in_its_queue_and_rings_there(
    centre: Centre, phones: dict[str, Baresip], caller: Handset
) -> None:
    await centre.put("/sites/manila", {})
    await centre.put_agent("ceca", AGENTS["ceca"], skills={"support": 5}, site="manila")
    near = {"sites": [{"site": "nis"}], "max_wait_s": 1, "overflow": {"to": "site:manila"}}
    await centre.put_queue("near", "713", skill="support", **near)
    assert (await caller.invite("713")).status == 200
    rules = {one["agent"]: one["rule"] for one in (await why(centre))["candidates"]}
    assert {rules[name] for name in AGENTS} == {"site"}
    await phones["ceca"].wait_for("CALL_INCOMING")
    await phones["ceca"].accept()
    explained = await why(centre)
    assert (explained["queue"], explained["unserved"], explained["offers"][0]["agent"]) == ("near", [], "ceca")
    opened = explained["opened_site"]
    assert (opened["site"], opened["cause"]) == ("manila", "max_wait")
    assert 0.9 < opened["at"] - explained["arrived_at"] < 3.0
    assert_tone(await caller.voice.hear(0.5), AGENT_HZ)
    await caller.bye()
    await phones["ceca"].wait_for("CALL_CLOSED")


@needs_sipp
async def test_callers_of_a_centre_that_is_killed_are_on_record_and_whoever_calls_again_has_the_old_place(
    floor: Floor, centre: Centre, phones: dict[str, Baresip], tmp_path: Path
) -> None:
    await floor.set_queue(routing={"resume_s": 60})
    for name in AGENTS:
        await centre.set_status(name, "break")
    before = await centre.get("/queues/support/live")
    crowd = Sipp("uac", tmp_path / "crowd")
    await crowd.start(centre.sip, calls=CALLERS, rate=50, hold_ms=60_000)
    await centre.queue_waiting("support", CALLERS)
    await centre.quiet("unwritten")

    await centre.kill()
    await crowd.stop()
    await centre.start()

    live = await centre.get("/queues/support/live")
    came = {name: live[name] - before[name] for name in ("offered", "abandoned", "answered")}
    assert came == {"offered": CALLERS, "abandoned": CALLERS, "answered": 0}
    assert (live["waiting"], await states(centre)) == (0, dict.fromkeys(AGENTS, "idle"))

    newcomer, again = await floor.handset(), Sipp("uac", tmp_path / "again")
    assert (await newcomer.invite("700")).status == 200
    await centre.queue_waiting("support", 1)
    await again.start(centre.sip, calls=1, hold_ms=2_500)
    await centre.queue_waiting("support", 2)
    calls = (await centre.get("/calls"))["items"]
    old = {call["caller"]: await centre.get(f"/calls/{call['id']}/why") for call in calls}
    assert {caller: one["position"] for caller, one in old.items()} == {"+381601": 1, "1090": 2}
    assert old["+381601"]["resumed"] < old["1090"]["arrived_at"] < old["+381601"]["arrived_at"]

    await centre.set_status("ana", "available")
    await phones["ana"].wait_for("CALL_INCOMING")
    await phones["ana"].accept()
    [served] = [call for call in (await centre.get("/calls"))["items"] if call["agent"] == "ana"]
    assert served["caller"] == "+381601"
    assert (await again.figures(within_s=10)).successful == 1, again.trouble()
    await phones["ana"].wait_for("CALL_INCOMING")
    await phones["ana"].accept()
    assert_tone(await newcomer.voice.hear(0.5), AGENT_HZ)
    await newcomer.bye()
    await phones["ana"].wait_for("CALL_CLOSED")
