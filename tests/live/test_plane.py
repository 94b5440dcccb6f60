"""The audio of the local plane: a real worker process, real sockets, phones played by the tests."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import pytest

from pbx.media import dtmf, rtcp, tone
from pbx.media.clip import to_wav
from pbx.media.g711 import PCMA, PCMU
from pbx.media.tune import MUSIC_HZ, RINGBACK_HZ
from pbx.plane.protocol import MediaPort
from tests.live.plane.house import LEGS, House
from tests.live.plane.phone import HOST


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clips")


@pytest.fixture
async def house(clips: Path) -> AsyncIterator[House]:
    async with House(clips) as house:
        yield house


async def test_a_tone_one_way_is_found_on_the_other_side(house: House) -> None:
    caller, agent, caller_port, agent_port = await house.pair()
    house.plane.bridge(*LEGS)
    await house.in_force()
    caller.speak(caller_port, 440.0)
    agent.speak(agent_port, 1000.0)

    assert tone.holds_tone(agent.samples(await agent.hear(10)), 440.0)
    assert tone.holds_tone(caller.samples(await caller.hear(10)), 1000.0)


async def test_music_and_then_the_agent_are_one_stream(house: House) -> None:
    caller, agent, _, agent_port = await house.pair()
    house.plane.play("caller", ("music",), loop=True)
    music = await caller.hear(15)
    house.plane.bridge(*LEGS)
    await house.in_force()
    agent.speak(agent_port, 1000.0)
    heard = music + await caller.hear(10)

    assert tone.peak(caller.samples(music))[0] == pytest.approx(MUSIC_HZ, abs=10)
    assert tone.holds_tone(caller.samples(heard[-10:]), 1000.0)
    assert len({packet.ssrc for packet in heard}) == 1
    assert {(b.sequence - a.sequence) & 0xFFFF for a, b in pairwise(heard)} == {1}
    steps = [(b.timestamp - a.timestamp) & 0xFFFFFFFF for a, b in pairwise(heard)]
    change = len(heard) - 11
    assert {*steps[:change], *steps[change + 1 :]} == {160}
    assert 160 <= steps[change] < 8000
    assert [packet.marker for packet in heard] == [i in (0, change + 1) for i in range(len(heard))]


async def test_music_is_paced_by_twenty_milliseconds(house: House) -> None:
    loop = asyncio.get_running_loop()
    caller, *_ = await house.pair()
    house.plane.play("caller", ("music",), loop=True)
    await caller.hear(1)
    began = loop.time()
    heard = await caller.hear(50)

    assert loop.time() - began == pytest.approx(0.02 * len(heard), abs=0.1)


async def test_a_greeting_ends_once_and_is_whole(house: House) -> None:
    caller, *_ = await house.pair()
    house.plane.play("caller", ("confirm", "denied"), loop=False)
    await house.listener.until(lambda: bool(house.listener.ended))

    assert house.listener.ended == ["caller"]
    assert len(caller.heard) == 32
    assert tone.holds_tone(caller.samples(caller.heard)[:960], 660.0)


async def test_a_clip_that_is_missing_ends_at_once_with_a_line_in_the_log(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    await house.pair()
    house.plane.play("caller", ("no_such",), loop=True)
    await house.listener.until(lambda: bool(house.listener.ended))

    assert "clip no_such" in caplog.text


async def test_clips_that_end_when_others_are_asked_for_do_not_end_those(house: House) -> None:
    caller, *_ = await house.pair()
    house.plane.play("caller", ("no_such",), loop=False)
    house.plane.play("caller", ("confirm",), loop=False)
    house.plane.play("agent", ("no_such",), loop=False)
    house.plane.silence("agent")
    await house.in_force()
    assert house.listener.ended == []
    await house.listener.until(lambda: bool(house.listener.ended))

    assert house.listener.ended == ["caller"]
    assert tone.holds_tone(caller.samples(caller.heard)[:960], 660.0)


async def test_a_file_is_played_by_its_path(house: House, tmp_path: Path) -> None:
    caller, *_ = await house.pair()
    path = tmp_path / "a prompt.wav"
    path.write_bytes(to_wav(tone.sine(440.0, 0.3)))
    house.plane.play("caller", (str(tmp_path / "missing.wav"), str(path)), loop=False)
    await house.listener.until(lambda: bool(house.listener.ended))

    assert tone.holds_tone(caller.samples(await caller.hear(15)), 440.0)


async def test_a_stranger_is_counted_and_never_heard(house: House) -> None:
    caller, agent, caller_port, _ = await house.pair()
    stranger = await house.phone()
    house.plane.bridge(*LEGS)
    await house.in_force()
    caller.speak(caller_port, 440.0, 5)
    await agent.hear(5)
    stranger.speak(caller_port, 1000.0, 3)
    caller.speak(caller_port, 440.0, 5)
    heard = await agent.hear(5)
    await house.taken_in(3)
    stats = await house.listener.figures(house.plane, "caller")

    assert len(heard) == 5
    assert (stats.foreign, stats.packets_received, stats.source) == (3, 10, caller.address)


async def test_audio_goes_to_where_it_comes_from_rather_than_to_what_was_signalled(house: House) -> None:
    inside, outside = await house.phone(), await house.phone()
    port = house.plane.open("caller")
    house.plane.connect("caller", inside.media())
    house.plane.echo("caller")
    await house.in_force()
    outside.speak(port, 440.0, 5)

    assert len(await outside.hear(5)) == 5
    assert inside.heard == []


async def test_the_signalled_address_takes_over_from_one_that_was_merely_first(house: House) -> None:
    phone, intruder = await house.phone(), await house.phone()
    port = house.plane.open("caller")
    house.plane.connect("caller", phone.media())
    house.plane.echo("caller")
    await house.in_force()
    intruder.speak(port, 1000.0, 1)
    await intruder.hear(1)
    phone.speak(port, 440.0, 5)
    await phone.hear(5)
    intruder.speak(port, 1000.0, 2)
    await house.taken_in(2)
    stats = await house.listener.figures(house.plane, "caller")

    assert (stats.source, stats.foreign) == (phone.address, 2)
    assert intruder.heard == []


async def test_a_changed_address_is_learnt_anew(house: House) -> None:
    caller, agent, caller_port, agent_port = await house.pair()
    desk = await house.phone()
    house.plane.bridge(*LEGS)
    await house.in_force()
    caller.speak(caller_port, 440.0, 1)
    agent.speak(agent_port, 1000.0, 1)
    await agent.hear(1)
    await caller.hear(1)
    house.plane.connect("agent", desk.media())
    await house.in_force()
    desk.speak(agent_port, 500.0)
    caller.speak(caller_port, 440.0)

    assert tone.holds_tone(caller.samples(await caller.hear(10)), 500.0)
    assert tone.holds_tone(desk.samples(await desk.hear(10)), 440.0)
    assert agent.heard == []


async def test_an_echo_comes_back(house: House) -> None:
    caller, _, port, _ = await house.pair()
    house.plane.echo("caller")
    await house.in_force()
    caller.speak(port, 440.0)

    assert tone.holds_tone(caller.samples(await caller.hear(10)), 440.0)


async def test_a_held_phone_hears_nothing_and_a_muted_one_is_not_heard(house: House) -> None:
    caller, agent, caller_port, agent_port = await house.pair()
    house.plane.bridge(*LEGS)
    house.plane.connect("agent", agent.media(send=False))
    await house.in_force()
    caller.speak(caller_port, 440.0, 3)
    agent.speak(agent_port, 1000.0, 3)
    assert len(await caller.hear(3)) == 3
    await house.taken_in(3)
    house.plane.connect("agent", agent.media(receive=False))
    await house.in_force()
    agent.speak(agent_port, 1000.0, 4)
    caller.speak(caller_port, 440.0, 5)
    heard = await agent.hear(5)
    await house.taken_in(4)
    stats = await house.listener.figures(house.plane, "agent")

    assert len(heard) == 5  # those of the resumed call, and none of the held one
    assert caller.heard == []
    assert stats.packets_received == 7


async def test_a_held_caller_hears_music_and_then_the_agent_again(house: House) -> None:
    caller, agent, _, agent_port = await house.pair()
    house.plane.bridge(*LEGS)
    await house.in_force()
    agent.speak(agent_port, 1000.0, 2)
    before = await caller.hear(2)
    house.plane.play("caller", ("ringback",), loop=True)
    music = await caller.hear(10)
    house.plane.bridge(*LEGS)
    await house.in_force()
    agent.speak(agent_port, 1000.0)
    heard = before + music + await caller.hear(10)

    assert tone.holds_tone(caller.samples(music[:10]), RINGBACK_HZ)
    assert tone.holds_tone(caller.samples(heard[-10:]), 1000.0)
    assert {(b.sequence - a.sequence) & 0xFFFF for a, b in pairwise(heard)} == {1}


async def test_silence_parts_a_bridge_on_both_sides(house: House) -> None:
    caller, agent, caller_port, agent_port = await house.pair()
    house.plane.bridge(*LEGS)
    await house.in_force()
    caller.speak(caller_port, 440.0, 1)
    await agent.hear(1)
    house.plane.silence("caller")
    await house.in_force()
    caller.speak(caller_port, 440.0, 2)
    agent.speak(agent_port, 1000.0, 2)
    await house.taken_in(2)
    received = [(await house.listener.figures(house.plane, leg)).packets_received for leg in LEGS]

    assert received == [3, 2]
    assert (caller.heard, agent.heard) == ([], [])


async def test_the_laws_are_translated(house: House) -> None:
    caller, agent, caller_port, agent_port = await house.pair(await house.phone(PCMU), await house.phone(PCMA))
    house.plane.bridge(*LEGS)
    await house.in_force()
    caller.speak(caller_port, 440.0)
    agent.speak(agent_port, 1000.0)

    assert tone.holds_tone(agent.samples(await agent.hear(10)), 440.0)
    assert tone.holds_tone(caller.samples(await caller.hear(10)), 1000.0)


async def test_a_digit_is_told_once_and_passed_on_under_the_other_sides_type(house: House) -> None:
    caller, agent, port, _ = await house.pair(await house.phone(dtmf_type=101), await house.phone(dtmf_type=96))
    house.plane.bridge(*LEGS)
    await house.in_force()
    caller.speak(port, 440.0, 2)
    press = list(dtmf.press("7", 100))
    began = caller.timestamp
    for i, event in enumerate(press):
        caller.timestamp = began
        caller.send(port, dtmf.build(event), kind=101, marker=i == 0)
    heard = await agent.hear(2 + len(press))
    await house.listener.until(lambda: bool(house.listener.digits))

    assert house.listener.digits == [("caller", "7", 100)]
    assert [dtmf.parse(packet.payload) for packet in heard[2:]] == press
    assert {packet.payload_type for packet in heard[2:]} == {96}
    assert len({packet.timestamp for packet in heard[2:]}) == 1


async def test_a_side_without_telephone_events_is_spared_them_without_a_gap(house: House) -> None:
    caller, agent, port, _ = await house.pair(await house.phone(dtmf_type=101), await house.phone())
    house.plane.bridge(*LEGS)
    await house.in_force()
    caller.speak(port, 440.0, 2)
    for event in dtmf.press("7", 100):
        caller.send(port, dtmf.build(event), kind=101)
    caller.speak(port, 440.0, 2)
    heard = await agent.hear(4)

    assert [(packet.sequence - heard[0].sequence) & 0xFFFF for packet in heard] == [0, 1, 2, 3]


async def test_lost_packets_are_counted_and_their_gap_is_passed_on(house: House) -> None:
    caller, agent, port, _ = await house.pair()
    house.plane.bridge(*LEGS)
    await house.in_force()
    for i in range(40):
        if i in (10, 11, 30):
            caller.sequence += 1
            caller.timestamp += 160
        else:
            caller.send(port, b"\xff" * 160)
    heard = await agent.hear(37)
    caller_stats = await house.listener.figures(house.plane, "caller")
    agent_stats = await house.listener.figures(house.plane, "agent")

    assert (caller_stats.packets_received, caller_stats.packets_lost) == (37, 3)
    assert caller_stats.octets_received == 37 * 160
    assert agent_stats.packets_sent == 37
    places = [(packet.sequence - heard[0].sequence) & 0xFFFF for packet in heard]
    assert places == [i for i in range(40) if i not in (10, 11, 30)]


async def test_what_the_far_side_reports_is_in_the_figures(house: House) -> None:
    caller, _, port, _ = await house.pair()
    house.plane.play("caller", ("music",), loop=True)
    ours = (await caller.hear(3))[0].ssrc
    block = rtcp.ReportBlock(ours, fraction_lost=9, lost=21, highest=0, jitter=80)
    caller.report(port, rtcp.ReceiverReport(caller.ssrc, (block,)))
    await caller.hear(3)
    stats = await house.listener.figures(house.plane, "caller")

    assert (stats.remote_lost, stats.remote_jitter_ms) == (21, 10.0)


async def test_a_leg_that_ends_says_goodbye_with_its_figures(house: House) -> None:
    caller, _, port, _ = await house.pair()
    house.plane.echo("caller")
    await house.in_force()
    caller.speak(port, 440.0, 5)
    await caller.hear(5)
    await house.listener.figures(house.plane, "caller")
    reports = caller.reports.heard

    assert [type(report) for report in reports] == [rtcp.SenderReport, rtcp.Description, rtcp.Goodbye]
    assert isinstance(reports[0], rtcp.SenderReport)
    assert (reports[0].packets, reports[0].octets) == (5, 800)
    assert [(block.ssrc, block.lost) for block in reports[0].blocks] == [(caller.ssrc, 0)]


async def test_garbage_is_harmless(house: House) -> None:
    caller, agent, port, _ = await house.pair()
    house.plane.bridge(*LEGS)
    garbage = [b"\0", b"\x80", b"hello", bytes(2000), b"\xff" * 1400, b"\x9f\0" + bytes(20), os.urandom(300)[:172]]
    await house.in_force()
    for data in garbage:
        caller.send_raw(MediaPort(HOST, port.port + 1), data)
        caller.send_raw(port, b"\x00" + data)
    caller.speak(port, 440.0, 3)
    for data in garbage:
        caller.send_raw(port, b"\x00" + data)
    caller.speak(port, 440.0, 7)

    assert tone.holds_tone(agent.samples(await agent.hear(10)), 440.0)
    stats = await house.listener.figures(house.plane, "caller")
    assert (stats.packets_received, stats.garbage) == (10, 3 * len(garbage))
