"""Every codec through the plane: between each two of them, at all packet times, on one worker and between two."""

from __future__ import annotations

import asyncio
import wave
from collections.abc import AsyncIterator
from itertools import combinations_with_replacement, product
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from pbx.media import g711, tone
from pbx.media.codecs import CODECS
from pbx.media.g711 import Samples
from pbx.media.rtp import Packet
from pbx.media.tune import MUSIC_HZ
from pbx.plane.protocol import MediaPort
from pbx.plane.spool import read_spool
from pbx.plane.transcoding import passes
from tests.live.plane.house import House
from tests.live.plane.phone import PATIENCE_S
from tests.live.plane.speaker import Speaker, sounds_like

PAIRS = list(combinations_with_replacement(CODECS, 2))
PACKET_TIMES = ((20, 20), (10, 60), (60, 30), (30, 10))


def samples_of(path: Path) -> Samples:
    """What is in a WAV file."""
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.int16)


def channels(path: Path) -> tuple[Samples, Samples]:
    """What is in the recording of a call, left and right."""
    found = read_spool(str(path))
    audio = b"".join(found.pieces(None))
    return g711.decode(audio[0::2], found.law), g711.decode(audio[1::2], found.law)


class Call(NamedTuple):
    """Two phones whose legs are bridged."""

    names: str
    caller: Speaker
    agent: Speaker
    caller_port: MediaPort
    agent_port: MediaPort


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clips")


@pytest.fixture(params=[1, 2], ids=["one worker", "two workers"])
async def house(clips: Path, request: pytest.FixtureRequest) -> AsyncIterator[House]:
    async with House(clips, 100, workers=request.param) as house:
        yield house


async def speaker(house: House, name: str, packet_ms: int = 20) -> Speaker:
    phone = Speaker(name, packet_ms)
    await phone.plug_in()
    house.phones.append(phone)
    return phone


async def call(house: House, number: int, caller: Speaker, agent: Speaker) -> Call:
    """A call whose legs are on a worker each, where there are two."""
    legs = f"caller{number}", f"agent{number}"
    ports = [house.plane.open(leg) for leg in legs]
    for leg, phone in zip(legs, (caller, agent), strict=True):
        house.plane.connect(leg, phone.media())
    house.plane.bridge(*legs)
    names = f"{caller.codec.name} {caller.packet_ms} - {agent.codec.name} {agent.packet_ms}"
    return Call(names, caller, agent, *ports)


async def in_force(house: House) -> None:
    """Wait until the workers of the first call have carried out all; twice, for what one of them sends the other."""
    for leg in ("caller0", "agent0") * 2:
        await house.in_force(leg)


async def heard_all(phone: Speaker, seconds: float, digits: int = 0) -> None:
    """Wait until a phone has heard so much audio, and the ends of so many digits."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            audio = [packet for packet in phone.heard if packet.payload_type == phone.law]
            ms = sum(phone.codec.ticks(packet.payload) for packet in audio) * 1000 / phone.codec.clock_rate
            if ms >= 1000 * seconds and len(phone.digits(phone.heard)) >= digits:
                return
            await asyncio.sleep(0.01)


async def hear_s(phone: Speaker, seconds: float) -> list[Packet]:
    """Wait for so much audio, and take it."""
    await heard_all(phone, seconds)
    heard, phone.heard = phone.heard, []
    return heard


async def hum_slowly(phone: Speaker, port: MediaPort, hz: float, seconds: float) -> None:
    """A tone as a phone sends it: each packet in its time."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    for place, payload in enumerate(phone.payloads(hz, seconds)):
        await asyncio.sleep(began + place * phone.packet_ms / 1000 - loop.time())
        phone.say(port, payload, phone.codec.ticks(payload))


async def each_two(house: House) -> list[Call]:
    """A call between each two codecs at each of the packet times."""
    calls = [
        await call(house, number, await speaker(house, one, ms), await speaker(house, other, their_ms))
        for number, ((one, other), (ms, their_ms)) in enumerate(product(PAIRS, PACKET_TIMES))
    ]
    await in_force(house)
    return calls


async def failed(calls: list[Call]) -> list[str]:
    """Press a key on each phone; the calls in which not both heard the other's tone and key."""
    for each in calls:
        each.caller.press(each.caller_port, "7")
        each.agent.press(each.agent_port, "#")
    for each in calls:
        await heard_all(each.caller, 0.5, digits=1)
        await heard_all(each.agent, 0.5, digits=1)
    return [
        each.names
        for each in calls
        if not sounds_like(each.agent.samples(each.agent.heard), 440.0)
        or not sounds_like(each.caller.samples(each.caller.heard), 1000.0)
        or (each.agent.digits(each.agent.heard), each.caller.digits(each.caller.heard)) != ("7", "#")
    ]


async def test_tones_and_digits_pass_between_each_two_codecs_at_all_packet_times(house: House) -> None:
    calls = await each_two(house)
    for each in calls:
        each.caller.hum(each.caller_port, 440.0)
        each.agent.hum(each.agent_port, 1000.0)
    assert await failed(calls) == []


