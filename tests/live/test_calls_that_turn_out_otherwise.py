"""Refused, unanswered, given up: calls that do not go straight on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.live.harness.audio import assert_tone
from tests.live.harness.floor import Floor
from tests.live.harness.needs import needs_baresip

pytestmark = [pytest.mark.live, pytest.mark.shared, needs_baresip]


async def test_a_refused_call_goes_to_the_next_agent(floor: Floor) -> None:
    # Ana has been idle longer, so hers is the first phone to ring.
    ana, boris = await floor.seat("ana", "1001"), await floor.seat("boris", "1002")
    caller = await floor.caller()
    await caller.dial("700")
    await ana.wait_for("CALL_INCOMING")
    await ana.hangup()
    await boris.wait_for("CALL_INCOMING")
    await boris.accept()
    assert_tone(await caller.hear(1.0), 1000)
    await caller.hangup()
    (cdr,) = await floor.centre.cdrs()
    assert (cdr["agent"], cdr["disposition"]) == ("boris", "answered")


async def test_a_call_nobody_picks_up_goes_to_the_next_agent(floor: Floor) -> None:
    await floor.set_queue(ring_timeout_s=1)
    ana, boris = await floor.seat("ana", "1001"), await floor.seat("boris", "1002")
    caller = await floor.caller()
    await caller.dial("700")
    await ana.wait_for("CALL_INCOMING")
    await ana.wait_for("CALL_CLOSED")
    await boris.wait_for("CALL_INCOMING")
    await boris.accept()
    await caller.hangup()
    (cdr,) = await floor.centre.cdrs()
    assert (cdr["agent"], cdr["disposition"]) == ("boris", "answered")


async def test_a_caller_who_gives_up_waiting_is_on_record_as_abandoned(floor: Floor) -> None:
    caller = await floor.caller()
    await caller.dial("700")
    await caller.wait_for("CALL_ESTABLISHED")
    await floor.centre.queue_waiting("support", 1)
    await caller.hangup()
    await floor.centre.queue_waiting("support", 0)
    (cdr,) = await floor.centre.cdrs()
    assert (cdr["disposition"], cdr["queue"], cdr["agent"]) == ("abandoned", "support", None)
    assert (await floor.centre.get("/queues/support/live"))["abandoned"] == 1


async def test_a_caller_who_gives_up_while_the_agents_phone_rings_stops_it(floor: Floor) -> None:
    ana, caller = await floor.seat("ana", "1001"), await floor.caller()
    await caller.dial("700")
    await ana.wait_for("CALL_INCOMING")
    await caller.hangup()
    await ana.wait_for("CALL_CLOSED")
    (cdr,) = await floor.centre.cdrs()
    assert cdr["disposition"] == "abandoned"
    await floor.centre.agents_available("support", 1)


async def test_a_caller_who_cancels_before_the_answer_stops_the_ringing(floor: Floor) -> None:
    ana, caller = await floor.seat("ana", "1001"), await floor.caller()
    await caller.dial("1001")
    await ana.wait_for("CALL_INCOMING")
    await caller.wait_for("CALL_RINGING")
    await caller.hangup()
    await ana.wait_for("CALL_CLOSED")
    (cdr,) = await floor.centre.cdrs()
    assert (cdr["disposition"], cdr["answered_at"]) == ("abandoned", None)
    await floor.centre.quiet()


def around_today() -> list[datetime]:
    """Days enough to last over midnight."""
    return [datetime.now(UTC) + timedelta(days=ahead) for ahead in (-1, 0, 1)]


async def test_callers_overflow_who_waited_long_enough_and_whose_queue_is_closed_or_closes(floor: Floor) -> None:
    centre, ana = floor.centre, await floor.seat("ana", "1001")
    terms = {"skill": "patience", "overflow": {"to": "queue:support", "when": ["max_wait", "closed"]}}
    caller = await floor.caller()

    async def overflows() -> None:
        await ana.wait_for("CALL_INCOMING")
        await ana.accept()
        assert_tone(await caller.hear(0.5), 1000)
        await caller.hangup()
        await ana.wait_for("CALL_CLOSED")

    await centre.put_queue("empty", "710", max_wait_s=1, **terms)
    await caller.dial("710")
    await centre.queue_waiting("empty", 1)
    await overflows()

    await centre.put_queue("empty", "710", **terms)
    await caller.dial("710")
    await centre.queue_waiting("empty", 1)
    await centre.put("/calendars/off", {"holidays": [f"{day:%m-%d}" for day in around_today()]})
    await centre.put_queue("empty", "710", hours={"calendar": "off"}, **terms)
    await overflows()

    live = await centre.get("/queues/empty/live")
    assert (live["open"], live["waiting"]) == (False, 0)
    assert datetime.fromisoformat(live["next_change_at"]) > datetime.now(UTC)
    await caller.dial("710")
    await overflows()
    assert {record["disposition"] for record in await centre.cdrs(3)} == {"answered"}
