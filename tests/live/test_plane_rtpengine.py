"""The plane with rtpengines at its edge: the scenes of the local workers, and what only rtpengines have."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from pbx.media import dtmf, rtcp, rtp, tone
from pbx.media.g711 import PCMU
from pbx.media.sound import Sound
from pbx.media.tune import RINGBACK_HZ
from pbx.plane.protocol import MediaKeys, MediaPort
from pbx.sdp.crypto import KEY_OCTETS, OFFERED
from tests.live import test_plane as audio
from tests.live import test_plane_codecs as codecs
from tests.live import test_plane_conference as conference
from tests.live import test_plane_digits as digits
from tests.live import test_plane_dtls as dtls
from tests.live import test_plane_recording as recording
from tests.live import test_plane_srtp as srtp
from tests.live.harness.needs import needs_rtpengine
from tests.live.harness.rtpengine import Rtpengine
from tests.live.plane.engine_house import EngineHouse, free_port
from tests.live.plane.house import LEGS
from tests.live.plane.phone import HOST, Phone

pytestmark = [pytest.mark.live, needs_rtpengine]

Scene = Callable[..., Coroutine[Any, Any, None]]

SCENES: tuple[Scene, ...] = (
    audio.test_a_tone_one_way_is_found_on_the_other_side,
    audio.test_a_greeting_ends_once_and_is_whole,
    audio.test_a_file_is_played_by_its_path,
    audio.test_an_echo_comes_back,
    audio.test_the_laws_are_translated,
    recording.test_a_recording_holds_what_the_leg_says_and_not_what_it_hears,
    recording.test_a_leg_that_ends_tells_each_recording_once_its_file_is_complete,
    srtp.test_two_secured_phones_hear_each_other_each_with_its_own_keys,
    dtls.test_browsers_hear_each_other_and_a_digit_is_told,
    conference.test_three_members_hear_the_other_two_and_not_themselves,
    digits.test_events_become_tones_for_a_phone_without_them_and_the_talk_goes_on,
)
"""What holds on either maker of the plane. Not here is what a worker does with the packets themselves (numbering,
figures of loss, sources), which is rtpengine's own affair."""


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clips")


