"""Supervisors and third parties with real phones: whom each of them hears."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import numpy as np
import pytest

from tests.live.harness.audio import RATE, Samples
from tests.live.harness.baresip import Baresip
from tests.live.harness.floor import Floor
from tests.live.harness.handset import Handset
from tests.live.harness.needs import needs_baresip
from tests.live.harness.waiting import eventually

pytestmark = [pytest.mark.live, pytest.mark.shared, needs_baresip]

AGENT, CALLER, OTHER = 1000, 440, 700
CODES = {"90": "listen", "91": "whisper", "92": "barge", "93": "take-over"}
LOUD, FAINT = 0.1, 0.005
"""Shares of the sound's power: a tone that is one of two, and one that is not there."""


def pitches(samples: Samples) -> set[int]:
    """Which of the phones are heard; each must be there or not there, and nothing in between."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    frequencies = np.fft.rfftfreq(len(samples), 1 / RATE)
    shares = {hz: spectrum[np.abs(frequencies - hz) < 20].sum() / spectrum.sum() for hz in (AGENT, CALLER, OTHER)}
    assert all(share > LOUD or share < FAINT for share in shares.values()), shares
    return {hz for hz, share in shares.items() if share > LOUD}


async def heard_by(listen: Callable[..., Awaitable[Samples]]) -> set[int]:
    """Whom a phone hears now."""
    return pitches(await listen(0.5))


async def talking(floor: Floor) -> tuple[Baresip, Handset, str]:
    """Ana and a caller of the queue, who talk, and the call."""
    ana, caller = await floor.seat("ana", "1001"), await floor.handset()
    assert (await caller.invite("700")).status == 200
    await ana.wait_for("CALL_INCOMING")
    await ana.accept()
    await floor.centre.agent_state("ana", "talking")
    [call] = (await floor.centre.get("/calls"))["items"]
    return ana, caller, call["id"]


async def modes(floor: Floor, call: str, *expected: str) -> None:
    """Wait until the call's supervisors do this."""

    async def shown() -> list[str]:
        return [one["mode"] for one in (await floor.centre.get(f"/calls/{call}"))["supervisors"]]

    await eventually(shown, lambda found: found == list(expected), within_s=5, what=f"supervisors: {expected}")


async def ask(floor: Floor, path: str, **body: str) -> None:
    answer = await floor.centre.api.post(path, json=body or None)
    assert answer.is_success, answer.text


async def test_a_supervisor_dials_in_listens_whispers_barges_and_takes_over(floor: Floor) -> None:
    for code, feature in CODES.items():
        await floor.centre.put(f"/routes/*{code}.", {"target": f"feature:{feature}"})
    ana, caller, call = await talking(floor)
    zora = await floor.colleague("zora", "1009", supervisor=True)
    await zora.dial("*901001")
    await zora.wait_for("CALL_ESTABLISHED")
    await modes(floor, call, "listen")
    assert await heard_by(zora.hear) == {AGENT, CALLER}
    assert (await heard_by(ana.hear), await heard_by(caller.voice.hear)) == ({CALLER}, {AGENT})

    await zora.command("sndcode", "1")
    await modes(floor, call, "whisper")
    assert (await heard_by(ana.hear), await heard_by(caller.voice.hear)) == ({CALLER, OTHER}, {AGENT})

    await ask(floor, f"/calls/{call}/barge", supervisor="zora")
    await modes(floor, call, "barge")
    assert (await heard_by(ana.hear), await heard_by(caller.voice.hear)) == ({CALLER, OTHER}, {AGENT, OTHER})

    await zora.command("sndcode", "3")
    await ana.wait_for("CALL_CLOSED")
    assert (await heard_by(zora.hear), await heard_by(caller.voice.hear)) == ({CALLER}, {OTHER})
    await caller.bye()
    await zora.wait_for("CALL_CLOSED")
    await floor.centre.quiet()
    [cdr] = await floor.centre.cdrs()
    legs = {leg["party"]: leg for leg in cdr["legs"]}
    assert (cdr["id"], cdr["agent"], legs["1001"]["cause"]) == (call, "zora", "transferred")
    assert [step["mode"] for step in legs["1009"]["supervised"]] == ["listen", "whisper", "barge", "take_over"]


async def test_a_supervisor_who_is_rung_leaves_the_call_as_it_was_and_a_third_party_may_stay(floor: Floor) -> None:
    ana, caller, call = await talking(floor)
    zora = await floor.colleague("zora", "1009")
    await ask(floor, f"/calls/{call}/listen", supervisor="1009")
    await zora.wait_for("CALL_INCOMING")
    await zora.accept()
    assert await heard_by(zora.hear) == {AGENT, CALLER}
    assert (await floor.centre.api.delete(f"/calls/{call}/supervisors/zora")).is_success
    await zora.wait_for("CALL_CLOSED")
    assert (await heard_by(ana.hear), await heard_by(caller.voice.hear)) == ({CALLER}, {AGENT})

    for key in "*31009#":  # the same as POST /calls/{id}/parties
        await ana.command("sndcode", key)
    await zora.wait_for("CALL_INCOMING")
    await zora.accept()
    heard = [await heard_by(phone) for phone in (ana.hear, caller.voice.hear, zora.hear)]
    assert heard == [{CALLER, OTHER}, {AGENT, OTHER}, {AGENT, CALLER}]
    assert (await floor.centre.get(f"/calls/{call}"))["state"] == "conference"
    await ana.hangup()
    await floor.centre.agents_available("support", 1)
    assert (await heard_by(caller.voice.hear), await heard_by(zora.hear)) == ({OTHER}, {CALLER})
    await zora.hangup()
    await floor.centre.quiet()
    [cdr] = await floor.centre.cdrs()
    assert [(leg["party"], leg["cause"]) for leg in cdr["legs"]] == [
        ("1090", "normal"), ("1001", "left"), ("1009", "normal"), ("1009", "normal"),
    ]  # fmt: skip
