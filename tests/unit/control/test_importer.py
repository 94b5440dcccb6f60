"""What becomes of the rows of a list, whatever its shape."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.unit.control.fake_centre import NOW

from control.campaigns.importing.apart import apart
from control.campaigns.importing.batches import BATCH, Order, batches_of, here
from control.campaigns.importing.columns import columns_of
from control.campaigns.importing.importer import Importer
from control.campaigns.importing.reading import Source, Unreadable
from control.errors import Invalid
from control.lead_import import ImportOptions, LeadImport, Progress, Task
from control.store.leads import LeadFilter
from control.store.store import Store
from dialer.lead import Lead, LeadNumber, LeadState, NumberKind


class Lists:
    """Imports lists into a store."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self._folder = folder
        self._count = 0

    async def take(self, body: str | bytes, **options: Any) -> Progress:
        self._count += 1
        path = self._folder / f"{self._count}.list"
        path.write_bytes(body.encode() if isinstance(body, str) else body)
        job = LeadImport(str(self._count), "spring", ImportOptions(**options), path.stat().st_size, NOW)
        async with self.store.write() as records:
            await records.imports.put(job)
        report = self._folder / f"{self._count}.csv"
        task = Task(job.id, "spring", job.options, "", str(path), str(report))
        importer = Importer(self.store, task, job.progress)
        assert await importer.run(here(Order(task, 0, NOW)), lambda progress: True)
        async with self.store.read() as records:
            kept = await records.imports.get(job.id)
        assert kept is not None
        assert kept.progress == importer.progress
        return importer.progress

    async def leads(self) -> list[Lead]:
        async with self.store.read() as records:
            return await records.leads.page(LeadFilter(campaign="spring"), 10_000)


@pytest.fixture
def lists(store: Store, tmp_path: Path) -> Lists:
    return Lists(store, tmp_path)


async def test_json_comes_in_as_an_array_or_by_lines_with_several_numbers(lists: Lists) -> None:
    people = [
        {"phone": ["+381641234567", "+381112233445"], "name": "Mila", "vip": True, "language": "SR"},
        {"phone": 14155552671, "name": None, "call_at": "2027-03-01T09:30", "owner": "ana", "list": "own"},
    ]
    assert (await lists.take(json.dumps(people, indent=1), shape="json")).taken == 2
    by_line = "\n".join(json.dumps({"Telefon": f"+38164555{n:04}", "Beleška": "x" * n}) for n in range(500))
    progress = await lists.take(by_line, shape="json")
    assert (progress.read, progress.taken) == (500, 500)
    mila, bob, *others = await lists.leads()
    assert [one.number for one in mila.numbers] == ["+381641234567", "+381112233445"]
    assert (mila.numbers[0].kind, mila.language) == (NumberKind.MOBILE, "sr")
    assert mila.fields == {"name": "Mila", "vip": "true"}
    assert (bob.state, bob.owner, bob.list) == (LeadState.CALLBACK, "ana", "own")
    assert bob.due_at == 1803922200.0  # 09:30 in Los Angeles
    assert others[7].fields == {"bele_ka": "x" * 7}


async def test_what_is_known_is_refused_changed_or_kept_as_asked(lists: Lists) -> None:
    await lists.take("phone,name,city\n+14155552671,Ann,Oakland\n", list="june")
    again = "phone,phone 2,name\n+14155552671,+14155552672,Anna\n+14155552673,,Bea\n"
    progress = await lists.take(again, list="july", dry_run=True)
    assert (progress.taken, progress.duplicates) == (1, 1)
    assert len(await lists.leads()) == 1
    long = "phone\n" + "".join(f"+1415{n:07}\n" for n in range(2_000_000, 2_000_000 + BATCH)) + "+14152000000\n"
    progress = await lists.take(long, dry_run=True)
    assert (progress.taken, progress.duplicates) == (BATCH, 1)
    progress = await lists.take(again, list="july", duplicates="update")
    assert (progress.taken, progress.updated, progress.duplicates) == (1, 1, 0)
    ann, bea = await lists.leads()
    assert [one.number for one in ann.numbers] == ["+14155552671", "+14155552672"]
    assert (ann.fields, ann.list) == ({"name": "Anna", "city": "Oakland"}, "june")
    assert (await lists.take("phone\n+14155552672\n", list="july", within="list")).taken == 1
    assert (await lists.take("phone\n+14155552673\n+14155552673\n", list="july", duplicates="keep")).taken == 2
    assert [one.numbers[0].number for one in await lists.leads()].count(bea.numbers[0].number) == 3


