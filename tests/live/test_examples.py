"""The examples do what their READMEs say."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.live.harness.centre import Centre
from tests.live.harness.needs import needs_espeak
from tests.live.harness.program import Program

pytestmark = pytest.mark.live

EXAMPLES = Path(__file__).parents[2] / "examples"


async def test_the_first_queue_takes_a_call(centre: Centre, tmp_path: Path) -> None:
    example = Program("first-queue", tmp_path / "example.log")
    key = centre.api.headers["Authorization"].removeprefix("Bearer ")
    await example.start(
        *(sys.executable, str(EXAMPLES / "first-queue" / "centre.py")),
        *("--http", centre.http, "--sip", centre.sip, "--key", key),
        cwd=tmp_path,
    )
    assert await example.wait(within_s=30) == 0, example.output()
    lines = example.output().splitlines()
    assert "the customer hears 1000 Hz, Mira hears 440 Hz" in lines
    record = json.loads(lines[-1])
    assert (record["agent"], record["disposition"]) == ("mira", "answered")


@needs_espeak
async def test_the_ivr_leads_a_caller_to_the_queue(centre: Centre, tmp_path: Path) -> None:
    example = Program("ivr", tmp_path / "example.log")
    key = centre.api.headers["Authorization"].removeprefix("Bearer ")
    await example.start(
        *(sys.executable, str(EXAMPLES / "ivr" / "centre.py")),
        *("--http", centre.http, "--sip", centre.sip, "--key", key),
        cwd=tmp_path,
    )
    assert await example.wait(within_s=40) == 0, example.output()
    assert example.output().splitlines()[-1] == (
        "language 1 > hours open > account 4 digits > customer > tier then > thanks > care queue:care"
    )


async def test_the_trunk_example_calls_out_by_the_second_carrier_and_is_called(centre: Centre, tmp_path: Path) -> None:
    example = Program("trunk", tmp_path / "example.log")
    key = centre.api.headers["Authorization"].removeprefix("Bearer ")
    await example.start(
        *(sys.executable, str(EXAMPLES / "trunk" / "centre.py")),
        *("--http", centre.http, "--sip", centre.sip, "--key", key),
        cwd=tmp_path,
    )
    assert await example.wait(within_s=30) == 0, example.output()
    _, *told, out, back = example.output().splitlines()
    assert told == [
        "+381641234567: cheap (0.01 EUR a minute), dear (0.09 EUR a minute)",
        "cheap answers 503",
        "dear answers 200",
        "Mira is called by +381641234567",
    ]
    assert (json.loads(out)["number"], json.loads(back)["number"]) == ("0641234567", "+381114000820")
    assert json.loads(out)["cost"] > 0
