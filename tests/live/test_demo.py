"""What a newcomer sees after the first command: a centre that lives by itself."""

from __future__ import annotations

import pytest

from tests.live.harness.centre import Centre, Json
from tests.live.harness.waiting import eventually

pytestmark = pytest.mark.live

SEATS, FREE_SEATS = 10, 2


@pytest.fixture
def settings() -> dict[str, str]:
    return {"demo": "true", "drain_s": "0"}


async def test_robots_answer_callers_and_whom_the_campaign_calls(centre: Centre) -> None:
    status = await eventually(
        centre.status,
        lambda status: status["agents"].get("offline") == FREE_SEATS and status["calls"] > 0,
        within_s=60,
        what="agents seated, and a call",
    )
    assert sum(status["agents"].values()) == SEATS

    async def attempts() -> list[Json]:
        found: list[Json] = (await centre.get("/campaigns/quality/attempts", limit="100"))["items"]
        return found

    tried = await eventually(
        attempts,
        lambda tried: any(attempt["connected_at"] is not None for attempt in tried),
        within_s=120,
        what="a customer of the campaign with an agent",
    )
    assert {attempt["verdict"] for attempt in tried} <= {"permitted", "calling_window"}
    await eventually(
        lambda: centre.get("/queues/support/live"),
        lambda live: bool(live["answered"]),
        within_s=60,
        what="a call served",
    )
    assert (await centre.status())["failures"] == 0
