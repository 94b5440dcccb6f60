"""Calls of the whole program in stereo files, with real phones: paused, encrypted, and found again after kill -9."""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path

import pytest

from pbx.media import tone
from pbx.media.g711 import Samples
from tests.live.harness.centre import Json
from tests.live.harness.floor import Floor
from tests.live.harness.needs import needs_baresip
from tests.live.harness.waiting import eventually
from tests.unit.recordings.spools import decoded

pytestmark = [pytest.mark.live, needs_baresip]

AGENT_HZ, CALLER_HZ = 1000, 440


@pytest.fixture
def settings() -> dict[str, str]:
    return {"recording_key": base64.b64encode(bytes(range(32))).decode(), "recording_keep_days": "30"}


async def kept(floor: Floor, count: int = 1) -> list[Json]:
    """Wait until so many recordings are complete; the newest first."""

    async def items() -> list[Json]:
        found: list[Json] = (await floor.centre.get("/recordings"))["items"]
        return found

    return await eventually(items, lambda found: len(found) == count, within_s=60, what=f"{count} recordings")


async def heard(floor: Floor, recording: Json, folder: Path) -> tuple[Samples, Samples, int]:
    """Left, right and sample rate of a recording, fetched in two parts."""
    path, half = f"/recordings/{recording['id']}/audio", recording["octets"] // 2
    parts = [
        await floor.centre.api.get(path, headers={"Range": f"bytes={wanted}"})
        for wanted in (f"0-{half - 1}", f"{half}-")
    ]
    assert [part.status_code for part in parts] == [206, 206]
    file = folder / f"{recording['id']}.{recording['format']}"
    file.write_bytes(b"".join(part.content for part in parts))
    assert file.stat().st_size == recording["octets"]
    return decoded(file)


def seconds_of(channel: Samples, rate: int, hz: float) -> float:
    """For how long a tone sounds, in steps of a tenth of a second."""
    step = rate // 10
    pieces = [channel[at : at + step] for at in range(0, len(channel) - step, step)]
    return sum(tone.level_db(piece, hz, rate=rate) > -25 for piece in pieces) / 10


async def test_a_queues_calls_are_recorded_encrypted_with_a_pause_and_survive_kill_9(
    floor: Floor, tmp_path: Path
) -> None:
    centre = floor.centre
    await floor.set_queue(client="acme", record={"mode": "always", "beep": False})
    ana, caller = await floor.seat("ana", "1001"), await floor.handset()

    async def shows(recording: str) -> str:
        """Wait until the one call's recording is ``on`` or ``paused``; the call."""
        calls = await eventually(
            lambda: centre.get("/calls"),
            lambda calls: [one["recording"] for one in calls["items"]] == [recording],
            within_s=5,
            what=f"a call whose recording is {recording}",
        )
        return str(calls["items"][0]["id"])

    async def talk() -> str:
        assert (await caller.invite("700")).status == 200
        await ana.wait_for("CALL_INCOMING")
        await ana.accept()
        return await shows("on")

    async def ask(action: str) -> int:
        return (await centre.api.post(f"/calls/{call}/record", json={"action": action})).status_code

    call = await talk()
    assert await ask("stop") == 409
    await ana.hear(1.0)
    assert await ask("pause") == 204
    await ana.hear(1.0)
    for key in "*2":
        await ana.command("sndcode", key)
    await shows("on")
    await ana.hear(1.0)
    await caller.bye()
    await ana.wait_for("CALL_CLOSED")
    [recording] = await kept(floor)
    left, right, rate = await heard(floor, recording, tmp_path)

    facts = ("call", "queue", "agent", "client", "format", "encrypted", "interrupted")
    assert tuple(recording[fact] for fact in facts) == (call, "support", "ana", "acme", "opus", True, False)
    for channel, own, other in ((left, CALLER_HZ, AGENT_HZ), (right, AGENT_HZ, CALLER_HZ)):
        said = seconds_of(channel, rate, own)
        assert 1.8 <= said <= recording["seconds"] - 0.8, "the pause is silent"
        assert seconds_of(channel, rate, other) == 0
    assert (await centre.api.post(f"/recordings/{recording['id']}/verify")).json()["intact"] is True
    [cdr] = await centre.cdrs()
    assert cdr["recordings"] == [{"id": recording["id"], "sha256": recording["sha256"]}]

    call = await talk()
    loop = asyncio.get_running_loop()
    began = loop.time()
    await ana.hear(2.0)
    talked_s = loop.time() - began
    await centre.kill()
    await centre.start()
    found, _ = await kept(floor, 2)
    left, right, rate = await heard(floor, found, tmp_path)

    assert (found["call"], found["interrupted"], found["encrypted"]) == (call, True, True)
    assert found["seconds"] > talked_s - 1.0
    for channel, own in ((left, CALLER_HZ), (right, AGENT_HZ)):
        assert seconds_of(channel, rate, own) > talked_s - 1.2
    assert list((centre.data / "recordings" / "open").iterdir()) == []
