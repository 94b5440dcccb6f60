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
        yield Stage(await centre.start())
        await centre.quiet("calls", "legs", "ports_in_use", "dialogs")
        await centre.stop()
    finally:
        if centre.program.running:
            await centre.kill()
        await centre.api.aclose()


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def minute(
    stage: Stage, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Scene]:
    """What takes a minute: it is begun before all other scenes, where a test is going to see its end."""
    async with Scene(stage, tmp_path_factory.mktemp("minute")) as scene:
        if any(item.get_closest_marker("sees_the_minute") for item in request.session.items):
            await _begin(scene)
        yield scene


async def _begin(scene: Scene) -> None:
    """Sessions that the switch keeps alive, one that nobody does, and one whose refresh meets with glare."""
    kept = await scene.phone("uas_is_refreshed")
    await scene.plays("uac_forgets", number=kept.extension)
    crossing = await scene.phone("uas_glare")
    await scene.plays("uac_is_refreshed", number=crossing.extension)


@pytest_asyncio.fixture(loop_scope="package")
async def scene(stage: Stage, minute: Scene, tmp_path: Path) -> AsyncIterator[Scene]:
    """A scene of its own for each test."""
    async with Scene(stage, tmp_path) as scene:
        yield scene
