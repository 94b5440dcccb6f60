"""Whose audio is heard: strangers with the right port, SSRC and sequence numbers are not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from pbx.media import rtcp, tone
from pbx.plane.protocol import MediaKeys, RemoteMedia
from pbx.sdp.crypto import AES_GCM
from tests.live.plane.house import LEGS, House
from tests.live.plane.phone import Phone

STRANGE = "127.0.0.9"
"""Another host, as far as packets tell."""


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with House(tmp_path) as house:
        yield house


def pretend(stranger: Phone, victim: Phone) -> None:
    """Take up another's stream where it stands."""
    stranger.ssrc, stranger.sequence, stranger.timestamp = victim.ssrc, victim.sequence, victim.timestamp


def openly(phone: Phone) -> RemoteMedia:
    """What is known of a phone that is not behind NAT."""
    return replace(phone.media(), seen_at=phone.host)


async def test_a_stranger_with_the_right_numbers_stays_silent_and_is_counted(house: House) -> None:
    caller, agent, port, _ = await house.pair()
    strangers = [await house.phone(host=STRANGE), await house.phone()]
    house.plane.bridge(*LEGS)
    await house.in_force()
    caller.speak(port, 440.0, 25)
    heard = await agent.hear(25)
    for stranger in strangers:
        pretend(stranger, caller)
        stranger.speak(port, 1000.0, 25)
        stranger.report(port, rtcp.ReceiverReport(stranger.ssrc, ()))
    await house.taken_in(50)
    caller.speak(port, 440.0, 25)
    heard += await agent.hear(25)
    figures = await house.listener.figures(house.plane, "caller")

    assert len(heard) == 50
    assert tone.holds_tone(agent.samples(heard[25:]), 440.0)
    assert [stranger.heard for stranger in strangers] == [[], []]
    assert (figures.source, figures.packets_received, figures.packets_lost) == (caller.address, 50, 0)
    assert figures.foreign == 51, "and the one report that came from another host"


async def test_a_phone_that_is_not_behind_nat_cannot_be_robbed_of_its_audio_before_it_speaks(house: House) -> None:
    caller, agent, port, agent_port = await house.pair()
    robber = await house.phone(host=STRANGE)
    house.plane.connect("caller", openly(caller))
    house.plane.bridge(*LEGS)
    await house.in_force()
    robber.speak(port, 1000.0, 5)
    await house.taken_in(5)
    agent.speak(agent_port, 440.0, 5)

    assert len(await caller.hear(5)) == 5
    assert (robber.heard, agent.heard) == ([], [])
    assert (await house.listener.figures(house.plane, "caller")).foreign == 5


async def test_behind_nat_whoever_was_first_loses_to_whoever_was_signalled_and_cannot_come_back(house: House) -> None:
    caller, agent, port, agent_port = await house.pair()
    robber = await house.phone(host=STRANGE)
    house.plane.connect("caller", replace(caller.media(), seen_at="192.0.2.1"))
    house.plane.bridge(*LEGS)
    await house.in_force()
    robber.speak(port, 1000.0, 2)
    await agent.hear(2)
    caller.speak(port, 440.0, 5)
    await agent.hear(5)
    robber.speak(port, 1000.0, 5)
    await house.taken_in(5)
    agent.speak(agent_port, 440.0, 5)

    assert len(await caller.hear(5)) == 5
    assert (robber.heard, agent.heard) == ([], [])
    assert (await house.listener.figures(house.plane, "caller")).foreign == 5


async def test_before_anything_is_signalled_nobody_is_listened_to(house: House) -> None:
    stranger = await house.phone()
    port = house.plane.open("caller")
    await house.in_force()
    stranger.speak(port, 1000.0, 3)
    await house.taken_in(3)
    figures = await house.listener.figures(house.plane, "caller")

    assert (figures.source, figures.packets_received, figures.foreign) == (None, 0, 3)


async def test_a_secured_phone_is_known_by_its_keys_wherever_it_is_and_a_replay_proves_nothing(house: House) -> None:
    keys = MediaKeys(AES_GCM, b"o" * 28, b"t" * 28)
    caller, agent, port, _ = await house.pair(await house.phone(keys=keys), await house.phone())
    moved, forger = await house.phone(keys=keys, host=STRANGE), await house.phone(host="127.0.0.8")
    house.plane.connect("caller", replace(openly(caller), host="127.0.0.7"))
    house.plane.bridge(*LEGS)
    await house.in_force()
    forger.speak(port, 1000.0, 2)
    await house.taken_in(2)
    moved.speak(port, 440.0, 5)
    heard = await agent.hear(5)
    moved.send_raw(port, moved.sent)
    forger.send_raw(port, moved.sent)
    await house.taken_in(2)
    moved.speak(port, 440.0, 5)
    heard += await agent.hear(5)
    figures = await house.listener.figures(house.plane, "caller")

    assert tone.holds_tone(agent.samples(heard), 440.0)
    assert (figures.source, figures.packets_received) == (moved.address, 10)
    assert (figures.foreign, figures.garbage) == (1, 3), "the forger's replay; its audio and the phone's own replay"


async def test_reports_come_and_go_on_the_port_of_audio_where_that_was_agreed(house: House) -> None:
    keys = MediaKeys(AES_GCM, b"o" * 28, b"t" * 28)
    for number, phone in enumerate((await house.phone(), await house.phone(keys=keys))):
        leg = f"leg{number}"
        port = house.plane.open(leg)
        house.plane.connect(leg, replace(phone.media(), rtcp_mux=True))
        house.plane.play(leg, ("ringback",), loop=True)
        ours = (await phone.hear(3))[0].ssrc
        phone.speak(port, 440.0, 3)
        block = rtcp.ReportBlock(ours, fraction_lost=0, lost=21, highest=0, jitter=0)
        phone.report_beside(port, rtcp.ReceiverReport(phone.ssrc, (block,)))
        await house.taken_in(4)
        figures = await house.listener.figures(house.plane, leg)

        assert (figures.remote_lost, figures.garbage, figures.foreign, figures.packets_received) == (21, 0, 0, 3)
        assert isinstance(await phone.last_report_beside(), rtcp.Goodbye)
        assert phone.reports.heard == []
