"""Carriers on the wire: sipp takes, refuses and brings calls and answers OPTIONS; another Centrala registers us."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from tests.live.harness.audio import assert_tone
from tests.live.harness.centre import Centre, Json
from tests.live.harness.handset import Handset
from tests.live.harness.needs import needs_sipp
from tests.live.harness.sipp import Sipp
from tests.live.harness.waiting import eventually

pytestmark = [pytest.mark.live, pytest.mark.shared, needs_sipp]

BELGRADE = "0112223333"
DID = "+381114000700"


@pytest_asyncio.fixture(loop_scope="session")
async def carrier_centre(executable: Path, tmp_path: Path) -> AsyncIterator[Centre]:
    """Another centre, whose extension 2001 is what it sold us as a trunk."""
    centre = Centre(executable, tmp_path / "carrier", {})
    try:
        await centre.start()
        await centre.put_agent("trunk", "2001")
        await centre.put("/routes/600", {"target": "echo"})
        yield centre
        await centre.stop()
    finally:
        if centre.program.running:
            await centre.kill()
        await centre.api.aclose()


async def trunk_state(centre: Centre, trunk: str, state: str, *, within_s: float = 10.0) -> Json:
    """Wait until a trunk is up, or down; its live figures."""
    return await eventually(
        lambda: centre.get(f"/trunks/{trunk}/live"),
        lambda live: bool(live["state"] == state),
        within_s=within_s,
        what=f"trunk {trunk} {state}",
    )


async def test_a_call_goes_out_by_the_second_carrier_when_the_first_refuses(centre: Centre, tmp_path: Path) -> None:
    refusing, answering = Sipp("carrier_refuses", tmp_path), Sipp("uas_agent", tmp_path)
    quiet = {"options_interval_s": None, "codecs": ["PCMU"]}
    await centre.put("/trunks/first", {"address": refusing.address, **quiet})
    await centre.put("/trunks/second", {"address": answering.address, "rates": {"381": 0.6}, **quiet})
    await centre.put("/routes/0.", {"target": "trunk:first,second"})
    password = await centre.put_agent("ana", "1001")
    overflow = {"to": BELGRADE, "when": ["closed"]}
    closed = {"holidays": [f"{datetime.now(UTC) + timedelta(days=ahead):%m-%d}" for ahead in (-1, 0, 1)]}
    await centre.put("/queues/night", {"extension": "710", "hours": closed, "overflow": overflow})

    async def states() -> list[str]:
        return [call["state"] for call in (await centre.get("/calls"))["items"]]

    await refusing.start(centre.sip, calls=2)
    await answering.start(centre.sip, calls=2)
    try:
        async with Handset(centre.sip, user="1001", password=password) as phone:
            assert (await phone.invite(BELGRADE)).status == 200
            [call] = (await centre.get("/calls"))["items"]
            why = await centre.get(f"/calls/{call['id']}/why")
            assert (await centre.get("/trunks/second/live"))["calls"] == 1
            await phone.bye()
            await centre.quiet("calls")
            assert (await phone.invite("710")).status == 200
            await eventually(
                states, lambda found: found == ["talking"], within_s=5, what="the overflowing call answered"
            )
            assert (await centre.get("/trunks/second/live"))["calls"] == 1
            await phone.bye()
        assert (await refusing.figures(within_s=5)).successful == 2, refusing.trouble()
        assert (await answering.figures(within_s=5)).successful == 2, answering.trouble()
    finally:
        await refusing.stop()
        await answering.stop()
    steps = [(step["step"], step.get("trunk"), step.get("status")) for step in why["steps"]]
    assert steps == [
        ("number_routed", None, None),
        ("trunks_weighed", None, None),
        ("trunk_tried", "first", 503),
        ("trunk_tried", "second", 200),
    ]
    assert why["steps"][1]["e164"] == "+381112223333"
    overflown, cdr = await centre.cdrs(2, trunk="second")
    assert (overflown["number"], overflown["queue"]) == ("710", "night")
    assert cdr["number"] == BELGRADE
    assert cdr["cost"] > 0
    assert (await centre.get("/trunks/second/live"))["spent_today"] == pytest.approx(cdr["cost"], abs=1e-3)
    await centre.quiet()


async def test_what_was_spent_today_outlives_a_restart(centre: Centre, tmp_path: Path) -> None:
    answering = Sipp("uas_agent", tmp_path)
    dear = {"address": answering.address, "options_interval_s": None, "rates": {"": 6000.0}, "spend_per_day": 1.0}
    await centre.put("/trunks/dear", dear)
    await centre.put("/routes/0.", {"target": "trunk:dear"})
    password = await centre.put_agent("ana", "1001")
    await answering.start(centre.sip, calls=1)
    try:
        async with Handset(centre.sip, user="1001", password=password) as phone:
            assert (await phone.invite(BELGRADE)).status == 200
            await eventually(
                lambda: centre.get("/trunks/dear/live"),
                lambda live: live["spent_today"] > 1,
                within_s=5,
                what="one euro spent",
            )
            await phone.bye()
        await centre.cdrs(1, trunk="dear")
    finally:
        await answering.stop()
    await centre.restart()
    async with Handset(centre.sip, user="1001", password=password) as phone:
        assert (await phone.invite(BELGRADE)).status == 503
    await centre.quiet()


async def test_a_carrier_brings_calls_from_its_address_and_is_not_challenged(centre: Centre, tmp_path: Path) -> None:
    carrier, stranger = Sipp("uac", tmp_path / "carrier"), Sipp("uac", tmp_path / "stranger")
    await centre.put("/trunks/carrier", {"address": carrier.address, "options_interval_s": None, "numbers": [DID]})
    await centre.put(f"/routes/{DID}", {"target": "echo"})
    for caller in (carrier, stranger):
        await caller.start(centre.sip, calls=2, number=DID.replace("+381", "0") if caller is carrier else DID)
        try:
            assert (await caller.figures(within_s=10)).successful == 2, caller.trouble()
        finally:
            await caller.stop()
    records = await centre.cdrs(4)
    assert sorted(str(record["trunk"]) for record in records) == ["None", "None", "carrier", "carrier"]
    assert {record["number"] for record in records} == {DID}


async def test_guests_make_no_calls_outside(centre: Centre, tmp_path: Path) -> None:
    answering = Sipp("uas_agent", tmp_path)
    await centre.put("/trunks/carrier", {"address": answering.address, "options_interval_s": None})
    await centre.put("/routes/0.", {"target": "trunk:carrier"})
    async with Handset(centre.sip, user="+381601112222") as guest:
        assert (await guest.invite(BELGRADE)).status == 403
        assert (await guest.invite("112")).status == 403


async def test_a_carrier_that_falls_silent_is_down_until_it_answers_again(centre: Centre, tmp_path: Path) -> None:
    carrier = Sipp("carrier_lives", tmp_path)
    await carrier.start(centre.sip, calls=1000)
    await centre.put("/trunks/carrier", {"address": carrier.address, "options_interval_s": 1})
    await trunk_state(centre, "carrier", "up")
    await carrier.stop()
    down = await trunk_state(centre, "carrier", "down", within_s=14)
    assert down["reason"].startswith("OPTIONS: ")
    await carrier.start(centre.sip, calls=1000)
    try:
        await trunk_state(centre, "carrier", "up")
    finally:
        await carrier.stop()


async def test_a_trunk_registers_and_is_called_and_calls(centre: Centre, carrier_centre: Centre) -> None:
    password = await carrier_centre.put_agent("seller", "2002")
    trunk = {"address": carrier_centre.sip, "username": "2001", "password": "secret-2001", "register": True}
    await centre.put("/trunks/carrier", trunk | {"numbers": ["2001"]})
    await centre.put("/routes/2001", {"target": "echo"})
    await centre.put("/routes/6XX", {"target": "trunk:carrier"})
    assert (await trunk_state(centre, "carrier", "up"))["registered"] is True
    async with Handset(carrier_centre.sip, user="2002", password=password) as beyond:
        assert (await beyond.invite("2001")).status == 200
        await beyond.bye()
    [brought] = await centre.cdrs(1, trunk="carrier")
    assert (brought["number"], brought["target"]) == ("2001", "echo")

    own = await centre.put_agent("ana", "1001")
    await centre.put("/trunks/carrier", trunk | {"numbers": ["2001"], "caller_id": "2001"})
    async with Handset(centre.sip, user="1001", password=own) as phone:
        assert (await phone.invite("600")).status == 200
        await phone.bye()
    assert (await carrier_centre.cdrs(2))[0]["number"] == "600"


async def test_audio_over_a_trunk_is_secured_where_it_has_to_be(centre: Centre, carrier_centre: Centre) -> None:
    password = await centre.put_agent("ana", "1001")
    ours = {"username": "2001", "password": "secret-2001", "caller_id": "2001"}
    trunk = {"address": carrier_centre.sip, "options_interval_s": None, "srtp": "required"} | ours
    await centre.put("/trunks/carrier", trunk)
    await centre.put("/trunks/carrier", trunk | {"priority": 1})
    await centre.put("/routes/6XX", {"target": "trunk:carrier"})
    async with Handset(centre.sip, user="1001", password=password, hz=440) as phone:
        assert (await phone.invite("600")).status == 200
        assert_tone(await phone.voice.hear(0.5), 440)
        await phone.bye()
    [record] = await carrier_centre.cdrs(1)
    ladder = str(await carrier_centre.get(f"/calls/{record['id']}/ladder"))
    assert "RTP/SAVP" in ladder
    assert "RTP/AVP" not in ladder
    assert centre.program.log.read_text().count("srtp_keys_in_the_clear") == 1, "told once, for UDP carries the keys"
    await centre.quiet()
