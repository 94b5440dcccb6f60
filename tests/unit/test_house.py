"""The house rules that a machine can check."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(path for folder in ("src", "tests", "benchmarks") for path in (ROOT / folder).rglob("*.py"))
PROGRAM = [path for path in SOURCES if path.is_relative_to(ROOT / "src")]

LONGEST_FILE = 400
UNFINISHED = re.compile(r"\b(TODO|FIXME|NotImplementedError)\b")


def test_nobody_imports_what_the_design_forbids() -> None:
    run = subprocess.run(
        [sys.executable, "-c", "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_there_are_sources_to_check() -> None:
    assert len(PROGRAM) > 50


def test_no_file_is_longer_than_a_room() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in SOURCES}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_nothing_is_left_unfinished_in_the_program() -> None:
    unfinished = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in PROGRAM
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if UNFINISHED.search(line)
    ]
    assert unfinished == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [str(path.relative_to(ROOT)) for path in PROGRAM if path.stat().st_size and _says_nothing(path)]
    assert silent == []


@pytest.mark.parametrize("command", ["make run", "make test", "make check", "make bench"])
def test_the_readme_tells_the_commands(command: str) -> None:
    assert command in (ROOT / "README.md").read_text()


def test_the_changelog_has_a_place_for_what_comes() -> None:
    assert "## [Unreleased]" in (ROOT / "CHANGELOG.md").read_text()


def test_decisions_are_numbered_without_gap_or_repeat() -> None:
    decisions = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert [int(path.name[:4]) for path in decisions] == list(range(1, len(decisions) + 1))
    titles = {path.name: path.read_text().partition(".")[0] for path in decisions}
    assert {name: title for name, title in titles.items() if title != f"# {int(name[:4])}"} == {}


def test_continuous_integration_runs_the_test_command_of_the_readme() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111, ".ci/run must be executable"
    assert re.search(r"^exec make test\b", script.read_text(), re.MULTILINE)


def test_the_pinned_versions_name_no_address() -> None:
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    assert lines
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+", line)] == []


def _says_nothing(path: Path) -> bool:
    return not path.read_text().lstrip().startswith(('"""', "#!"))
