"""Secured audio (SRTP, keys by RFC 4568) with real phones."""

from __future__ import annotations

import re

import pytest

from tests.live.harness.audio import assert_tone
from tests.live.harness.centre import MUSIC_HZ
from tests.live.harness.floor import Floor
from tests.live.harness.needs import needs_baresip

pytestmark = [pytest.mark.live, needs_baresip]

AGENT_HZ, CALLER_HZ = 1000, 440
GREETING_OVER_S = 1.5


async def test_a_phone_that_insists_on_srtp_and_one_without_hear_each_other(floor: Floor) -> None:
    ana, caller = await floor.seat("ana", "1001"), await floor.caller(srtp=True)
    await caller.dial("700")
    await caller.wait_for("CALL_ESTABLISHED")
    assert_tone(await caller.hear(1.0, settle_s=GREETING_OVER_S), MUSIC_HZ)
    await ana.wait_for("CALL_INCOMING")
    await ana.accept()
    assert_tone(await caller.hear(1.0), AGENT_HZ)
    assert_tone(await ana.hear(1.0), CALLER_HZ)
    await caller.hangup()
    await ana.wait_for("CALL_CLOSED")
    (cdr,) = await floor.centre.cdrs()
    assert {leg["packets_lost"] for leg in cdr["legs"]} == {0}
    ladder = str(await floor.centre.get(f"/calls/{cdr['id']}/ladder"))
    assert set(re.findall(r"inline:(.)", ladder)) == {"*"}


class TestRequired:
    """A centre that takes nothing but secured audio."""

    @pytest.fixture
    def settings(self) -> dict[str, str]:
        return {"srtp": "required"}

    async def test_phones_with_srtp_talk_and_one_without_is_refused(self, floor: Floor) -> None:
        ana, caller = await floor.seat("ana", "1001", srtp=True), await floor.caller(srtp=True)
        plain = await floor.seat("bob", "1002")
        await plain.dial("700")
        closed = await plain.wait_for("CALL_CLOSED")
        assert "488" in closed["param"]
        await floor.centre.set_status("bob", "offline")
        await caller.dial("700")
        await ana.wait_for("CALL_INCOMING")
        await ana.accept()
        assert_tone(await caller.hear(1.0), AGENT_HZ)
        assert_tone(await ana.hear(1.0), CALLER_HZ)
        await caller.hangup()
        await ana.wait_for("CALL_CLOSED")
