"""A centre whose configuration and records are in PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.live.harness.audio import assert_tone
from tests.live.harness.floor import Floor
from tests.live.harness.needs import needs_baresip, needs_postgresql
from tests.live.harness.postgresql import Postgresql
from tests.live.harness.waiting import eventually

pytestmark = [pytest.mark.live, needs_baresip, needs_postgresql]

LEADS = "Phone;Name\n" + "\n".join(f"+38160{number:07};Lead {number}" for number in range(1000, 1500)) + "\n12;Nobody\n"


@pytest.fixture
async def settings(tmp_path: Path) -> AsyncIterator[dict[str, str]]:
    async with Postgresql(tmp_path / "postgresql") as server:
        yield {"database_url": server.url}


async def test_what_was_configured_called_and_imported_is_there_after_a_kill(floor: Floor) -> None:
    centre = floor.centre
    ana, caller = await floor.seat("ana", "1001"), await floor.caller()
    await centre.put("/campaigns/spring", {"queue": "support"})
    sent = await centre.api.post("/campaigns/spring/leads", content=LEADS, headers={"Content-Type": "text/csv"})
    assert sent.status_code == 202, sent.text
    await caller.dial("700")
    await ana.wait_for("CALL_INCOMING")
    await ana.accept()
    assert_tone(await caller.hear(0.5), 1000)
    await caller.hangup()
    await ana.wait_for("CALL_CLOSED")
    [record] = await centre.cdrs()
    imported = sent.headers["location"].removeprefix("/api/v1")
    job = await eventually(
        lambda: centre.get(imported), lambda job: bool(job["state"] == "done"), within_s=20, what="the leads imported"
    )
    assert (job["taken"], job["refused"]) == (500, 1)
    configured = [await centre.get(noun) for noun in ("/agents", "/queues", "/campaigns", "/skills")]

    await centre.kill()
    await centre.start()

    assert [await centre.get(noun) for noun in ("/agents", "/queues", "/campaigns", "/skills")] == configured
    assert await centre.cdrs() == [record]
    assert len((await centre.get("/campaigns/spring/leads", limit="500"))["items"]) == 500
    assert not (centre.data / "centrala.sqlite").exists()
