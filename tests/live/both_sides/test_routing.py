"""Forwarding, redirection and what keeps calls from going in circles, with sipp on all sides."""

from __future__ import annotations

import pytest

from tests.live.harness.needs import needs_sipp
from tests.live.harness.stage import Scene

pytestmark = [
    pytest.mark.live,
    needs_sipp,
    pytest.mark.asyncio(loop_scope="package"),
]

GUEST = "+381601234567"
PLAIN = {"extra": "Subject: a call", "max_forwards": "70"}


@pytest.mark.parametrize(
    ("when", "reason", "cause"),
    [("always", "unconditional", 302), ("busy", "user-busy", 486), ("no_answer", "no-answer", 408)],
)
async def test_whom_a_call_is_forwarded_to_is_told_of_it(scene: Scene, when: str, reason: str, cause: int) -> None:
    wanted = await scene.phone(
        "uas_checks",
        shows=f"From: .Guest. <sip:.{GUEST}@",
        tells=f"Diversion: <sip:[0-9]+@[^>]*>;reason={reason}.*History-Info:.*cause%3D{cause}.*index=1.1",
        hides="P-Asserted-Identity",
    )
    ana = await scene.stage.agent(forward={when: wanted.extension, "after_s": 1})
    if when == "busy":
        await scene.phone("uas_refuses", ana, status="486")
    elif when == "no_answer":
        await scene.phone("uas_cancelled", ana, reason="cause=19")
    await scene.plays("uac_forwarded_on", number=ana.extension, hold_ms=200, **PLAIN)
    await scene.ends()


async def test_who_asks_for_privacy_stays_hidden_and_an_earlier_diversion_is_passed_on(scene: Scene) -> None:
    wanted = await scene.phone(
        "uas_checks",
        shows="Max-Forwards: 19.*From: .Anonymous. <sip:anonymous@anonymous.invalid>",
        tells="Diversion: <sip:.38111999@[^>]*>;reason=no-answer;counter=2",
        hides=f".{GUEST}",
    )
    extra = "Diversion: <sip:+38111999@elsewhere.example>;reason=no-answer;counter=2\r\nPrivacy: id"
    await scene.plays("uac_told", number=wanted.extension, extra=extra, max_forwards="20")
    await scene.ends()


async def test_who_is_not_to_be_disturbed_is_busy(scene: Scene) -> None:
    ana = await scene.stage.agent(do_not_disturb=True)
    await scene.plays("uac_refused", number=ana.extension, status="486", **PLAIN)
    await scene.ends()


async def test_of_two_places_that_a_phone_names_the_second_answers(scene: Scene) -> None:
    first = await scene.plays("uas_refuses", status="486")
    second = await scene.plays("uas_agent")
    phone = await scene.phone("uas_redirects_twice", first=f"one@{first.address}", second=f"two@{second.address}")
    await scene.plays("uac", number=phone.extension)
    await scene.ends()


async def test_the_fourth_redirection_in_a_row_is_not_followed(scene: Scene) -> None:
    never = scene.casts("uas_agent")
    elsewhere = never.address
    for _ in range(3):
        elsewhere = (await scene.plays("uas_redirect", elsewhere=f"next@{elsewhere}")).address
    phone = await scene.phone("uas_redirect", elsewhere=f"next@{elsewhere}")
    await scene.plays("uac_refused", number=phone.extension, status="480", **PLAIN)
    await scene.ends()


async def test_forwarding_in_a_circle_ends(scene: Scene) -> None:
    ana = await scene.stage.agent()
    boris = await scene.stage.agent(forward={"always": ana.extension})
    await scene.centre.put(
        f"/agents/{ana.name}", {"name": "Ana", "extension": ana.extension, "forward": {"always": boris.extension}}
    )
    await scene.plays("uac_refused", number=ana.extension, status="482", **PLAIN)
    await scene.ends()


async def test_a_call_without_hops_left_goes_no_further(scene: Scene) -> None:
    ana = await scene.stage.agent()
    await scene.plays("uac_refused", number=ana.extension, status="483", extra="Subject: a call", max_forwards="0")
    await scene.ends()


async def test_the_second_fork_of_a_call_is_refused(scene: Scene) -> None:
    phone = await scene.phone("uas_cancelled", reason="cause=16")
    await scene.plays("uac_merges", number=phone.extension)
    await scene.ends()


async def test_a_call_that_comes_back_to_us_is_a_loop(scene: Scene) -> None:
    ana = scene.casts("uas_cancelled")
    phone = await scene.phone(ana, reason="cause=16")
    await scene.plays("uac_gives_up", number=phone.extension, hold_ms=1000)
    via = await ana.said()
    await scene.plays("uac_refused", number=phone.extension, status="482", extra=f"Via: {via}", max_forwards="60")
    await scene.ends()
