"""One centre for all scenes of this folder, which take a second or two each."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.live.harness.centre import Centre
from tests.live.harness.stage import Scene, Stage


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def stage(
    executable: Path, tones: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stage]:
    """A centre that runs; in the end nothing is left in it, and it ends politely."""
    folder = tmp_path_factory.mktemp("both-sides")
    centre = Centre(executable, folder / "centre", {"music": tones["music"]})
    try:
        yield Stage(await centre.start(), folder)
        await centre.quiet("calls", "legs", "ports_in_use", "dialogs")
        await centre.stop()
    finally:
        if centre.program.running:
            await centre.kill()
        await centre.api.aclose()


@pytest_asyncio.fixture(loop_scope="package")
async def scene(stage: Stage, tmp_path: Path) -> AsyncIterator[Scene]:
    """A scene of its own for each test."""
    async with Scene(stage, tmp_path) as scene:
        yield scene
