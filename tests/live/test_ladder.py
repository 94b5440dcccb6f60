"""The SIP ladder of a real call, over HTTP and at a Homer collector."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.live.harness.centre import Centre
from tests.live.harness.floor import Floor
from tests.live.harness.needs import needs_baresip

pytestmark = [pytest.mark.live, needs_baresip]


@pytest.fixture
def collector() -> Iterator[socket.socket]:
    """Where a Homer collector would listen."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.setblocking(False)
        yield listening


@pytest.fixture
async def watched(
    executable: Path, tmp_path: Path, tones: dict[str, Path], collector: socket.socket
) -> AsyncIterator[Floor]:
    """A floor whose centre sends copies to the collector."""
    centre = Centre(executable, tmp_path / "centre", {"music": tones["music"]})
    (tmp_path / "centre" / "centrala.toml").write_text(f'hep = "127.0.0.1:{collector.getsockname()[1]}"\n')
    await centre.start()
    try:
        async with Floor(centre, tones, tmp_path / "phones") as floor:
            yield floor
        await centre.stop()
    finally:
        await centre.api.aclose()


async def test_both_legs_of_a_call_stand_on_its_ladder_and_reach_the_collector(
    watched: Floor, collector: socket.socket
) -> None:
    agent, caller = await watched.seat("ana", "1001"), await watched.caller()
    await caller.dial("700")
    await agent.wait_for("CALL_INCOMING")
    await agent.accept()
    await caller.wait_for("CALL_ESTABLISHED")
    await caller.hangup()
    (cdr,) = await watched.centre.cdrs()
    steps = (await watched.centre.get(f"/calls/{cdr['id']}/ladder"))["steps"]
    said = [(step["method"], step["status"]) for step in steps if not step["repeated"]]
    assert said.count(("INVITE", 401)) == 1  # the caller is challenged, and asks again
    assert said.count(("INVITE", None)) == 3
    assert said.count(("INVITE", 200)) == 2
    assert said.count(("BYE", None)) == 2
    assert {step["leg"] for step in steps} == {leg["leg"] for leg in cdr["legs"]}
    drawn = await watched.centre.api.get(f"/calls/{cdr['id']}/ladder", headers={"Accept": "text/plain"})
    assert len(drawn.text.splitlines()) == len(steps) + 1

    loop = asyncio.get_running_loop()
    async with asyncio.timeout(5):
        copies = b""
        while copies.count(b"BYE sip:") < 2:
            copies += await loop.sock_recv(collector, 65536)
    assert copies.startswith(b"HEP3")
    assert copies.count(b"INVITE sip:") >= 2
