"""Transfer, parking and pickup, with sipp as who asks for it, as whom it happens to, and as whom it leads to."""

from __future__ import annotations

import pytest

from tests.live.harness.needs import needs_sipp
from tests.live.harness.sipp import Sipp
from tests.live.harness.stage import Scene
from tests.live.harness.waiting import eventually

pytestmark = [
    pytest.mark.live,
    needs_sipp,
    pytest.mark.asyncio(loop_scope="package"),
]


async def dialog_of(part: Sipp) -> tuple[str, str]:
    """A consulting caller's dialog as others name it: in a Replaces header, and within the URI of a Refer-To."""
    call_id, far, own = (await part.said()).split()
    plain = f"{call_id};to-tag={far};from-tag={own}"
    return plain, plain.replace("@", "%40").replace(";", "%3B").replace("=", "%3D")


async def test_a_called_phone_gives_its_caller_away(scene: Scene) -> None:
    wanted = await scene.phone("uas_agent")
    phone = await scene.phone("uas_transfers", refer_to=scene.here(wanted))
    await scene.plays("uac", number=phone.extension, hold_ms=1000)
    await scene.ends()


async def test_a_caller_gives_the_called_phone_away(scene: Scene) -> None:
    wanted, ana = await scene.phone("uas_agent"), await scene.stage.agent()
    phone = await scene.phone("uas_leaves", hold_ms=1000)
    await scene.plays("uac_transfers", number=phone.extension, agent=ana, refer_to=scene.here(wanted))
    await scene.ends()


async def test_a_phone_has_its_caller_back_when_the_other_is_busy(scene: Scene) -> None:
    wanted = await scene.phone("uas_refuses", status="486")
    phone = await scene.phone("uas_transfers_in_vain", refer_to=scene.here(wanted))
    await scene.plays("uac", number=phone.extension, hold_ms=1000)
    await scene.ends()


async def test_a_guest_gives_nobody_away(scene: Scene) -> None:
    phone = await scene.phone("uas_agent")
    await scene.plays("uac_guest_transfers", number=phone.extension)
    await scene.ends()


async def test_a_caller_connects_its_two_calls(scene: Scene) -> None:
    ana = await scene.stage.agent()
    wanted = await scene.phone("uas_agent")
    consulting = await scene.plays("uac_consults", number=wanted.extension, agent=ana)
    _, replaces = await dialog_of(consulting)
    phone = await scene.phone("uas_leaves", hold_ms=1000)
    refer_to = f"{scene.here(wanted)}?Replaces={replaces}"
    await scene.plays("uac_connects", number=phone.extension, agent=ana, refer_to=refer_to)
    await scene.ends()


async def test_a_phone_takes_anothers_place_by_replaces(scene: Scene) -> None:
    ana, vera = await scene.stage.agent(), await scene.stage.agent()
    phone = await scene.phone("uas_agent")
    talking = await scene.plays("uac_consults", number=phone.extension, agent=ana)
    replaced, _ = await dialog_of(talking)
    await scene.plays("uac_replaces", number=ana.extension, agent=vera, replaced=replaced, hold_ms=300)
    await scene.ends()


async def test_a_caller_is_parked_and_fetched(scene: Scene) -> None:
    await scene.centre.put("/routes/*68", {"target": "park"})
    vera = await scene.stage.agent()
    phone = await scene.phone("uas_parks", refer_to=f"*68@{scene.centre.sip}")
    await scene.plays("uac", number=phone.extension, hold_ms=1500)
    parked = await eventually(
        lambda: scene.centre.get("/calls"),
        lambda calls: any(call["slot"] for call in calls["items"]),
        within_s=5,
        what="a parked call",
    )
    slot = next(call["slot"] for call in parked["items"] if call["slot"])
    await scene.plays("uac_refused", number=slot, status="404", extra="Subject: a stranger", max_forwards="70")
    await scene.plays("uac_consults", number=slot, agent=vera)
    await scene.ends()


async def test_a_call_that_rings_is_picked_up_by_a_colleague(scene: Scene) -> None:
    await scene.centre.put("/routes/*8.", {"target": "pickup"})
    ana, vera = await scene.phone("uas_cancelled", reason="completed elsewhere"), await scene.stage.agent()
    await scene.plays("uac", number=ana.extension, hold_ms=1000)
    await scene.rings(ana)
    await scene.plays("uac_consults", number=f"*8{ana.extension}", agent=vera)
    await scene.ends()
