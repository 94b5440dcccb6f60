"""Trunks, with sipp as the carriers: what they are told, what they demand, and what holds calls back from them."""

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

DID = "+381114000799"


@pytest.mark.parametrize(("form", "sent"), [("plus", ".381"), ("e164", "381"), ("national", "0")])
async def test_a_number_goes_out_in_the_form_that_the_carrier_wants(scene: Scene, form: str, sent: str) -> None:
    carrier = scene.casts("uas_checks")
    number = await scene.leads_to(await scene.stage.trunk(carrier, number_format=form, caller_id="+38111400"))
    told = f"INVITE sip:{sent}{number[1:]}@.*From: <sip:.38111400@.*To: <sip:{sent}{number[1:]}@"
    await scene.plays(carrier, shows=told, tells="m=audio [0-9]+ RTP/AVP 0 101", hides="Privacy|P-Asserted")
    await scene.plays("uac_member", number=number, agent=await scene.stage.agent())
    await scene.ends()


async def test_a_trusted_carrier_is_told_who_hides_and_proven_to(scene: Scene) -> None:
    carrier, ana = scene.casts("uas_checks"), await scene.stage.agent()
    number = await scene.leads_to(await scene.stage.trunk(carrier, trusted=True))
    await scene.plays(
        carrier,
        shows="From: .Anonymous. <sip:anonymous@anonymous.invalid>",
        tells=f"P-Asserted-Identity: <sip:{ana.extension}@.*Privacy: id",
        hides="Diversion",
    )
    await scene.plays("uac_member_hides", number=number, agent=ana)
    await scene.ends()


async def test_a_carrier_that_challenges_calls_is_proven_to(scene: Scene) -> None:
    carrier = scene.casts("carrier_challenges")
    number = await scene.leads_to(await scene.stage.trunk(carrier, username="centre", password="opensesame"))
    await scene.plays(carrier)
    await scene.plays("uac_member", number=number, agent=await scene.stage.agent())
    await scene.ends()


async def test_a_trunk_registers_is_called_at_its_contact_and_takes_the_registration_back(scene: Scene) -> None:
    registrar = scene.casts("carrier_registers")
    await scene.plays(registrar)
    account = {"username": "centre", "password": "opensesame", "register": True}
    trunk = await scene.stage.trunk(registrar, **account, numbers=[DID], trusted=True)
    contact = await registrar.said()
    phone = await scene.phone(
        "uas_checks", shows="From: <sip:.38164555000@", tells="Diversion: <sip:.38111999@", hides="anonymous"
    )
    await scene.centre.put(f"/routes/{DID}", {"target": f"agent:{phone.name}"})
    asserted = "P-Asserted-Identity: <sip:+38164555000@carrier.example>"
    extra = f"{asserted}\r\nDiversion: <sip:+38111999@carrier.example>;reason=user-busy"
    await scene.plays("carrier_brings", number=DID, contact=contact, extra=extra, hold_ms=300)
    [record] = await scene.centre.cdrs(1, trunk=trunk, within_s=8)
    assert (record["number"], record["caller"]) == (DID, "+38164555000")
    assert (await scene.centre.get(f"/trunks/{trunk}/live"))["registered"] is True
    assert (await scene.centre.api.delete(f"/trunks/{trunk}")).is_success
    await scene.ends()


@pytest.mark.parametrize("limit", [{"max_calls": 1}, {"calls_per_s": 0.5}])
async def test_a_full_trunk_takes_no_further_call_but_one_for_help(scene: Scene, limit: dict[str, float]) -> None:
    carrier, ana, vera = scene.casts("uas_agent"), await scene.stage.agent(), await scene.stage.agent()
    trunk = await scene.stage.trunk(carrier, emergency=True, priority=-1000, **limit)
    number = await scene.leads_to(trunk)
    await scene.plays(carrier, calls=2)
    await scene.plays("uac_member", number=number, agent=ana, hold_ms=1000)
    await eventually(
        lambda: scene.centre.get(f"/trunks/{trunk}/live"), lambda live: live["calls"] == 1, within_s=5, what="a call"
    )
    await scene.plays("uac_member_refused", number=number, agent=vera, status="503")
    await scene.plays("uac_member", number="112", agent=vera)
    await scene.ends()
    for gone in (f"/routes/{number}", f"/trunks/{trunk}"):  # the next call for help is not to be offered to it
        assert (await scene.centre.api.delete(gone)).is_success


async def test_a_country_that_is_not_allowed_is_not_called(scene: Scene) -> None:
    trunk = await scene.stage.trunk(scene.casts("uas_agent"), countries=["RS", "SI"])
    await scene.centre.put("/routes/+1.", {"target": f"trunk:{trunk}"})
    await scene.plays("uac_member_refused", number="+12125550100", agent=await scene.stage.agent(), status="403")
    await scene.ends()


async def test_a_carriers_word_on_the_number_is_the_callers_answer(scene: Scene) -> None:
    first, second = scene.casts("uas_refuses"), scene.casts("uas_agent")
    number = await scene.leads_to(await scene.stage.trunk(first), await scene.stage.trunk(second))
    await scene.plays(first, status="404")
    await scene.plays("uac_member_refused", number=number, agent=await scene.stage.agent(), status="404")
    await scene.ends()
