"""Ringing, forking and the answer, with sipp on both sides of the switch."""

from __future__ import annotations

import pytest

from tests.live.harness.needs import needs_sipp
from tests.live.harness.stage import Scene

pytestmark = [
    pytest.mark.live,
    needs_sipp,
    pytest.mark.asyncio(loop_scope="package"),
]


async def test_ringing_and_early_media_are_reliable_and_changed_by_update(scene: Scene) -> None:
    phone = await scene.phone("uas_reliable", hold_ms=300)
    await scene.plays("uac_reliable", number=phone.extension)
    await scene.ends()


async def test_one_of_two_phones_answers_and_the_other_is_told_why_it_stops(scene: Scene) -> None:
    ana = await scene.phone("uas_cancelled", reason="SIP;cause=200;text=.Call completed elsewhere")
    await scene.phone("uas_agent", ana)
    await scene.plays("uac", number=ana.extension)
    await scene.ends()


async def test_the_second_answer_of_a_fork_beyond_is_acknowledged_and_ended(scene: Scene) -> None:
    proxy = await scene.phone("uas_forks")
    await scene.plays("uac", number=proxy.extension, hold_ms=500)
    await scene.ends()


async def test_a_caller_without_an_offer_gets_one_with_the_answer(scene: Scene) -> None:
    phone = await scene.phone("uas_agent")
    await scene.plays("uac_offers_late", number=phone.extension)
    await scene.ends()


@pytest.mark.parametrize(("caller", "phone"), [("uac_changes", "uas_agent"), ("uac", "uas_changes")])
async def test_each_side_holds_takes_back_and_asks_for_an_offer(scene: Scene, caller: str, phone: str) -> None:
    called = await scene.phone(phone)
    await scene.plays(caller, number=called.extension, hold_ms=500)
    await scene.ends()


@pytest.mark.parametrize(("caller", "phone"), [("uac_refreshes", "uas_agent"), ("uac", "uas_refreshes")])
async def test_each_side_keeps_a_session_alive_for_as_long_as_it_may(scene: Scene, caller: str, phone: str) -> None:
    called = await scene.phone(phone)
    await scene.plays(caller, number=called.extension, hold_ms=500)
    await scene.ends()
