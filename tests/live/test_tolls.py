"""A guest on the wire, from a source that nobody trusts: no carrier hears of it, and no port is taken."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator

import pytest

from tests.live.harness.centre import Centre
from tests.live.harness.floor import CALLER, Floor
from tests.live.harness.handset import Handset

pytestmark = pytest.mark.live

LJUBLJANA = "0038612223333"


@pytest.fixture
def settings() -> dict[str, str]:
    return {"guard_trusted": ""}


@pytest.fixture
def carrier() -> Iterator[socket.socket]:
    """A carrier that only listens."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.3", 0))
        line.setblocking(False)
        yield line


async def prepare(centre: Centre, carrier: socket.socket) -> None:
    """A trunk, a way to it for those who may, and a flow that rings outside."""
    host, port = carrier.getsockname()
    await centre.put("/trunks/a", {"address": f"{host}:{port}", "countries": ["*"], "options_interval_s": None})
    await centre.put("/routes/00.", {"target": "trunk:a"})
    ring = {"id": "ring", "type": "dial", "to": LJUBLJANA, "timeout_s": 5, "otherwise": "end"}
    await centre.put("/flows/out", {"steps": [ring, {"id": "end", "type": "hangup"}]})
    await centre.put("/routes/800", {"target": "flow:out"})


def hears_nothing(line: socket.socket) -> bool:
    try:
        line.recv(65_535)
    except BlockingIOError:
        return True
    return False


@pytest.mark.parametrize("number", [LJUBLJANA, "112"])
async def test_a_guest_is_refused_before_anything_is_opened(
    centre: Centre, carrier: socket.socket, number: str
) -> None:
    await prepare(centre, carrier)
    async with Handset(centre.sip, user="guest") as guest:
        assert (await guest.invite(number)).status == 403
        assert (await guest.invite("998877")).status == 480
    status = await centre.status()
    assert (status["calls"], status["ports_in_use"]) == (0, 0)
    assert hears_nothing(carrier)


async def test_a_flow_rings_nobody_outside_for_a_guest(centre: Centre, carrier: socket.socket) -> None:
    await prepare(centre, carrier)
    async with Handset(centre.sip, user="guest") as guest:
        await guest.invite("800")
        async with asyncio.timeout(10):
            await guest.ended.wait()
    assert hears_nothing(carrier)


async def test_a_guess_at_a_password_reaches_no_carrier_and_the_right_one_does(
    floor: Floor, carrier: socket.socket
) -> None:
    centre = floor.centre
    await prepare(centre, carrier)
    async with Handset(centre.sip, user=CALLER, password="a guess") as stranger:
        assert (await stranger.invite(LJUBLJANA)).status == 403
    status = await centre.status()
    assert (status["calls"], status["ports_in_use"]) == (0, 0)
    assert hears_nothing(carrier)
    phone = await floor.handset()
    calling = asyncio.create_task(phone.invite(LJUBLJANA))
    async with asyncio.timeout(5):
        invite = await asyncio.get_running_loop().sock_recv(carrier, 65_535)
    assert invite.startswith(b"INVITE sip:+38612223333@")
    assert (await calling).status >= 400
