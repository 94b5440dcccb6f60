"""A recording that is compressed and sealed at rest, heard in a real browser."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Page, Response
from tests.browser.test_status_page import CHROMIUM, page, site
from tests.unit.control.fake_centre import KEY, NOW
from tests.unit.control.site import Site
from tests.unit.recordings.spools import write_spool

from control.recording import Recording
from control.recordings.archive import Archive
from control.recordings.keys import KeyRing
from control.recordings.library import Library

__all__ = ["page", "site"]

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's chromium package")

HEAR = """async ([url, from]) => {
    const audio = new Audio(url);
    audio.muted = true;
    const told = (name) => new Promise((resolve, reject) => {
        audio.addEventListener(name, resolve, { once: true });
        audio.addEventListener("error", () => reject(new Error(audio.error.message)), { once: true });
    });
    await told("loadedmetadata");
    const sought = told("seeked"), ended = told("ended");
    audio.currentTime = from;
    await sought;
    const at = audio.currentTime;
    await audio.play();
    await ended;
    return [audio.duration, at];
}"""


async def test_a_browser_plays_a_recording_from_the_middle_by_ranges(site: Site, page: Page, tmp_path: Path) -> None:
    centre = site.centre
    library = Library(centre.store, tmp_path / "recordings", KeyRing([bytes(32)]))
    centre.archive = Archive(centre.store, library)
    await library.start()
    kept = asyncio.Event()
    library.kept = lambda _: kept.set()
    recording = Recording("c1-r1", "c1", "support", "ana", None, "1001", "700", "inbound", NOW)
    opened = library.open(recording)
    write_spool(Path(opened.path), 60.0, note=opened.note.encode(), key=opened.key)
    library.ended(opened.path, recording)
    async with asyncio.timeout(30):
        await kept.wait()
    await library.stop()
    async with httpx.AsyncClient(base_url=f"http://{site.address}/api/v1") as api:
        headers = {"Authorization": f"Bearer {KEY}"}
        link = (await api.post("/recordings/c1-r1/links", headers=headers)).json()["url"]

    parts: list[Response] = []
    page.on("response", lambda answer: parts.append(answer) if "/audio/" in answer.url else None)
    await page.goto(f"http://{site.address}/")
    duration, at = await page.evaluate(HEAR, [link, 59.5])

    assert duration == pytest.approx(60.0, abs=0.1)
    assert at == pytest.approx(59.5, abs=0.1)
    assert parts
    assert {part.status for part in parts} == {206}
