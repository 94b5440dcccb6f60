"""The status page in a real browser."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect
from tests.unit.control.fake_centre import KEY, agent_live, live_call, queue_live
from tests.unit.control.site import Site, serve_fake_centre

from control.nouns import Campaign, Change

CHROMIUM = Path("/usr/bin/chromium")

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's chromium package")


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with serve_fake_centre(tmp_path) as site:
        yield site


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """A page on which any script error or blocked resource fails the test."""
    errors: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        page = await browser.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        yield page
        await browser.close()
    assert errors == []


async def test_the_page_shows_what_moves(site: Site, page: Page) -> None:
    centre = site.centre
    now = time.time()
    centre.queues["support"] = queue_live("support", waiting=1, longest_wait_s=61.0, service_level=0.825)
    centre.agents["ana"] = agent_live(
        "ana", name="Ana", status="available", since=now - 5, reachable=True, phone="1005"
    )
    await page.goto(f"http://{site.address}/#key={KEY}")

    await expect(page.locator("#connection")).to_have_text("Live")
    assert KEY not in page.url
    queue = page.locator("#queues tbody tr")
    await expect(queue).to_contain_text("Support")
    await expect(queue).to_contain_text(re.compile(r"1:0[1-9]"))
    await expect(queue).to_contain_text("83 %")
    await expect(page.locator("#agents tbody tr")).to_contain_text("available")
    await expect(page.locator("#agents tbody tr")).to_contain_text("at 1005")
    await expect(page.get_by_text("All quiet: no call in progress.")).to_be_visible()

    spring = Change("campaign", "spring", Campaign("spring", "support", name="Spring offers"))
    await centre.apply(spring)
    await expect(page.locator("#campaigns tbody tr")).to_contain_text("Spring offers")
    await expect(page.locator("#campaigns tbody tr")).to_contain_text("stopped")

    centre.hub.publish("call", "c1", live_call("c1", started_at=now - 3, since=now - 3))
    call = page.locator("#calls tbody tr")
    await expect(call).to_contain_text("+381641234567")
    await expect(call).to_contain_text("waiting")
    await expect(page.locator("#figure-calls")).to_have_text("1")

    centre.hub.publish("call", "c1", live_call("c1", state="talking", agent="ana"))
    await expect(call).to_contain_text("talking")
    centre.hub.publish("call", "c1", None)
    await expect(call).to_have_count(0)
    await expect(page.locator("#figure-calls")).to_have_text("0")


async def test_durations_tick_by_themselves(site: Site, page: Page) -> None:
    site.centre.agents["ana"] = agent_live("ana", since=time.time() - 10)
    await page.goto(f"http://{site.address}/#key={KEY}")
    cell = page.locator("#agents tbody tr td.number")
    await expect(cell).to_have_text(re.compile("0:1[0-9]"))
    first = await cell.inner_text()
    await expect(cell).not_to_have_text(first)


async def test_rows_stand_in_order_whenever_they_come(site: Site, page: Page) -> None:
    for number in (1010, 1002):
        site.centre.agents[f"a{number}"] = agent_live(f"a{number}", extension=str(number))
    await page.goto(f"http://{site.address}/#key={KEY}")
    rows = page.locator("#agents tbody tr th")
    await expect(rows).to_have_text(["A1002", "A1010"])
    site.centre.hub.publish("agent", "a1005", agent_live("a1005", extension="1005"))
    await expect(rows).to_have_text(["A1002", "A1005", "A1010"])


async def test_a_visitor_without_a_key_is_asked_for_one(site: Site, page: Page) -> None:
    await page.goto(f"http://{site.address}/")
    prompt = page.get_by_role("dialog", name="API key")
    await expect(prompt).to_be_visible()
    await page.get_by_label("Key", exact=True).fill("wrong")
    await page.keyboard.press("Enter")
    await expect(prompt).to_contain_text("That key is not known here")
    await page.get_by_label("Key", exact=True).fill(KEY)
    await page.keyboard.press("Enter")
    await expect(prompt).not_to_be_visible()
    await expect(page.locator("#connection")).to_have_text("Live")


async def test_a_callers_name_is_text_and_never_markup(site: Site, page: Page) -> None:
    site.centre.live_calls["c1"] = live_call("c1", caller_name="<img src=x onerror=alert(1)>")
    await page.goto(f"http://{site.address}/#key={KEY}")
    await expect(page.locator("#calls tbody tr")).to_contain_text("<img src=x")
    assert await page.locator("#calls img").count() == 0


async def test_the_documentation_draws_every_operation(site: Site, page: Page) -> None:
    await page.goto(f"http://{site.address}/docs")
    operation = page.locator("details", has_text="PUT/api/v1/queues/{id}")
    await operation.locator("summary").click()
    await expect(operation).to_contain_text("service_level.threshold_s")
