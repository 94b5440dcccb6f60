"""Digits through a real worker: as events, as tones, and from either to the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from pbx.media import dtmf, rtp, tone
from pbx.media.dtmf import Digit, DigitReader
from pbx.media.g711 import PCMA, Samples
from pbx.media.inband import InbandReader
from pbx.plane.protocol import MediaPort
from tests.live.plane.house import LEGS, House
from tests.live.plane.phone import Phone


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clips")


@pytest.fixture
async def house(clips: Path) -> AsyncIterator[House]:
    async with House(clips) as house:
        yield house


async def talking(house: House, *, caller: Phone, agent: Phone, clock: int = 8000) -> tuple[MediaPort, MediaPort]:
    """The two are bridged; who has no telephone events has tones, and the agent's events have this clock."""
    _, _, caller_port, agent_port = await house.pair(caller, agent)
    house.plane.connect("caller", caller.media(tones=caller.dtmf_type is None))
    house.plane.connect("agent", agent.media(tones=agent.dtmf_type is None, dtmf_clock=clock))
    house.plane.bridge(*LEGS)
    await house.in_force()
    return caller_port, agent_port


async def hear_digits(phone: Phone, count: int, clock: int = 8000) -> list[rtp.Packet]:
    """What a phone hears until its telephone events have brought that many digits."""
    assert phone.dtmf_type is not None
    packets: list[rtp.Packet] = []
    while len(digits(packets, phone.dtmf_type, clock)) < count:
        packets += await phone.hear(1)
    return packets


def keys(audio: Samples) -> str:
    """The keys in some audio, which ends with silence."""
    whole = np.concatenate((audio, np.zeros(800, np.int16)))
    return "".join(heard.digit for heard in InbandReader().take(whole) if heard.ended)


def digits(packets: list[rtp.Packet], kind: int, clock: int = 8000) -> list[Digit]:
    reader = DigitReader(clock)
    events = [packet for packet in packets if packet.payload_type == kind]
    return [digit for one in events for digit in reader.take(one.timestamp, dtmf.parse(one.payload))]


async def press_events(phone: Phone, port: MediaPort, digit: str, ms: int, *, ends: bool = True) -> None:
    """A key, paced as phones do it."""
    began = phone.timestamp
    for event in dtmf.press(digit, ms):
        if ends or not event.end:
            at, phone.timestamp = phone.timestamp, began
            phone.send(port, dtmf.build(event), kind=phone.dtmf_type)
            phone.timestamp = at + 160
            await asyncio.sleep(0.02)


async def test_events_become_tones_for_a_phone_without_them_and_the_talk_goes_on(house: House) -> None:
    caller, agent = await house.phone(dtmf_type=101), await house.phone(PCMA)
    port, _ = await talking(house, caller=caller, agent=agent)
    caller.speak(port, 440.0, 5)
    await press_events(caller, port, "7", 120)
    await asyncio.sleep(0.1)
    caller.speak(port, 440.0, 10)
    await house.listener.until(lambda: bool(house.listener.digits))
    heard = await agent.hear(5 + 6 + 10)

    assert house.listener.digits == [("caller", "7", 120)]
    audio = agent.samples(heard)
    assert keys(audio) == "7"
    assert tone.holds_tone(audio[:800], 440.0)
    assert tone.holds_tone(audio[-800:], 440.0)
    assert [(b.sequence - a.sequence) & 0xFFFF for a, b in pairwise(heard)] == [1] * (len(heard) - 1)


async def test_tones_become_events_for_a_phone_that_has_them_and_are_cut_from_the_audio(house: House) -> None:
    caller, agent = await house.phone(PCMA), await house.phone(dtmf_type=96)
    port, _ = await talking(house, caller=caller, agent=agent, clock=48_000)
    caller.speak(port, 440.0, 5)
    caller.press_tones(port, "5")
    await house.listener.until(lambda: len(house.listener.digits) == 1)
    caller.press_tones(port, "#")
    heard = await hear_digits(agent, 2, 48_000)
    await house.listener.until(lambda: len(house.listener.digits) == 2)
    assert [digit for _, digit, _ in house.listener.digits] == ["5", "#"]
    assert [digit.digit for digit in digits(heard, 96, 48_000)] == ["5", "#"]
    audio = agent.samples([packet for packet in heard if packet.payload_type == agent.law])
    assert tone.holds_tone(audio[:800], 440.0)
    assert keys(audio) == ""


async def test_nobody_listens_for_tones_unless_somebody_wants_the_digits(house: House) -> None:
    caller, agent = await house.phone(), await house.phone(PCMA)
    port, _ = await talking(house, caller=caller, agent=agent)
    caller.press_tones(port, "1")
    heard = await agent.hear(15)
    assert keys(agent.samples(heard)) == "1"
    house.plane.heed_digits("caller", True)
    await house.in_force()
    caller.press_tones(port, "23")
    await house.listener.until(lambda: len(house.listener.digits) == 2)
    house.plane.heed_digits("caller", False)
    await house.in_force()
    caller.press_tones(port, "4")
    heard = await agent.hear(45)

    assert keys(agent.samples(heard)) == "234"
    assert [digit for _, digit, _ in house.listener.digits] == ["2", "3"]


async def test_a_key_whose_end_is_lost_ends_for_its_partner_too(house: House) -> None:
    caller, agent = await house.phone(dtmf_type=101), await house.phone()
    port, _ = await talking(house, caller=caller, agent=agent)
    await press_events(caller, port, "9", 100, ends=False)
    await house.listener.until(lambda: bool(house.listener.digits))

    assert house.listener.digits == [("caller", "9", 80)]
    assert keys(agent.samples(await agent.hear(4))) == "9"


async def test_digits_are_sent_to_a_leg_as_it_knows_them_over_what_it_hears(house: House) -> None:
    caller, agent = await house.phone(dtmf_type=101), await house.phone(PCMA)
    await talking(house, caller=caller, agent=agent)
    house.plane.play("caller", ("music",), loop=True)
    house.plane.send_digits("caller", "1w#", duration_ms=80, pause_ms=40)
    house.plane.send_digits("agent", "2D", duration_ms=80, pause_ms=60)
    events = await hear_digits(caller, 2)
    events += await caller.hear(20)
    tones = await agent.hear(14)

    assert digits(events, 101) == [Digit("1", 80), Digit("#", 80)]
    assert keys(agent.samples(tones)) == "2D"
    assert {packet.payload_type for packet in events[-5:]} == {caller.law}
    steps = [(b.sequence - a.sequence) & 0xFFFF for a, b in pairwise(events)]
    assert set(steps) == {1}
