"""Rooms: members of one worker and of two, each hears all the others, or whom it is to hear."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from pbx.media import dtmf, g711, tone
from pbx.media.g711 import PCMA, PCMU, Samples
from pbx.media.rtp import Packet
from pbx.plane.protocol import EVERYBODY, NOBODY, MediaPort
from tests.live.plane.house import LEGS, House, channels
from tests.live.plane.phone import Phone

NAMES = ("ana", "bob", "cem")
PITCHES = (440.0, 1000.0, 1700.0)
PRESENT_DB, ABSENT_DB = -25.0, -45.0
"""A tone is sent at -10 dB."""


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clips")


@pytest.fixture(params=[1, 2], ids=["one worker", "two workers"])
async def house(clips: Path, request: pytest.FixtureRequest) -> AsyncIterator[House]:
    async with House(clips, workers=request.param) as house:
        yield house


async def gather(
    house: House, names: tuple[str, ...] = NAMES, *, tones: bool = True, digits: tuple[str, ...] = ()
) -> list[tuple[Phone, MediaPort]]:
    """Phones, the second one in A-law, that are members of one room."""
    members = []
    for i, name in enumerate(names):
        phone = await house.phone(PCMA if i == 1 else PCMU, dtmf_type=101)
        port = house.plane.open(name)
        house.plane.connect(name, phone.media())
        house.plane.join(name, "room", tones=tones, digits=name in digits)
        members.append((phone, port))
    return members


async def talk(members: list[tuple[Phone, MediaPort]], seconds: float = 1.2) -> list[Samples]:
    """Let each member speak its tone in real time; what each heard in the end."""
    return [
        phone.samples(packets)[-3200:]
        for (phone, _), packets in zip(members, await _talk(members, seconds), strict=True)
    ]


async def _talk(members: list[tuple[Phone, MediaPort]], seconds: float) -> list[list[Packet]]:
    loop = asyncio.get_running_loop()
    tones = [g711.encode(tone.sine(hz, seconds), phone.law) for hz, (phone, _) in zip(PITCHES, members, strict=False)]
    began = loop.time()
    for i in range(round(seconds / 0.02)):
        await asyncio.sleep(max(0.0, began + 0.02 * i - loop.time()))
        for audio, (phone, port) in zip(tones, members, strict=True):
            phone.send(port, audio[160 * i : 160 * (i + 1)])
    heard = []
    for phone, _ in members:
        heard.append(phone.heard)
        phone.heard = []
    return heard


def levels(samples: Samples) -> list[str]:
    """Which of the pitches are heard."""
    assert len(samples) == 3200
    found = [tone.level_db(samples, hz) for hz in PITCHES]
    return ["yes" if level > PRESENT_DB else "no" if level < ABSENT_DB else f"{level:.0f} dB" for level in found]


async def test_three_members_hear_the_other_two_and_not_themselves(house: House) -> None:
    members = await gather(house)

    assert [levels(heard) for heard in await talk(members)] == [
        ["no", "yes", "yes"],
        ["yes", "no", "yes"],
        ["yes", "yes", "no"],
    ]


async def test_who_leaves_is_neither_heard_nor_hears(house: House) -> None:
    members = await gather(house)
    house.plane.play("cem", ("music",), loop=True)
    heard = await talk(members)
    assert [levels(heard[0]), levels(heard[1])] == [["no", "yes", "no"], ["yes", "no", "no"]]
    for name in NAMES[1:]:
        await house.listener.figures(house.plane, name)
    assert not np.abs(g711.decode((await members[0][0].hear(60))[-1].payload, PCMU)).max() > 8


async def test_a_supervisor_listens_whispers_and_barges_into_a_call_that_is_relayed_again_afterwards(
    house: House, tmp_path: Path
) -> None:
    caller, agent, *ports = await house.pair(await house.phone(), await house.phone(PCMA), near=None)
    boss, port = await house.phone(), house.plane.open("boss")
    house.plane.connect("boss", boss.media())
    members = list(zip((caller, agent, boss), (*ports, port), strict=True))
    house.plane.bridge(*LEGS)
    await house.all_in_force()
    numbers = [await _talk(members, 0.4)]

    for leg in LEGS:
        house.plane.join(leg, "call", tones=False)
    house.plane.join("boss", "call", heard_by=NOBODY, tones=False)
    listening = await _talk(members, 0.7)
    house.plane.speak_to("boss", "agent")
    house.plane.record_call("caller", str(tmp_path / "call"))
    await house.all_in_force()
    whispering = await _talk(members, 0.7)
    house.plane.stop_call_recording("caller")
    await house.listener.until(lambda: bool(house.listener.recordings))
    house.plane.speak_to("boss", EVERYBODY)
    barging = await _talk(members, 0.7)
    house.plane.silence("boss")
    house.plane.bridge(*LEGS)
    await house.all_in_force()
    afterwards = await _talk(members, 0.4)

    def heard(stage: list[list[Packet]]) -> list[list[str]]:
        return [levels(phone.samples(packets)[-3200:]) for (phone, _), packets in zip(members, stage, strict=True)]

    assert heard(listening) == [["no", "yes", "no"], ["yes", "no", "no"], ["yes", "yes", "no"]]
    assert heard(whispering) == [["no", "yes", "no"], ["yes", "no", "yes"], ["yes", "yes", "no"]]
    assert heard(barging) == [["no", "yes", "yes"], ["yes", "no", "yes"], ["yes", "yes", "no"]]
    assert afterwards[2] == []
    assert [levels(channel[-4800:-1600]) for channel in channels(tmp_path / "call")] == [
        ["yes", "no", "no"],
        ["no", "yes", "no"],
    ], "a whisper is not recorded"
    sent = g711.encode(tone.sine(PITCHES[0], 0.4), PCMU).translate(g711.MU_TO_A)
    relayed = b"".join(packet.payload for packet in afterwards[1])
    assert len(relayed) >= 18 * 160
    assert sent.startswith(relayed)  # as it was sent: nothing is decoded and mixed any more
    for stages in zip(*numbers, listening, whispering, barging, afterwards, strict=True):
        packets = [packet for stage in stages for packet in stage]
        assert len({packet.ssrc for packet in packets}) == 1
        assert {(b.sequence - a.sequence) & 0xFFFF for a, b in pairwise(packets)} == {1}


async def test_a_chime_is_heard_by_one_member(house: House) -> None:
    members = await gather(house, tones=False)
    house.plane.chime("bob", "confirm")
    heard = [phone.samples(await phone.hear(20)) for phone, _ in members]

    assert [bool(np.abs(samples.astype(int)).max() > 500) for samples in heard] == [False, True, False]


async def test_digits_of_members_are_told(house: House) -> None:
    members = await gather(house)
    phone, port = members[2]
    await house.in_force("cem")
    began = phone.timestamp
    for event in dtmf.press("9", 100):
        phone.timestamp = began
        phone.send(port, dtmf.build(event), kind=101)
    await house.listener.until(lambda: bool(house.listener.digits))
    await house.in_force("cem")

    assert house.listener.digits == [("cem", "9", 100)]


async def test_a_key_that_a_party_presses_is_sent_to_the_other_parties_alone(house: House) -> None:
    members = await gather(house, tones=False, digits=("ana", "cem"))
    phone, port = members[2]
    await house.in_force("cem")
    for event in dtmf.press("9", 100):
        phone.timestamp = 77_000
        phone.send(port, dtmf.build(event), kind=101)

    def pressed(packets: list[Packet]) -> set[str]:
        return {dtmf.DIGITS[dtmf.parse(one.payload).code] for one in packets if one.payload_type == 101}

    assert [pressed(await phone.hear(40)) for phone, _ in members[:2]] == [{"9"}, set()]


async def test_a_newcomer_is_announced_softly(house: House) -> None:
    ((ana, _),) = await gather(house, ("ana",))
    await ana.hear(40)
    house.plane.open("bob")
    house.plane.join("bob", "room")
    heard = ana.samples(await ana.hear(40))

    assert tone.peak(heard)[0] == pytest.approx(660.0, abs=30) or tone.peak(heard)[0] == pytest.approx(520.0, abs=30)
    assert -40 < 20 * np.log10(np.abs(heard.astype(int)).max() / 32767) < -20


async def test_a_room_moves_when_its_worker_dies(clips: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    async with House(clips, workers=2) as house:
        members = await gather(house, ("host", "ana", "other", "cem"))
        os.kill(house.plane.worker_pids[0], signal.SIGKILL)
        await house.listener.until(lambda: len(house.listener.stats) == 2)
        heard = await talk([members[1], members[3]])

    assert sorted(stats.leg for stats in house.listener.stats[:2]) == ["host", "other"]
    assert [levels(samples)[:2] for samples in heard] == [["no", "yes"], ["yes", "no"]]
