"""Fixtures: a centre that runs, and tones to tell callers and agents apart."""

from __future__ import annotations

import shutil
import sys
from collections.abc import AsyncIterator, Generator
from pathlib import Path

import pytest

from tests.live.harness.audio import make_tone
from tests.live.harness.centre import GREETING_HZ, MUSIC_HZ, Centre
from tests.live.harness.floor import Floor


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


@pytest.fixture
def settings() -> dict[str, str]:
    """What the centre is set to, beside what the harness needs; a module of tests may have its own."""
    return {}


@pytest.fixture
async def centre(
    executable: Path, tmp_path: Path, tones: dict[str, Path], settings: dict[str, str]
) -> AsyncIterator[Centre]:
    """A centre without configuration, running; ended politely afterwards, which must succeed."""
    clips = {name: tones[name] for name in ("music", "greeting")}
    centre = Centre(executable, tmp_path / "centre", clips, settings)
    try:
        yield await centre.start()
        if centre.program.running:
            await centre.stop()
    finally:
        if centre.program.running:
            await centre.kill()
        await centre.api.aclose()


@pytest.fixture
async def floor(centre: Centre, tones: dict[str, Path], tmp_path: Path) -> AsyncIterator[Floor]:
    """The centre with its support queue on 700, to seat agents and callers with real phones in."""
    async with Floor(centre, tones, tmp_path / "phones") as floor:
        yield floor
