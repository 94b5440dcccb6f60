"""Lists that come in over HTTP, read by the program that reads them."""

from __future__ import annotations

import asyncio
import csv
import io
import os
import signal
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.unit.control.fake_centre import FakeCentre

from control.campaigns.importing.desk import ImportDesk
from control.lead_import import ENDED, ImportOptions, LeadImport
from control.store.leads import LeadFilter
from dialer.lead import Consent, Lead, LeadNumber, NumberKind

PATIENCE_S = 150.0


@pytest.fixture(autouse=True)
async def spring(api: httpx.AsyncClient) -> None:
    await api.put("/queues/sales", json={"extension": "701"})
    await api.put("/campaigns/spring", json={"queue": "sales", "region": "US"})


async def upload(api: httpx.AsyncClient, body: str | bytes, kind: str = "text/csv", **more: Any) -> httpx.Response:
    content = body.encode() if isinstance(body, str) else body
    headers = {"Content-Type": kind} if kind else {}
    return await api.post("/campaigns/spring/leads", content=content, headers=headers, params=more)


async def ended(api: httpx.AsyncClient, answer: httpx.Response) -> dict[str, Any]:
    """The import, once it has ended."""
    assert answer.status_code == 202, answer.text
    async with asyncio.timeout(PATIENCE_S):
        while True:
            job: dict[str, Any] = (await api.get(answer.headers["location"].removeprefix("/api/v1"))).json()
            if job["state"] in ENDED:
                return job
            await asyncio.sleep(0.02)


async def refused(api: httpx.AsyncClient, job: dict[str, Any]) -> list[dict[str, str]]:
    answer = await api.get(f"/campaigns/spring/imports/{job['id']}/refused")
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.text)))


async def leads(centre: FakeCentre) -> list[Lead]:
    async with centre.store.read() as records:
        return await records.leads.page(LeadFilter(campaign="spring"), 10_000)


def another_desk(centre: FakeCentre, **more: Any) -> ImportDesk:
    """As it is made when the centre starts again."""
    url = f"sqlite+aiosqlite:///{centre.voicemail}/centrala.sqlite"
    return ImportDesk(centre.store, centre.voicemail / "imports", url, **more)


