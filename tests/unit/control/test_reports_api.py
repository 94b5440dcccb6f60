"""Reports of campaigns over HTTP."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import Any

import httpx
from msgspec.structs import replace
from tests.unit.control.fake_centre import FakeCentre

from control.nouns import Campaign
from control.store.dispositions import Said
from dialer.lead import Lead, LeadNumber, LeadState
from dialer.ledger import PERMITTED, Entry
from dialer.outcome import Outcome

DAY_S = 86_400.0
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC).timestamp()
SPRING = Campaign(id="spring", queue="sales", abandon_group="house", abandon_days=2)


def attempt(number: int, at: float, outcome: Outcome, **more: Any) -> Entry:
    plain = Entry(str(number), "spring", number, "+381641234567", PERMITTED, at, dialled_at=at, outcome=outcome)
    return replace(plain, ended_at=at + 15, **more)


def talk(number: int, at: float, talk_s: float, agent: str = "ana") -> Entry:
    answered = {"answered_at": at + 5, "connected_at": at + 6, "agent": agent}
    return replace(attempt(number, at, Outcome.CONNECTED, **answered), ended_at=at + 6 + talk_s)


async def happened(centre: FakeCentre) -> None:
    """Two days: on the first one call of five was abandoned, on the second none of two; a sister campaign drops one."""
    first = NOON - DAY_S
    dropped = {"answered_at": first + 5, "dropped_at": first + 8, "abandoned": True}
    entries = [
        talk(1, first, 60),
        talk(2, first + 76, 30),  # ten seconds after the first one ended
        talk(3, first + 3 * 3600, 30),  # after a break
        talk(4, first, 60, "bob"),
        attempt(5, first, Outcome.ABANDONED, **dropped),
        attempt(6, first, Outcome.BUSY),
        attempt(7, first, Outcome.MACHINE, answered_at=first + 4),
        talk(8, NOON, 20),
        talk(9, NOON + 46, 20),
        replace(attempt(10, NOON, Outcome.BUSY), verdict="window", dialled_at=None, outcome=None, ended_at=None),
        replace(attempt(11, NOON, Outcome.ABANDONED, **dropped), campaign="summer"),
    ]
    async with centre.store.write() as records:
        await records.campaigns.put(SPRING)
        await records.campaigns.put(replace(SPRING, id="summer"))
        await records.attempts.close(entries, NOON + 100)
        await records.dispositions.put(Said(1, 1, "spring", "sale", "ana", "", True, True, first + 70))
        await records.dispositions.put(Said(2, 1, "spring", "no", "ana", "", True, False, first + 110))
        plain = Lead(0, "spring", (LeadNumber("+381641234567"),))
        await records.leads.add([plain, replace(plain, state=LeadState.DONE)], NOON)


async def test_a_day_has_its_attempts_contacts_abandonment_and_agents_time(
    api: httpx.AsyncClient, centre: FakeCentre
) -> None:
    await happened(centre)
    shown = (await api.get("/campaigns/spring/report?since=2026-03-09&until=2026-03-10")).json()
    first, second = shown["days"]
    assert first["outcomes"] == {"connected": 4, "abandoned": 1, "busy": 1, "machine": 1}
    counts = ("attempts", "refused", "answered", "contacts", "right_party", "conversions", "abandoned")
    assert [first[name] for name in counts] == [7, 0, 5, 4, 2, 1, 1]
    assert [second[name] for name in counts] == [2, 1, 2, 2, 0, 0, 0]
    assert (first["abandon_rate"], first["running_abandon_rate"]) == (0.2, 0.3333)
    assert (second["abandon_rate"], second["running_abandon_rate"]) == (0.0, 0.25)
    assert (first["talk_s"], first["mean_wait_s"], first["utilisation"]) == (180.0, 16.0, 0.9184)
    assert (second["mean_wait_s"], second["conversion_rate"]) == (26.0, 0.0)
    assert (shown["leads"], shown["penetration"]) == ({"ready": 1, "done": 1}, 0.5)
    text = (await api.get("/campaigns/spring/report?since=2026-03-09&until=2026-03-10",
                          headers={"Accept": "text/csv"})).text  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(text)))
    told = [(row["day"], row["attempts"], row["busy"]) for row in rows]
    assert told == [("2026-03-09", "7", "1"), ("2026-03-10", "2", "0")]


async def test_days_are_those_of_a_clock_and_have_begun(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    await happened(centre)
    shown = (await api.get("/campaigns/spring/report?since=2026-03-11&until=2026-03-11&zone=Pacific/Kiritimati")).json()
    assert [day["attempts"] for day in shown["days"]] == [2]  # 12:00 UTC is two o'clock of the next day there
    [today] = (await api.get("/campaigns/spring/report")).json()["days"]
    assert (today["attempts"], today["abandon_rate"], today["utilisation"]) == (0, None, None)
    for query, field in (
        ("since=2026-03-11&until=2026-03-10", "since"),
        ("since=2020-01-01&until=2026-03-10", "since"),
        ("zone=Mars", "zone"),
    ):
        answer = await api.get(f"/campaigns/spring/report?{query}")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert (await api.get("/campaigns/none/report")).status_code == 404
