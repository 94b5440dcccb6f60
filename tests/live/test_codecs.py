"""Real phones that share no codec, through the whole program."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.live.harness.audio import assert_tone
from tests.live.harness.baresip import Baresip
from tests.live.harness.centre import Centre
from tests.live.harness.needs import needs_baresip

pytestmark = [pytest.mark.live, pytest.mark.shared, needs_baresip]

SPOKEN = {"1001": "PCMA/8000/1", "1002": "G722/16000/1", "1003": "opus/48000/2"}


async def test_phones_that_share_no_codec_hear_each_other(
    centre: Centre, tones: dict[str, Path], tmp_path: Path
) -> None:
    phones = {}
    for number, codec in SPOKEN.items():
        password = await centre.put_agent(f"agent{number}", number)
        tone = tones["caller" if number == "1001" else "agent"]
        phones[number] = Baresip(
            tmp_path / number, user=number, tone=tone, switch=centre.sip, password=password, codec=codec
        )
    async with phones["1001"] as caller, phones["1002"] as wideband, phones["1003"] as opus:
        for phone in (caller, wideband, opus):
            await phone.registered()
        for called in (wideband, opus):
            await caller.dial(called.user)
            await called.wait_for("CALL_INCOMING")
            await called.accept()
            assert_tone(await caller.hear(1.0, settle_s=0.5), 1000)
            assert_tone(await called.hear(1.0, settle_s=0.5), 440)
            await caller.hangup()
            await called.wait_for("CALL_CLOSED")
        await centre.quiet()
    cdrs = await centre.cdrs(2)
    assert sorted(sorted(leg["codec"] for leg in cdr["legs"]) for cdr in cdrs) == [["G722", "PCMA"], ["PCMA", "opus"]]