def grandchildren() -> list[int]:
    """The processes that those which this one started have started."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
    return [id for id, parent in parents.items() if parents.get(parent) == os.getpid()]


async def test_a_list_of_thousands_comes_in_and_every_refused_row_is_reported(
    api: httpx.AsyncClient, centre: FakeCentre
) -> None:
    lines = ["Name;Home phone;Cell;State;ZIP;Time zone;Priority;Consent;Consent mobile;City"]
    lines += [f"Ann {n};(415) 555-{n:04};;CA;;;;;;Oakland" for n in range(2100)]
    bad = {
        "no number": ";;CA;;;;;;",
        "rounded": "3.81641E+11;;CA;;;;;;",
        "letters": "none;;CA;;;;;;",
        "short": "555-1234;;CA;;;;;;",
        "unassigned": "(115) 555-2671;;CA;;;;;;",
        "charged": "(900) 234-5678;;CA;;;;;;",
        "state": "(212) 555-9001;;Atlantis;;;;;;",
        "zip": "(212) 555-9002;;;ABCDE;;;;;",
        "zone": "(212) 555-9003;;;;Mars/Olympus;;;;",
        "priority": "(212) 555-9004;;;;;high;;;",
        "consent": "(212) 555-9005;;;;;;form;maybe;",
        "cells": "(212) 555-9006;;;;;;;;;one;too many",
        "again": "+1 415 555 0007;;;;;;;;",
    }
    lines += [f"{name};{rest}" for name, rest in bad.items()]
    lines += ["", "Bea;nonsense;305 555 2671;Florida;;;7;web form;yes;Miami", "Cid;(212) 555-9008;;;02134;;;;;"]
    job = await ended(api, await upload(api, "\n".join(lines), list="june"))
    assert (job["state"], job["read"], job["taken"], job["duplicates"]) == ("done", 2115, 2102, 1), job
    assert job["refused"] == len(bad) - 1
    assert job["rows_per_s"] > 0
    assert job["octets"] == job["size"]
    rows = await refused(api, job)
    assert [row["reason"] for row in rows] == [
        "empty", "rounded", "not_a_number", "too_short", "unassigned", "charged", "bad_region", "bad_postcode",
        "bad_zone", "bad_priority", "bad_consent", "too_many_cells", "not_a_number", "duplicate",
    ]  # fmt: skip
    by_reason = {row["reason"]: row for row in rows}
    assert by_reason["bad_region"]["row"] == str(2101 + list(bad).index("state") + 1)
    assert (by_reason["bad_region"]["column"], by_reason["bad_region"]["value"]) == ("State", "Atlantis")
    assert "ISO" in by_reason["bad_region"]["detail"] or "US-FL" in by_reason["bad_region"]["detail"]
    assert [row["taken"] for row in rows if row["value"] == "nonsense"] == ["yes"]
    kept = await leads(centre)
    assert kept[0].numbers == (LeadNumber("+14155550000", NumberKind.UNKNOWN, "America/Los_Angeles", "home"),)
    assert (kept[0].list, kept[0].region, kept[0].zone) == ("june", "US-CA", "America/Los_Angeles")
    assert kept[0].fields == {"name": "Ann 0", "city": "Oakland"}
    bea, cid = kept[-2:]
    assert bea.numbers == (LeadNumber("+13055552671", NumberKind.MOBILE, "America/New_York", "cell"),)
    assert (bea.region, bea.priority, bea.consent) == ("US-FL", 7, Consent("web form", None, True))
    assert (cid.region, cid.zone) == ("US-MA", "America/New_York")
    assert (await api.get("/campaigns/spring/imports")).json()["items"] == [job]


async def test_what_is_no_list_is_refused_at_once(api: httpx.AsyncClient) -> None:
    cases: list[tuple[str | bytes, dict[str, Any], str]] = [
        ("", {}, "body"),
        ("phone,phone\n1,2\n", {}, "body"),
        ("name,city\nAnn,Oakland\n", {}, "map"),
        ("phone\n1\n", {"map": "no"}, "map"),
        ("phone\n1\n", {"map": '{"fax": "number"}'}, "map"),
        ("phone\n1\n", {"map": '{"phone": "Number!"}'}, "map.phone"),
        ("[1, 2]", {}, "body"),
        ("phone\n1\n", {"duplicates": "eat"}, "duplicates"),
        ("phone\n1\n", {"region": "us"}, "region"),
    ]
    for body, more, field in cases:
        answer = await upload(api, body, "", **more)
        assert answer.status_code == 422, (body, more)
        assert answer.json()["errors"][0]["field"] == field, (body, answer.json())
    assert (await upload(api, "x", "multipart/form-data")).json()["errors"][0]["field"] == "content-type"
    assert (await api.post("/campaigns/summer/leads", content=b"phone\n1\n")).status_code == 404
    assert (await api.get("/campaigns/spring/imports")).json()["items"] == []
    assert (await api.get("/campaigns/spring/imports/x")).status_code == 404


async def test_an_import_is_cancelled_and_what_it_brought_stays(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    body = "phone\n" + "".join(f"+1415{n:07}\n" for n in range(2_000_000, 2_060_000))
    answer = await upload(api, body)
    path = f"/campaigns/spring/imports/{answer.json()['id']}"
    assert (await api.delete("/campaigns/spring")).status_code == 409
    assert (await api.post(f"{path}/cancel")).status_code == 200
    job = await ended(api, answer)
    assert job["state"] == "cancelled"
    assert job["read"] < 60_000
    assert (await api.post(f"{path}/cancel")).status_code == 409
    async with centre.store.read() as records:
        assert sum(one.count for one in await records.leads.counts("spring")) == job["taken"]


async def test_an_import_goes_on_after_a_restart_where_it_was(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    told = asyncio.Event()
    centre.imports.changed = lambda job: told.set() if job.progress.read else None
    body = "phone\n" + "".join(f"+1415{n:07}\n" for n in range(2_000_000, 2_012_100)) + "nonsense\n"
    answer = await upload(api, body)
    async with asyncio.timeout(PATIENCE_S):
        await told.wait()
    await centre.imports.stop()
    job = await centre.imports.get("spring", answer.json()["id"])
    assert job.state not in ENDED
    assert 0 < job.progress.read < 12_101
    again = another_desk(centre)
    await again.start()
    job_shown = await ended(api, answer)
    await again.stop()
    assert (job_shown["state"], job_shown["read"], job_shown["taken"]) == ("done", 12_101, 12_100)
    assert [row["value"] for row in await refused(api, job_shown)] == ["nonsense"]
    async with centre.store.read() as records:
        assert sum(one.count for one in await records.leads.counts("spring")) == 12_100


async def test_an_import_whose_reader_dies_says_so_and_is_sent_again(
    api: httpx.AsyncClient, centre: FakeCentre
) -> None:
    ended: asyncio.Queue[LeadImport] = asyncio.Queue()
    killed: list[int] = []
    read = asyncio.Event()

    def changed(job: LeadImport) -> None:
        if job.progress.read:
            read.set()
        if job.progress.read and not killed:
            killed.extend(grandchildren())
            for process in killed:
                os.kill(process, signal.SIGKILL)
        if job.state in ENDED:
            ended.put_nowait(job)

    desk = another_desk(centre, worth_a_process=0)
    desk.changed = changed
    rows = 24_000
    body = ("phone\n" + "".join(f"+1415{n:07}\n" for n in range(2_000_000, 2_000_000 + rows))).encode()

    async def pieces() -> AsyncIterator[bytes]:
        yield body

    async with asyncio.timeout(PATIENCE_S):
        await desk.add("spring", ImportOptions(), pieces())
        job = await ended.get()
        assert (job.state, len(killed)) == ("failed", 1)
        assert job.trouble.startswith("the process that reads the list has died (status -9)")
        assert 0 < job.progress.taken == job.progress.read < rows
        await desk.add("spring", ImportOptions(), pieces())
        again = await ended.get()
        read.clear()
        third = await desk.add("spring", ImportOptions(), pieces())
        await read.wait()
        await desk.cancel("spring", third.id)
        assert (await ended.get()).state == "cancelled"
    assert grandchildren() == []
    await desk.stop()
    assert (again.state, again.progress.read, again.progress.duplicates) == ("done", rows, job.progress.taken)
    assert again.progress.taken == rows - job.progress.taken
