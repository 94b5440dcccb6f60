"""The examples do what their READMEs say."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.live.harness.centre import Centre
from tests.live.harness.needs import needs_espeak
from tests.live.harness.program import Program

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="module")]

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def centre(
    executable: Path, tones: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Centre]:
    """One centre for all examples, which stand in nobody's way."""
    centre = Centre(executable, tmp_path_factory.mktemp("examples"), {"music": tones["music"]})
    try:
        yield await centre.start()
        await centre.stop()
    finally:
        if centre.program.running:
            await centre.kill()
        await centre.api.aclose()


async def said(centre: Centre, name: str, folder: Path) -> list[str]:
    """The lines that an example prints, which must succeed."""
    example = Program(name, folder / "example.log")
    key = centre.api.headers["Authorization"].removeprefix("Bearer ")
    await example.start(
        *(sys.executable, str(EXAMPLES / name / "centre.py")),
        *("--http", centre.http, "--sip", centre.sip, "--key", key),
        cwd=folder,
    )
    assert await example.wait(within_s=40) == 0, example.output()
    await centre.quiet("calls")
    return example.output().splitlines()[1:]


async def test_the_first_queue_takes_a_call(centre: Centre, tmp_path: Path) -> None:
    lines = await said(centre, "first-queue", tmp_path)
    assert "the customer hears 1000 Hz, Mira hears 440 Hz" in lines
    record = json.loads(lines[-1])
    assert (record["agent"], record["disposition"]) == ("mira", "answered")


async def test_skills_are_asked_for_more_mildly_and_a_callback_is_served_in_turn(
    centre: Centre, tmp_path: Path
) -> None:
    waits, answers, hangs_up, called = await said(centre, "skills", tmp_path)
    assert waits == "a guest waits; Nina: not_yet, asked after 2 s of waiting"
    assert answers.endswith("at step 1 of relaxation")
    assert hangs_up == "2019 hangs up, and is waiting at place 1"
    assert called == "Nina answers, then the customer: answered at attempt 1"


@needs_espeak
async def test_the_ivr_leads_a_caller_to_the_queue(centre: Centre, tmp_path: Path) -> None:
    assert (await said(centre, "ivr", tmp_path))[-1] == (
        "language 1 > hours open > account 4 digits > customer > tier then > thanks > care queue:care"
    )


async def test_the_trunk_example_calls_out_by_the_second_carrier_and_is_called(centre: Centre, tmp_path: Path) -> None:
    *told, out, back = await said(centre, "trunk", tmp_path)
    assert told == [
        "+381641234567: cheap (0.01 EUR a minute), dear (0.09 EUR a minute)",
        "cheap answers 503",
        "dear answers 200",
        "Mira is called by +381641234567",
    ]
    assert (json.loads(out)["number"], json.loads(back)["number"]) == ("0641234567", "+381114000820")
    assert json.loads(out)["cost"] > 0
