"""Audio that is secured: between legs of all kinds, against tampering and replay."""

from __future__ import annotations

import wave
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from pbx.media import dtmf, rtcp, tone
from pbx.media.g711 import PCMA
from pbx.plane.protocol import MediaKeys, MediaPort
from pbx.plane.srtp import PROFILES, Refused, Srtp
from pbx.sdp.crypto import KEY_OCTETS
from tests.live.plane.house import LEGS, House
from tests.live.plane.phone import HOST

SUITES = tuple(PROFILES)


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clips")


@pytest.fixture
async def house(clips: Path) -> AsyncIterator[House]:
    async with House(clips) as house:
        yield house


def keys(number: int = 1, suite: str = SUITES[0]) -> MediaKeys:
    size = KEY_OCTETS[suite]
    return MediaKeys(suite, bytes([number]) * size, bytes([number + 100]) * size)


@pytest.mark.parametrize("suite", SUITES)
async def test_a_secured_and_a_plain_phone_hear_each_other(house: House, suite: str) -> None:
    phones = await house.phone(keys=keys(1, suite)), await house.phone(PCMA)
    caller, agent, caller_port, agent_port = await house.pair(*phones)
    house.plane.bridge(*LEGS)
    await house.in_force()
    caller.speak(caller_port, 440.0, 50)
    agent.speak(agent_port, 1000.0, 50)

    assert tone.holds_tone(agent.samples(await agent.hear(50)), 440.0)
    assert tone.holds_tone(caller.samples(await caller.hear(50)), 1000.0)


async def test_two_secured_phones_hear_each_other_each_with_its_own_keys(house: House) -> None:
    phones = await house.phone(keys=keys(1), dtmf_type=101), await house.phone(keys=keys(2, SUITES[1]), dtmf_type=101)
    caller, agent, caller_port, agent_port = await house.pair(*phones)
    house.plane.bridge(*LEGS)
    await house.in_force()
    caller.speak(caller_port, 440.0)
    agent.speak(agent_port, 1000.0)

    assert tone.holds_tone(agent.samples(await agent.hear(10)), 440.0)
    assert tone.holds_tone(caller.samples(await caller.hear(10)), 1000.0)
    began = caller.timestamp
    for event in dtmf.press("5", 100):
        caller.timestamp = began
        caller.send(caller_port, dtmf.build(event), kind=101)
    await house.listener.until(lambda: bool(house.listener.digits))


async def test_sequence_numbers_that_wrap_stay_secure(house: House) -> None:
    caller, _, port, _ = await house.pair(await house.phone(keys=keys()), await house.phone())
    house.plane.echo("caller")
    await house.in_force()
    caller.sequence = 65530
    caller.speak(port, 440.0, 6)
    await caller.hear(6)
    caller.sequence = 0
    caller.speak(port, 440.0, 6)

    assert len(await caller.hear(6)) == 6


async def test_what_is_forged_replayed_or_in_the_clear_is_neither_heard_nor_learnt_from(house: House) -> None:
    caller, agent, port, _ = await house.pair(await house.phone(keys=keys(1)), await house.phone())
    plain, forger = await house.phone(), await house.phone(keys=keys(3))
    house.plane.bridge(*LEGS)
    await house.in_force()
    plain.speak(port, 1000.0, 3)
    forger.speak(port, 1000.0, 3)
    await house.taken_in(6)
    caller.speak(port, 440.0, 5)
    heard = await agent.hear(5)
    caller.send_raw(port, caller.sent)
    caller.send_raw(port, caller.sent[:-1] + bytes([caller.sent[-1] ^ 1]))
    caller.send_raw(port, b"\x80")
    await house.taken_in(3)
    caller.speak(port, 440.0, 5)
    heard += await agent.hear(5)
    stats = await house.listener.figures(house.plane, "caller")

    assert tone.holds_tone(agent.samples(heard), 440.0)
    assert len(heard) == 10
    assert (stats.source, stats.packets_received, stats.garbage) == (caller.address, 10, 9)


async def test_a_new_description_with_the_same_keys_goes_on_where_it_was(house: House) -> None:
    caller, _, port, _ = await house.pair(await house.phone(keys=keys()), await house.phone())
    house.plane.echo("caller")
    await house.in_force()
    caller.speak(port, 440.0, 5)
    first = await caller.hear(5)
    house.plane.connect("caller", caller.media())
    await house.in_force()
    caller.send_raw(port, caller.sent)
    caller.speak(port, 440.0, 5)
    second = await caller.hear(5)

    assert len({packet.sequence for packet in first + second}) == 10
    assert (await house.listener.figures(house.plane, "caller")).garbage == 1


async def test_new_keys_take_the_place_of_the_old_ones(house: House) -> None:
    caller, _, port, _ = await house.pair(await house.phone(keys=keys(1)), await house.phone())
    house.plane.echo("caller")
    await house.in_force()
    caller.speak(port, 440.0, 5)
    await caller.hear(5)
    caller.change_keys(keys(2))
    house.plane.connect("caller", caller.media())
    await house.in_force()
    caller.speak(port, 1000.0)

    assert tone.holds_tone(caller.samples(await caller.hear(10)), 1000.0)


async def test_music_and_reports_are_secured_too(house: House) -> None:
    caller, _, port, _ = await house.pair(await house.phone(keys=keys()), await house.phone())
    house.plane.play("caller", ("ringback",), loop=True)
    ours = (await caller.hear(5))[0].ssrc
    caller.report(
        port, rtcp.ReceiverReport(caller.ssrc, (rtcp.ReportBlock(ours, fraction_lost=0, lost=21, highest=0, jitter=0),))
    )
    caller.send_raw(MediaPort(HOST, port.port + 1), rtcp.build(rtcp.ReceiverReport(caller.ssrc, ())))
    await caller.hear(5)
    stats = await house.listener.figures(house.plane, "caller")

    assert (stats.remote_lost, stats.garbage) == (21, 1)
    assert [type(report) for report in caller.reports.heard][-1] is rtcp.Goodbye


async def test_a_recording_is_in_the_clear(house: House, tmp_path: Path) -> None:
    caller, _, port, _ = await house.pair(await house.phone(keys=keys()), await house.phone())
    house.plane.record("caller", str(tmp_path / "a.wav"), max_s=60.0)
    await house.in_force()
    caller.speak(port, 440.0, 25)
    await house.taken_in(25)
    house.plane.stop_recording("caller")
    await house.listener.until(lambda: bool(house.listener.recordings))
    with wave.open(str(tmp_path / "a.wav")) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.int16)

    assert tone.holds_tone(samples[-4000:], 440.0)


@pytest.mark.parametrize("suite", SUITES)
def test_what_one_side_seals_the_other_opens_once(suite: str) -> None:
    a, b = b"a" * KEY_OCTETS[suite], b"b" * KEY_OCTETS[suite]
    here, there = Srtp(MediaKeys(suite, a, b)), Srtp(MediaKeys(suite, b, a))
    packet = b"\x80\0\0\1" + bytes(8) + b"hello"
    sealed = here.seal(packet)

    assert b"hello" not in sealed
    assert there.open(sealed) == packet
    with pytest.raises(Refused, match="replay"):
        there.open(sealed)
    with pytest.raises(Refused, match="too long"):
        here.seal(bytes(2000))


def test_keys_are_not_in_their_text() -> None:
    assert repr(keys()) == "MediaKeys(AEAD_AES_128_GCM)"
