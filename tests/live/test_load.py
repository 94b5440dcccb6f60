"""A thousand calls, fifty a second, through a queue of fifty agents: none fails and nothing stays behind."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.live.harness.centre import Centre, Json
from tests.live.harness.needs import needs_sipp
from tests.live.harness.sipp import Sipp
from tests.live.harness.waiting import eventually

pytestmark = [pytest.mark.live, pytest.mark.alone, needs_sipp]

CALLS = 1000
RATE = 50
AGENTS = 50
TALK_MS = 500
"""Half the agents are busy at a time, so that nobody waits long enough to hang up unserved."""

TIMERS_S = 40.0
"""Ended transactions linger for 32 s (RFC 3261 table 4: timers D, H and J), by design."""
POOLED = 10
"""Files of the connections that a pool keeps to the database for whoever needs one next: five, of two files each."""


async def seat_agents(centre: Centre, folder: Path, phone: Sipp) -> None:
    """Declare the agents, register them all at one phone, and make them available."""
    rows = folder / "agents.csv"
    lines = ["SEQUENTIAL"]
    await centre.put_queue("support", "700", skill="support", wrap_up_s=0)
    for extension in range(2001, 2001 + AGENTS):
        password = await centre.put_agent(f"a{extension}", str(extension), skills={"support": 5})
        lines.append(f"{extension};[authentication username={extension} password={password}];")
    rows.write_text("\n".join(lines) + "\n")
    register = Sipp("register", folder)
    host, _, port = phone.address.partition(":")
    await register.start(centre.sip, calls=AGENTS, rate=50, rows=rows, keys={"phone_host": host, "phone_port": port})
    figures = await register.figures(within_s=20)
    assert (figures.successful, figures.failed) == (AGENTS, 0), register.trouble()
    await asyncio.gather(*(centre.set_status(f"a{2001 + number}", "available") for number in range(AGENTS)))
    await centre.agents_available("support", AGENTS)


async def test_a_thousand_calls_leave_nothing_behind(centre: Centre, tmp_path: Path) -> None:
    phone, callers = Sipp("uas_agent", tmp_path), Sipp("uac", tmp_path)
    await phone.start(centre.sip, calls=CALLS)
    try:
        before = await centre.status()
        await seat_agents(centre, tmp_path, phone)
        await callers.start(centre.sip, calls=CALLS, rate=RATE, hold_ms=TALK_MS)
        placed = await callers.figures(within_s=CALLS / RATE + 30)
        assert (placed.successful, placed.failed) == (CALLS, 0), callers.trouble()
        taken = await phone.figures(within_s=20)
        assert (taken.successful, taken.failed) == (CALLS, 0), phone.trouble()
    finally:
        await callers.stop()
        await phone.stop()

    await centre.quiet("calls", "legs", "ports_in_use", "dialogs", within_s=5)
    await centre.quiet("transactions", within_s=TIMERS_S)
    await eventually(
        centre.status,
        lambda status: status["tasks"] <= before["tasks"] and status["open_files"] <= before["open_files"] + POOLED,
        within_s=10,
        what=f"tasks and files as before: {before['tasks']} and {before['open_files']}",
    )
    live = await centre.get("/queues/support/live")
    assert (live["offered"], live["answered"], live["abandoned"], live["waiting"]) == (CALLS, CALLS, 0, 0)
    assert await answered_records(centre) == CALLS


async def answered_records(centre: Centre) -> int:
    """How many answered calls are on record, counted page by page."""
    count, query = 0, {"limit": "200"}
    while True:
        page: Json = await centre.get("/cdrs", **query)
        count += sum(1 for cdr in page["items"] if cdr["disposition"] == "answered")
        cursor = page.get("next_cursor")
        if not cursor:
            return count
        query["cursor"] = cursor
