"""What the documents name is there, and what ought to be named is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from control.settings import Settings

ROOT = Path(__file__).parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(page for part in ("docs", "examples", "deploy")
                                              for page in (ROOT / part).rglob("*.md"))]  # fmt: skip
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")
NAMED = re.compile(r"`([^`]+)`")
SETTING = re.compile(r"`(CENTRALA_[A-Z_]+)`")


class Row(NamedTuple):
    """One line of a table in docs/rfc-coverage.md."""

    clause: str
    what: str
    files: list[str]
    tests: list[str]


def _coverage() -> list[Row]:
    rows = []
    for line in (ROOT / "docs" / "rfc-coverage.md").read_text().splitlines():
        if line.startswith("| ") and not line.startswith("| clause"):
            clause, what, files, tests = (cell.strip() for cell in line.strip("|").split("|"))
            rows.append(Row(clause, what, NAMED.findall(files), NAMED.findall(tests)))
    return rows


def test_every_file_of_the_coverage_table_is_there() -> None:
    named = {name for row in _coverage() for name in row.files}
    places = ROOT / "src" / "pbx", ROOT
    assert sorted(name for name in named if not any((place / name).exists() for place in places)) == []


def test_every_test_of_the_coverage_table_is_there() -> None:
    named = {name for row in _coverage() for name in row.tests}
    assert sorted(name for name in named if not (ROOT / "tests" / name).exists()) == []


def test_every_row_of_the_coverage_table_names_files_and_tests() -> None:
    rows = _coverage()
    assert len(rows) > 50
    assert [row for row in rows if not (row.clause and row.what and row.files and row.tests)] == []


def test_no_two_rows_of_the_coverage_table_say_the_same() -> None:
    said = [(row.clause, row.what) for row in _coverage()]
    assert sorted(set(said)) == sorted(said)


def test_every_setting_is_explained_and_no_other() -> None:
    explained = set(SETTING.findall((ROOT / "docs" / "settings.md").read_text()))
    assert explained == {f"CENTRALA_{name.upper()}" for name in Settings.model_fields}


def test_each_part_of_the_distributor_has_a_scenario_in_virtual_time_that_is_there() -> None:
    lines = (ROOT / "docs" / "queues.md").read_text().splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    proven = {int(row[0]): (NAMED.findall(row[2]), NAMED.findall(row[3])) for row in rows if row[0].isdecimal()}
    assert sorted(proven) == list(range(1, 11))
    assert [number for number, (virtual, _) in proven.items() if not virtual] == []
    named = {name for both in proven.values() for names in both for name in names}
    assert sorted(name for name in named if not (ROOT / "tests" / name).exists()) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    assert [link for link in LINK.findall(page.read_text()) if not (page.parent / link).exists()] == []


def test_the_readme_is_read_in_one_sitting() -> None:
    lines = (ROOT / "README.md").read_text().splitlines()
    assert len(lines) <= 200
    assert [line for line in lines if len(line) > 120 and not line.startswith("|")] == []


def test_no_page_names_a_setting_that_does_not_exist() -> None:
    known = {f"CENTRALA_{name.upper()}" for name in Settings.model_fields}
    assert {name for page in PAGES for name in SETTING.findall(page.read_text())} - known == set()
