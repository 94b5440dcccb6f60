"""Fixtures: a centre that runs, and tones to tell callers and agents apart."""

from __future__ import annotations

import shutil
import sys
from collections.abc import AsyncIterator, Generator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from tests.live.harness.audio import make_tone
from tests.live.harness.centre import GREETING_HZ, MUSIC_HZ, Centre
from tests.live.harness.floor import Floor
from tests.live.harness.sharing import clear


def is_shared(item: pytest.Item) -> bool:
    return item.get_closest_marker("shared") is not None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Who shares the lasting centre runs in the loop of that."""
    for item in filter(is_shared, items):
        item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the centre's log beneath a failed test."""
    report = yield
    centre = getattr(item, "funcargs", {}).get("centre")
    if report.failed and isinstance(centre, Centre):
        report.sections.append(("the centre's log", centre.program.output()))
    return report


@pytest.fixture(scope="session")
def tones(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """WAV files of two minutes: ``agent`` 1000 Hz, ``caller`` 440 Hz, ``other`` 700 Hz, ``music`` and ``greeting``."""
    if shutil.which("sox") is None:
        pytest.skip("sox is missing (Debian package sox)")
    folder = tmp_path_factory.mktemp("tones")
    return {
        "agent": make_tone(folder / "agent.wav", 1000),
        "caller": make_tone(folder / "caller.wav", 440),
        "other": make_tone(folder / "other.wav", 700),
        "music": make_tone(folder / "music.wav", MUSIC_HZ, seconds=20),
        "greeting": make_tone(folder / "greeting.wav", GREETING_HZ, seconds=1),
    }


@pytest.fixture(scope="session")
def executable() -> Path:
    """The installed ``centrala`` command."""
    return Path(sys.executable).with_name("centrala")


def clips_of(tones: dict[str, Path]) -> dict[str, Path]:
    """What a centre plays in the place of its own clips."""
    return {name: tones[name] for name in ("music", "greeting")}


@pytest.fixture
def settings() -> dict[str, str]:
    """What the centre is set to, beside what the harness needs; a module of tests may have its own."""
    return {}


@asynccontextmanager
async def running(centre: Centre) -> AsyncIterator[Centre]:
    """Started; ended politely afterwards, which must succeed."""
    try:
        yield await centre.start()
        if centre.program.running:
            await centre.stop()
    finally:
        if centre.program.running:
            await centre.kill()
        await centre.api.aclose()


@pytest.fixture
async def own_centre(
    executable: Path, tmp_path: Path, tones: dict[str, Path], settings: dict[str, str]
) -> AsyncIterator[Centre]:
    """A centre of the test's own."""
    async with running(Centre(executable, tmp_path / "centre", clips_of(tones), settings)) as centre:
        yield centre


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def lasting_centre(
    executable: Path, tones: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Centre]:
    """The centre of all tests that are marked ``shared``."""
    async with running(Centre(executable, tmp_path_factory.mktemp("shared") / "centre", clips_of(tones))) as centre:
        yield centre


@pytest_asyncio.fixture(loop_scope="session")
async def shared_centre(lasting_centre: Centre) -> AsyncIterator[Centre]:
    """The lasting centre, in which nothing is declared, before and after."""
    if not lasting_centre.program.running:
        await lasting_centre.start()  # a test that ended it failed before it was there again
    yield lasting_centre
    if lasting_centre.program.running:
        await clear(lasting_centre)


@pytest.fixture
def centre(request: pytest.FixtureRequest) -> Centre:
    """A centre without configuration, running; shared with others where the test is marked so."""
    centre: Centre = request.getfixturevalue("shared_centre" if is_shared(request.node) else "own_centre")
    return centre


@pytest.fixture
async def own_floor(own_centre: Centre, tones: dict[str, Path], tmp_path: Path) -> AsyncIterator[Floor]:
    async with Floor(own_centre, tones, tmp_path / "phones") as floor:
        yield floor


@pytest_asyncio.fixture(loop_scope="session")
async def shared_floor(shared_centre: Centre, tones: dict[str, Path], tmp_path: Path) -> AsyncIterator[Floor]:
    async with Floor(shared_centre, tones, tmp_path / "phones") as floor:
        yield floor


@pytest.fixture
def floor(request: pytest.FixtureRequest, centre: Centre) -> Floor:
    """The centre with its support queue on 700, to seat agents and callers with real phones in."""
    floor: Floor = request.getfixturevalue("shared_floor" if is_shared(request.node) else "own_floor")
    assert floor.centre is centre
    return floor