async def test_columns_are_what_the_operator_says(lists: Lists) -> None:
    body = "Kontakt\tNapomena\tTajna\n064 123-4567\tČeka\tx\n".encode("utf-8-sig")
    columns = {"Kontakt": "number:mobile", "Napomena": "note", "Tajna": "skip"}
    await lists.take(body, columns=columns, region="RS")
    await lists.take("phone,name\n+14155552671,José\n".encode("latin-1"))
    await lists.take("phone|name\n+14155552672|Žika\n".encode("utf-16"))
    one, jose, zika = await lists.leads()
    assert one.numbers == (LeadNumber("+381641234567", NumberKind.MOBILE, "Europe/Belgrade", "kontakt"),)
    assert (one.fields, jose.fields, zika.fields) == ({"note": "Čeka"}, {"name": "José"}, {"name": "Žika"})


async def test_a_quoted_cell_may_have_lines_and_separators(lists: Lists) -> None:
    await lists.take('"phone, main","a;b"\n"+14155552671","one\ntwo, three"\n', columns={"phone, main": "number"})
    assert [lead.fields for lead in await lists.leads()] == [{"a_b": "one\ntwo, three"}]


def test_names_of_columns_tell_what_they_are() -> None:
    names = ["ID", "First Name", "Home Phone", "Mobile", "phone_3", "State", "Zip Code", "TZ", "Score", "Fax"]
    columns = columns_of(names, {})
    assert [(one.name, one.label, one.kind) for one in columns.numbers] == [
        ("Home Phone", "home", NumberKind.UNKNOWN),
        ("Mobile", "mobile", NumberKind.MOBILE),
        ("phone_3", "", NumberKind.UNKNOWN),
    ]
    assert columns.roles == {"region": "State", "postcode": "Zip Code", "zone": "TZ", "priority": "Score"}
    assert columns.fields == {"ID": "id", "First Name": "first_name", "Fax": "fax"}
    with pytest.raises(Invalid, match="cannot both be region"):
        columns_of(["phone", "a", "b"], {"a": "region", "b": "region"})


@pytest.mark.parametrize("body", ['[{"phone": "+14155552671"}, {"phone": ', "[1, 2]", '{"phone": 1} nonsense'])
def test_a_list_that_is_no_json_says_so(tmp_path: Path, body: str) -> None:
    path = tmp_path / "list"
    path.write_text(body)
    with pytest.raises(Unreadable, match="JSON"):
        list(Source(path, "json").rows())


def order(path: Path, skip: int = 0, **options: Any) -> Order:
    return Order(Task("1", "spring", ImportOptions(**options), "", str(path), ""), skip, NOW)


async def test_a_list_reads_the_same_in_a_process_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "list"
    lines = [f"Ann;(415) 555-{n:04};{'x' * (n % 7)};CA;2027-03-01T09:30;form" for n in range(BATCH + 100)]
    lines += ["Bea;nonsense;+381641234567;Florida;;", "Cid;;;NY;;", "Dee;2125559003;;Atlantis;;", '"Čeka\n";;064;;;']
    path.write_text("\n".join(["name;phone;mobile;state;call at;consent", *lines]))
    for skip in (0, BATCH + 50):
        read_here = list(batches_of(order(path, skip)))
        assert sum(batch.read for batch in read_here) == len(lines) - skip
        assert [len(batch.complaints) for batch in read_here][-1] >= 4
        assert [batch async for batch in apart(order(path, skip))] == read_here
    path.write_text('[{"phone": "+14155552671"}, {"phone": ')
    with pytest.raises(Unreadable, match="JSON"):
        [batch async for batch in apart(order(path, shape="json"))]


def test_a_batch_of_long_rows_is_small(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_text("phone,a,b,c\n" + f"+14155552671,{'x' * 1900},{'y' * 1900},{'z' * 1900}\n" * BATCH)
    first, second = (batch.read for batch in batches_of(order(path)))
    assert first < BATCH
    assert first + second == BATCH
