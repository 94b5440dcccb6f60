"""An attacker on the wire: turned away, banned, listed and lifted, while others call on."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from tests.live.harness.centre import Centre, Json
from tests.live.harness.floor import CALLER, Floor
from tests.live.harness.handset import Handset
from tests.live.harness.waiting import eventually

pytestmark = pytest.mark.live

ATTACKER = "127.0.0.2"


@pytest.fixture(autouse=True)
def nobody_is_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback is trusted unless it is said otherwise; here both sides are on it."""
    monkeypatch.setenv("CENTRALA_GUARD_TRUSTED", "")
    monkeypatch.setenv("CENTRALA_GUARD_BAN_S", "3")


@pytest.fixture
def attacker(nobody_is_trusted: None) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind((ATTACKER, 0))
        line.settimeout(2.0)
        yield line


def options(centre: Centre, line: socket.socket, number: int) -> bytes:
    """A harmless request."""
    host, port = line.getsockname()
    return (
        f"OPTIONS sip:{centre.sip} SIP/2.0\r\nVia: SIP/2.0/UDP {host}:{port};branch=z9hG4bK{number}\r\n"
        f"From: <sip:x@{host}>;tag=1\r\nTo: <sip:{centre.sip}>\r\nCall-ID: {number}@{host}\r\n"
        f"CSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
    ).encode()


def is_heard(centre: Centre, line: socket.socket, number: int) -> bool:
    """Whether a request of the attacker's is answered with 200."""
    host, _, port = centre.sip.rpartition(":")
    line.sendto(options(centre, line, number), (host, int(port)))
    try:
        while True:
            answer = line.recv(65_535)
            if f"Call-ID: {number}@".encode() in answer:
                return answer.startswith(b"SIP/2.0 200")
    except TimeoutError:
        return False


async def bans(centre: Centre) -> list[Any]:
    """Those in force."""
    return list((await centre.get("/bans"))["items"])


async def test_a_flood_of_noise_is_banned_listed_and_lifted_while_others_call(
    floor: Floor, attacker: socket.socket
) -> None:
    centre = floor.centre
    host, _, port = centre.sip.rpartition(":")
    caller = await floor.handset()
    assert (await caller.register())[-1] == 200
    for number in range(400):
        attacker.sendto(b"INVITE sip:600 SIP/2.0\r\nVia: nonsense %d\r\n\r\n" % number, (host, int(port)))
    [ban] = await eventually(lambda: bans(centre), bool, within_s=5, what="a ban")
    assert (ban["source"], ban["reason"], ban["by_operator"]) == (ATTACKER, "malformed", False)
    assert not await asyncio.to_thread(is_heard, centre, attacker, 1)

    assert (await caller.invite("700")).status == 200
    await caller.bye()

    assert (await centre.api.delete(f"/bans/{ATTACKER}")).status_code == 204
    assert await asyncio.to_thread(is_heard, centre, attacker, 2)
    assert await bans(centre) == []
    status = await centre.status()
    assert (status["failures"], status["banned"]) == (0, 0)
    assert status["turned_away"] >= 100


async def test_a_ban_outlives_a_restart_and_then_runs_out(centre: Centre, attacker: socket.socket) -> None:
    banned: Json = {"until": "2099-01-01T00:00:00Z", "reason": "known offender"}
    await centre.put(f"/bans/{ATTACKER}", banned)
    await centre.restart()
    [ban] = await bans(centre)
    assert (ban["source"], ban["reason"], ban["by_operator"]) == (ATTACKER, "known offender", True)
    assert not await asyncio.to_thread(is_heard, centre, attacker, 1)
    assert (await centre.api.delete(f"/bans/{ATTACKER}")).status_code == 204

    host, _, port = centre.sip.rpartition(":")
    for _ in range(400):
        attacker.sendto(b"noise that goes on and on", (host, int(port)))
    await eventually(lambda: bans(centre), bool, within_s=5, what="a ban")
    await eventually(lambda: bans(centre), lambda standing: not standing, within_s=8, what="the ban's end")
    assert await asyncio.to_thread(is_heard, centre, attacker, 2)


async def test_who_guesses_passwords_is_banned_even_from_an_address_with_no_noise(floor: Floor) -> None:
    centre = floor.centre
    statuses: list[int] = []
    async with Handset(centre.sip, user=CALLER, password="a guess") as stranger:
        while not await bans(centre):
            statuses += await stranger.register()
            assert len(statuses) < 60
    assert set(statuses) == {401, 403}
    [ban] = await bans(centre)
    assert ban["reason"] == "password"
