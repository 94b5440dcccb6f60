"""What shows only after a while; it goes on while the other scenes are played, and these tests see its end."""

from __future__ import annotations

import pytest

from tests.live.harness.needs import needs_sipp
from tests.live.harness.stage import Scene
from tests.live.harness.waiting import eventually

pytestmark = [
    pytest.mark.live,
    needs_sipp,
    pytest.mark.asyncio(loop_scope="package"),
]

EXPIRY_S, LEEWAY_S = 60.0, 10.0
"""Of the shortest session interval, 90 s: a third before its end a session counts as dead (RFC 4028 section 10)."""


async def test_a_carrier_that_is_known_to_be_dead_is_passed_over(scene: Scene) -> None:
    dead, living = await scene.stage.trunk(scene.casts("carrier_lives"), options_interval_s=1), scene.casts("uas_agent")
    number = await scene.leads_to(dead, await scene.stage.trunk(living))
    await scene.plays(living)
    down = await eventually(
        lambda: scene.centre.get(f"/trunks/{dead}/live"),
        lambda live: live["state"] == "down",
        within_s=14,
        what="a dead carrier known to be",
    )
    assert down["reason"].startswith("OPTIONS")
    await scene.plays("uac_member", number=number, agent=await scene.stage.agent())
    await scene.ends()
    [record] = [one for one in await scene.centre.cdrs() if one["number"] == number]
    why = await scene.centre.get(f"/calls/{record['id']}/why")
    assert [step["trunk"] for step in why["steps"] if step["step"] == "trunk_tried"] == [record["trunk"]]


@pytest.mark.sees_the_minute
async def test_the_switch_refreshes_sessions_meets_glare_and_ends_what_nobody_refreshes(minute: Scene) -> None:
    await minute.ends(within_s=EXPIRY_S + LEEWAY_S)
