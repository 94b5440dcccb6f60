"""The ledger over HTTP and by the command: read, exported, signed, verified."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace
from tests.unit.control.fake_centre import FakeCentre
from tests.unit.control.test_cli import centrala
from tests.unit.dialer.entries import entry

from control.compliance.export import export, verify_lines
from control.compliance.seal import FILE, Seal, SignedHead, is_genuine
from control.errors import StartError
from control.store.store import Store
from dialer.ledger import Broken, Entry, Head, pseudonym
from dialer.outcome import Outcome

NOW = 1_795_690_950.0


def of(number: str, id: str, **fields: object) -> Entry:
    """An attempt under the fake centre's key."""
    key, end = pseudonym(Seal(bytes(32)).number_key, number)
    return entry(id, number=number, number_key=key, number_end=end, **fields)


ENTRIES = (
    of("+381112345678", "a1"),
    of("+381112345679", "a2", verdict="calling_window", outcome=None, decided_at=NOW + 1, lead=8),
    of("+381112345678", "a3", outcome=Outcome.BUSY, decided_at=NOW + 2),
)


@pytest.fixture(autouse=True)
async def written(store: Store) -> None:
    async with store.write() as records:
        await records.attempts.close(ENTRIES, NOW)


async def ids(api: httpx.AsyncClient, query: str = "") -> list[str]:
    answer = await api.get(f"/campaigns/spring/attempts{query}")
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["items"]]


async def test_attempts_of_a_campaign_are_read_newest_first(api: httpx.AsyncClient) -> None:
    assert await ids(api) == ["a3", "a2", "a1"]
    assert (await api.get("/campaigns/autumn/attempts")).json()["items"] == []
    page = (await api.get("/campaigns/spring/attempts?limit=2")).json()
    rest = await api.get("/campaigns/spring/attempts", params={"limit": 2, "cursor": page["next_cursor"]})
    assert [one["id"] for one in rest.json()["items"]] == ["a1"]


async def test_attempts_are_found_by_what_they_are(api: httpx.AsyncClient) -> None:
    assert await ids(api, "?number=0112345678") == ["a3", "a1"]
    assert await ids(api, "?lead=8") == await ids(api, "?refused=true") == await ids(api, "?verdict=calling_window")
    assert await ids(api, "?outcome=busy") == ["a3"]
    assert await ids(api, "?since=2026-11-26T11:02:32Z") == ["a3"]
    assert (await api.get("/campaigns/spring/attempts?outcome=lost")).status_code == 422


async def test_a_number_is_found_when_it_is_forgotten(api: httpx.AsyncClient, store: Store) -> None:
    async with store.write() as records:
        await records.attempts.forget([7])
    assert await ids(api, "?number=%2B381112345678") == ["a3", "a1"]
    shown = (await api.get("/campaigns/spring/attempts?outcome=busy")).json()["items"][0]
    assert (shown["number"], shown["number_end"]) == ("", "5678")


async def test_attempts_come_as_csv(api: httpx.AsyncClient) -> None:
    answer = await api.get("/campaigns/spring/attempts?refused=false", headers={"Accept": "text/csv"})
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["id"], row["lead"], row["outcome"], row["abandoned"]) for row in rows] == [
        ("a3", "7", "busy", "false"),
        ("a1", "7", "connected", "false"),
    ]
    assert rows[1]["decided_at"] == "2026-11-26T11:00:00.000Z"


async def test_the_end_is_signed_by_the_centre(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    told = SignedHead(**(await api.get("/ledger/head")).json())
    assert told.seq == 3
    assert is_genuine(told, centre.seal.key)
    assert not is_genuine(replace(told, seq=2))
    assert not is_genuine(told, Seal(bytes(range(32))).key)
    assert not is_genuine(replace(told, signature="no hexadecimal"))


async def test_an_export_holds_and_every_harm_to_it_shows(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    text = (await api.get("/ledger/export")).content
    lines = text.splitlines(keepends=True)
    assert len(lines) == 4
    assert b"+381112345678" not in text
    found = verify_lines(lines)
    assert isinstance(found, SignedHead)
    assert found.head == Head(3, json.loads(lines[2])["hash"])

    def why(lines: list[bytes], earlier: SignedHead | None = None) -> str:
        broken = verify_lines(lines, earlier)
        assert isinstance(broken, Broken)
        return broken.why

    assert "one is missing" in why([lines[0], *lines[2:]])
    assert "missing at the end" in why([*lines[:2], lines[3]])
    assert "without a signed end" in why(lines[:3])
    assert "something follows" in why([*lines, lines[0]])
    assert "no signed end" in why([*lines[:3], b'{"head":{}}\n'])
    assert "signature" in why([*lines[:3], lines[3].replace(b'"seq":3', b'"seq":2')])
    other = Seal(bytes(range(32))).sign(found.head, NOW)
    assert "signature" in why(lines, other), "another key than the one that is known"
    assert "another one" in why(lines, centre.seal.sign(Head(2, "0" * 64), NOW))
    assert "missing at the end" in why(lines, centre.seal.sign(Head(9, "0" * 64), NOW))


async def test_an_empty_ledger_is_exported_and_holds(store: Store) -> None:
    signed = Seal(bytes(32)).sign(Head(), NOW)
    assert verify_lines([line async for line in export(store, signed)]) == signed


async def test_the_command_verifies_a_file_and_names_what_is_wrong(api: httpx.AsyncClient, tmp_path: Path) -> None:
    file, head = tmp_path / "ledger.jsonl", tmp_path / "head.json"
    file.write_bytes((await api.get("/ledger/export")).content)
    head.write_bytes((await api.get("/ledger/head")).content)
    status, out, err = await centrala(tmp_path, "ledger", "verify", "--file", str(file), "--head", str(head))
    assert (status, err) == (0, "")
    assert "The ledger holds: 3 records" in out
    file.write_bytes(file.read_bytes().replace(b'"calling_window"', b'"calling_windew"'))
    status, out, err = await centrala(tmp_path, "ledger", "verify", "--file", str(file))
    assert (status, err) == (1, "")
    assert out == "The ledger does not hold: record 2: its hash is not that of its content.\n"
    assert (await centrala(tmp_path, "ledger", "verify", "--file", "nowhere"))[0] == 2


async def test_the_command_verifies_the_database(store: Store, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(bytes(32).hex())
    verify = "ledger", "verify", "--data", str(tmp_path)
    status, out, err = await centrala(tmp_path, *verify)
    assert (status, err) == (0, ""), out
    with sqlite3.connect(tmp_path / "centrala.sqlite") as database:
        database.execute("UPDATE attempts SET number = '+381112345670' WHERE seq = 1")
    assert "record 1: the number beside it is not the one that was called" in (await centrala(tmp_path, *verify))[1]
    with sqlite3.connect(tmp_path / "centrala.sqlite") as database:
        database.execute("UPDATE attempts SET number = '' WHERE seq = 1")
        database.execute("DELETE FROM attempts WHERE seq = 3")
    database.close()
    assert "line 3: records 3 to 3 are missing at the end" in (await centrala(tmp_path, *verify))[1]


def test_the_secret_is_made_once_and_is_nobody_elses(tmp_path: Path) -> None:
    first = Seal.open(tmp_path)
    assert Seal.open(tmp_path).key == first.key
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    (tmp_path / FILE).write_text("half a key")
    with pytest.raises(StartError, match="32 octets"):
        Seal.open(tmp_path)