@pytest.fixture
async def house(clips: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[EngineHouse]:
    """One rtpengine, which tells digits."""
    monkeypatch.setattr("aioice.ice.get_host_addresses", lambda use_ipv4, use_ipv6: [HOST])  # of the page's stand-in
    told_at = free_port()
    async with Rtpengine(tmp_path, told_at) as engine, EngineHouse(clips, [engine.port], told_at) as house:
        yield house


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
async def test_a_scene_of_the_workers_holds(scene: Scene, house: EngineHouse, tmp_path: Path) -> None:
    known = {"house": house, "tmp_path": tmp_path, "law": PCMU}
    await scene(**{name: known[name] for name in inspect.signature(scene).parameters})


async def tied(house: EngineHouse, *phones: Phone) -> tuple[Phone, Phone, MediaPort, MediaPort]:
    """A caller and an agent who talk without a worker in between."""
    found = await house.pair(*phones)
    house.plane.bridge(*LEGS)
    await house.in_force()
    assert not house.local.ports_in_use()
    return found


async def test_two_who_talk_are_tied_without_a_worker_and_their_packets_are_counted(house: EngineHouse) -> None:
    caller, agent, caller_port, agent_port = await tied(house)
    caller.speak(caller_port, 440.0)
    agent.speak(agent_port, 1000.0, 5)
    assert tone.holds_tone(agent.samples(await agent.hear(10)), 440.0)
    assert tone.holds_tone(caller.samples(await caller.hear(5)), 1000.0)
    figures = await house.listener.figures(house.plane, "caller")
    assert (figures.packets_received, figures.octets_received, figures.packets_sent) == (10, 1600, 5)
    assert figures.source == caller.address


async def test_a_phone_whose_audio_has_just_begun_goes_on_with_it_for_a_while(house: EngineHouse) -> None:
    caller, agent, caller_port, _ = await house.pair()
    house.plane.play("agent", ("ringback",), loop=True)
    house.plane.bridge(*LEGS)
    await house.in_force()
    caller.speak(caller_port, 440.0)
    [music] = {packet.ssrc for packet in await agent.hear(10)}
    assert music != caller.ssrc
    heard: list[rtp.Packet] = []
    async with asyncio.timeout(10):
        while {packet.ssrc for packet in heard} != {caller.ssrc}:
            caller.speak(caller_port, 440.0, 1)
            with suppress(TimeoutError):  # one or two get lost where the way changes
                heard = await asyncio.wait_for(agent.hear(1), 0.2)
    caller.speak(caller_port, 440.0)
    assert tone.holds_tone(agent.samples(await agent.hear(10)), 440.0)


async def test_who_sends_and_who_does_not_is_known_of_two_who_are_tied(clips: Path, tmp_path: Path) -> None:
    told_at = free_port()
    async with (
        Rtpengine(tmp_path, told_at) as engine,
        EngineHouse(clips, [engine.port], told_at, measure_s=0.3) as house,
    ):
        caller, _, caller_port, _ = await tied(house)
        told = house.listener.measurements
        await house.listener.until(lambda: {one.leg for one in told} == set(LEGS))
        told.clear()
        caller.speak(caller_port, 440.0, 20)
        caller.report(caller_port, rtcp.ReceiverReport(caller.ssrc, ()))

        def counted(leg: str) -> tuple[int, int]:
            mine = [one for one in told if one.leg == leg]
            return sum(one.packets for one in mine), sum(one.reports for one in mine)

        await house.listener.until(lambda: counted("caller") == (20, 1))
        await house.listener.until(lambda: any(one.leg == "agent" for one in told))
        assert counted("agent") == (0, 0)
        assert {(one.packets > 0, one.sound) for one in told} == {(True, Sound.UNKNOWN), (False, Sound.QUIET)}
        assert {one.mos for one in told} == {None}


async def test_a_held_caller_hears_music_from_a_worker_and_then_the_agent_again(house: EngineHouse) -> None:
    caller, agent, _, agent_port = await tied(house)
    house.plane.play("caller", ("ringback",), loop=True)
    assert tone.holds_tone(caller.samples(await caller.hear(10)), RINGBACK_HZ)
    house.plane.bridge(*LEGS)
    await house.in_force()
    caller.heard.clear()
    agent.speak(agent_port, 1000.0)
    assert tone.holds_tone(caller.samples(await caller.hear(10)), 1000.0)


async def test_a_recording_brings_a_worker_between_two_who_talk(house: EngineHouse, tmp_path: Path) -> None:
    caller, agent, caller_port, agent_port = await tied(house)
    house.plane.record_call("caller", str(tmp_path / "call"))
    await house.in_force()
    assert house.local.ports_in_use()
    caller.speak(caller_port, 440.0)
    agent.speak(agent_port, 1000.0)
    assert tone.holds_tone(agent.samples(await agent.hear(10)), 440.0)
    assert tone.holds_tone(caller.samples(await caller.hear(10)), 1000.0)
    house.plane.close("caller")
    await house.listener.until(lambda: bool(house.listener.stats and house.listener.recordings))
    assert [(leg, seconds > 0) for leg, _, seconds in house.listener.recordings] == [("caller", True)]


async def test_a_digit_of_one_who_is_tied_is_told_once(house: EngineHouse) -> None:
    phones = [await house.phone(dtmf_type=101) for _ in LEGS]
    caller, agent, caller_port, _ = await tied(house, *phones)
    for event in dtmf.press("5", 100):
        caller.send(caller_port, dtmf.build(event), kind=101)
        caller.timestamp -= 160
    await house.listener.until(lambda: bool(house.listener.digits))
    assert [(leg, digit) for leg, digit, _ in house.listener.digits] == [("caller", "5")]
    assert {packet.payload_type for packet in await agent.hear(5)} == {101}


@pytest.mark.parametrize("suite", OFFERED)
async def test_audio_is_secured_by_the_rtpengine(house: EngineHouse, suite: str) -> None:
    size = KEY_OCTETS[suite]
    secured = await house.phone(keys=MediaKeys(suite, bytes(size), bytes(range(size))))
    caller, agent, caller_port, agent_port = await tied(house, secured, await house.phone())
    caller.speak(caller_port, 440.0)
    agent.speak(agent_port, 1000.0)
    assert tone.holds_tone(agent.samples(await agent.hear(10)), 440.0)
    assert tone.holds_tone(caller.samples(await caller.hear(10)), 1000.0)


async def test_a_leg_is_served_by_the_rtpengine_with_the_least_to_do_and_by_workers_where_there_is_none(
    clips: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with (
        Rtpengine(tmp_path) as one,
        Rtpengine(tmp_path) as two,
        EngineHouse(clips, [one.port, two.port]) as house,
    ):
        ports = [house.plane.open(f"leg{number}").port for number in range(4)]
        assert [engine.in_use for engine in house.engines] == [2, 2]
        assert sorted(port in one.ports for port in ports) == [False, False, True, True]
        await one.kill()
        await house.until(lambda: not house.engines[0].well)
        assert house.plane.open("leg4").port in two.ports
        await two.kill()
        await house.until(lambda: not house.engines[1].well)
        assert house.plane.open("leg5").identity is None
        await one.start()
        await house.until(lambda: house.engines[0].spare > 0)
        assert house.plane.open("leg6").port in one.ports
        assert "answers again" in caplog.text


async def test_tones_and_digits_pass_between_each_two_codecs_by_way_of_an_rtpengine(
    clips: Path, tmp_path: Path
) -> None:
    told_at, legs = free_port(), 2 * len(codecs.PAIRS) * len(codecs.PACKET_TIMES)
    async with (
        Rtpengine(tmp_path, told_at, ports=20 * legs) as engine,
        EngineHouse(clips, [engine.port], told_at, spare=legs) as house,
    ):
        calls = await codecs.each_two(house)
        # At the pace of phones: rtpengine reads 50 packets of a socket at once, and the rest when another one comes.
        await asyncio.gather(
            *(codecs.hum_slowly(each.caller, each.caller_port, 440.0, 0.6) for each in calls),
            *(codecs.hum_slowly(each.agent, each.agent_port, 1000.0, 0.6) for each in calls),
        )
        assert await codecs.failed(calls) == []
        assert [one.in_use for one in house.engines] == [legs]