async def test_music_a_room_an_echo_and_recordings_are_there_in_every_codec(house: House, tmp_path: Path) -> None:
    phones = {f"{name} {ms}": await speaker(house, name, ms) for name, ms in product(CODECS, (20, 60))}
    ports = {}
    for leg, phone in phones.items():
        ports[leg] = house.plane.open(leg)
        house.plane.connect(leg, phone.media())
        house.plane.play(leg, ("music",), loop=True)
    music = {leg: phone.samples(await hear_s(phone, 0.7)) for leg, phone in phones.items()}
    assert [leg for leg in phones if abs(tone.peak(music[leg][1600:])[0] - MUSIC_HZ) > 10] == []

    for leg, phone in phones.items():
        house.plane.echo(leg)
        phone.hum(ports[leg], 440.0, 0.06)  # so that it is known where its audio comes from
        await house.in_force(leg)
        house.plane.record(leg, str(tmp_path / f"{leg}.wav"), max_s=60.0)
        house.plane.record_call(leg, str(tmp_path / f"{leg}.call"))
        await house.in_force(leg)
        phone.forget()
        phone.hum(ports[leg], 440.0)
    echo = {leg: phone.samples(await hear_s(phone, 0.5)) for leg, phone in phones.items()}
    for leg in phones:
        house.plane.stop_recording(leg)
        house.plane.stop_call_recording(leg)
    await house.listener.until(lambda: len(house.listener.recordings) == 2 * len(phones))

    def holds(hz: float, samples: Samples) -> bool:
        loud = np.flatnonzero(np.abs(samples.astype(int)) > 500)
        return len(loud) > 2000 and tone.holds_tone(samples[loud[0] + 400 : loud[-1] - 400], hz)

    assert [leg for leg in phones if not sounds_like(echo[leg], 440.0)] == []
    assert [leg for leg in phones if not holds(440.0, samples_of(tmp_path / f"{leg}.wav"))] == []
    both = {leg: channels(tmp_path / f"{leg}.call") for leg in phones}
    assert [leg for leg in phones if not all(holds(440.0, channel) for channel in both[leg])] == []

    for leg, phone in phones.items():
        house.plane.join(leg, "room", tones=False)
        await house.in_force(leg)
        phone.forget()
    # In real time, for the room has a clock: one speaks and all others hear it.
    talker, *listeners = phones
    await hum_slowly(phones[talker], ports[talker], 1000.0, 0.8)
    rooms = {leg: phones[leg].samples(phones[leg].heard) for leg in listeners}
    assert [leg for leg in listeners if tone.level_db(rooms[leg][-3200:], 1000.0) < -20] == []


async def test_what_is_lost_on_the_way_to_another_codec_is_concealed(house: House) -> None:
    names = [(one, other) for one, other in product(CODECS, CODECS) if not passes(CODECS[one], CODECS[other])]
    calls = [
        await call(house, i, await speaker(house, *pair[:1]), await speaker(house, *pair[1:]))
        for i, pair in enumerate(names)
    ]
    await in_force(house)
    lost = (12, 13, 20)
    for each in calls:
        each.caller.hum(each.caller_port, 400.0, without=lost)
    for each in calls:
        await heard_all(each.agent, 0.59)

    assert [each.names for each in calls if set(each.agent.steps_ms(each.agent.heard)) != {20.0}] == []
    heard = {each.names: each.agent.samples(each.agent.heard) for each in calls}
    assert [
        name
        for name, samples in heard.items()
        if min(tone.level_db(samples[160 * at :][:320], 400.0) for at in range(10, 24)) < -25
    ] == []


async def test_a_pause_or_comfort_noise_is_no_loss_and_keeps_its_length(house: House) -> None:
    """Within a codec and between two; the far side of the second call knows comfort noise."""
    pairs = [("PCMU", "PCMU"), ("PCMU", "G722"), ("opus", "PCMA"), ("G722", "opus"), ("opus", "opus")]
    calls = [
        await call(house, i, await speaker(house, one), await speaker(house, other))
        for i, (one, other) in enumerate(pairs)
    ]
    await in_force(house)
    for each in calls:
        caller, clock = each.caller, each.caller.codec.clock_rate
        caller.hum(each.caller_port, 440.0, 0.3)
        caller.say(each.caller_port, b"\x40", clock // 5, kind=13)
        caller.skip(clock // 5)
        caller.hum(each.caller_port, 440.0, 0.3)
    for each in calls:
        await heard_all(each.agent, 0.6)
    steps = [each.agent.steps_ms(each.agent.heard) for each in calls]
    stats = [await house.listener.figures(house.plane, f"caller{i}") for i in range(len(calls))]

    # Where packets are relayed, what stands for the pause is left out, and they go on as from a new source: the time
    # that passed is the pause. Where they are translated, the far side's clock says how long it was.
    assert [round(max(one)) for one in steps[1:4]] == [420, 420, 420]
    assert [len(one) for one in steps] == [29] * 5
    assert [(one.packets_received, one.packets_lost, one.garbage) for one in stats] == [(31, 0, 0)] * 5
