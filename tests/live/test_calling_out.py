"""Parties are called out to sipp, which plays a telephone network: what becomes of them, and what is heard."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from pbx import commands
from pbx.events import EarlyMediaStarted, LegAnswered, LegEnded, LegRinging, LegsBridged, PlayEnded
from pbx.media import g711
from pbx.media.clip import to_wav
from pbx.media.g711 import PCMU
from pbx.media.tone import sine
from pbx.phone import Phone, PhoneCall
from pbx.recording import RecordingEnded, StartRecording
from pbx.routing.trunks.trunk import Trunk
from pbx.sound_events import ListeningEnded, SoundHeard
from tests.live.harness.audio import assert_tone, from_ulaw
from tests.live.harness.exchange import Exchange
from tests.live.harness.needs import needs_sipp
from tests.live.harness.sipp import Sipp
from tests.live.plane.house import channels
from tests.unit.media.lines import line, silence, tone
from tests.unit.media.talkers import vowels

pytestmark = [pytest.mark.live, needs_sipp]

CUSTOMER_HZ, AGENT_HZ = 440.0, 1000.0
SHOWN = "+381114000700"
SPEAKS_AFTER_MS = 300
VACANT = ((985.2, 380), (1370.6, 274), (1776.7, 380))
"""The special information tone of a number that nobody has (ANSI T1.401, ITU-T E.180): Hz and milliseconds."""


def number(will: int) -> str:
    """A number of which the network does as its last three digits say."""
    return f"+381112220{will:03}"


class Network:
    """The switch, and sipp as the network behind its trunk."""

    def __init__(self, folder: Path) -> None:
        self._sipp = Sipp("uas_network", folder / "network")
        trunk = Trunk(id="a", address=self._sipp.address, codecs=("PCMU",), options_interval_s=None)
        self.exchange = Exchange(folder, trunk, routes={"+.": "trunk:a"})
        self._count = 0

    async def starts(self, calls: int) -> None:
        """The network takes so many calls."""
        folder = self._sipp.folder
        folder.mkdir(parents=True, exist_ok=True)
        word = np.trim_zeros(vowels(3, seed=1))
        says = line(silence(SPEAKS_AFTER_MS), word, silence(600), tone(6000, CUSTOMER_HZ))
        sit = line(silence(200), *(tone(ms, hz) for hz, ms in VACANT), silence(600))
        for name, audio in (("customer", says), ("machine", sit), ("sit", sit)):  # sipp reads all of them at its start
            (folder / f"{name}.ulaw").write_bytes(g711.encode(audio, PCMU))
        await self._sipp.start(f"127.0.0.1:{self.exchange.port}", calls=calls)

    def call(self, will: int, **order: float) -> str:
        """Call a party; the leg."""
        self._count += 1
        call = f"c{self._count}"
        self.exchange.order(commands.CallOut(call, f"{call}.1", number(will), SHOWN, listens=True, **order))  # type: ignore[arg-type]
        return f"{call}.1"

    async def all_over(self) -> None:
        """Every call has ended, the network has seen what it wrote down, and nothing is left."""
        exchange = self.exchange
        await exchange.until(lambda: len(exchange.cdrs) == self._count)
        assert (await self._sipp.figures(within_s=10)).failed == 0, self._sipp.trouble()
        figures = exchange.switch.figures()
        assert (figures.calls, figures.legs, figures.ports_in_use, figures.failures) == (0, 0, 0, 0)

    async def stop(self) -> None:
        await self._sipp.stop()


@pytest.fixture
async def network(tmp_path: Path) -> AsyncIterator[Network]:
    (tmp_path / "message.wav").write_bytes(to_wav(sine(700.0, 0.5)))
    made = Network(tmp_path)
    async with made.exchange:
        yield made
    await made.stop()


async def test_it_is_told_what_became_of_each_number_and_what_it_sounded_like(network: Network) -> None:
    exchange = network.exchange
    wanted = {486: "busy", 480: "no_answer", 404: "not_in_service", 603: "declined", 503: "congestion"}
    await network.starts(calls=len(wanted) + 2)
    legs = {network.call(status): (cause, status) for status, cause in wanted.items()}
    legs[network.call(180, max_ring_s=1.0)] = ("no_answer", 0)
    legs[announced := network.call(183)] = ("not_in_service", 404)
    await network.all_over()
    assert {event.leg: (event.cause, event.status) for event in exchange.events(LegEnded)} == legs
    assert [event.leg for event in exchange.events(EarlyMediaStarted)] == [announced]
    sounds = exchange.events(SoundHeard, announced)
    assert all(event.early for event in sounds)
    assert {event.kind for event in sounds} == {"tone_started", "tone_ended", "sit_vacant"}
    assert Counter(cdr.disposition for cdr in exchange.cdrs) == {"failed": 3, "no_answer": 2, "busy": 1, "refused": 1}
    assert {(cdr.direction, cdr.caller, cdr.trunk) for cdr in exchange.cdrs} == {("outbound", SHOWN, "a")}


async def test_a_party_that_answers_is_heard_and_comes_to_an_agent_who_hears_it(
    network: Network, tmp_path: Path
) -> None:
    exchange = network.exchange
    await network.starts(calls=1)
    answered: asyncio.Future[PhoneCall] = asyncio.get_running_loop().create_future()

    def take(call: PhoneCall) -> None:
        if call.asks_for_answer:  # or it rings for ever
            call.answer()
        call.write_audio(g711.encode(sine(AGENT_HZ, 8.0), call.law))
        answered.set_result(call)

    exchange.seat("ana", "1001", "secret")
    ana = Phone("127.0.0.1", exchange.port, "1001", "secret", on_call=take)
    await ana.start()
    try:
        await ana.register()
        leg = network.call(200)
        await exchange.until(lambda: bool(exchange.events(SoundHeard)))
        spoke = exchange.events(SoundHeard)[0]
        assert (spoke.kind, spoke.early) == ("speech_started", False)
        assert spoke.at_ms == pytest.approx(SPEAKS_AFTER_MS, abs=100)
        path = tmp_path / "talk.spool"
        exchange.order(
            commands.StopListening(leg), StartRecording(leg, "r1", str(path)), commands.Play(leg, ("message",))
        )
        await exchange.until(lambda: bool(exchange.events(PlayEnded, leg)))
        exchange.calls.bring(leg.partition(".")[0], leg, "support", "nothing", hurries=True)
        call = await answered
        await exchange.until(lambda: bool(exchange.events(LegsBridged)))
        await call.read_audio(4800)
        assert call.law == PCMU
        assert_tone(from_ulaw(await call.read_audio(8000)), CUSTOMER_HZ)
        assert call.number == number(200)
        exchange.order(commands.Hangup(leg))
        await network.all_over()
        await exchange.until(lambda: bool(exchange.events(RecordingEnded)))
    finally:
        await ana.stop()
    left, right = channels(path)
    assert_tone(left[-6000:] / 32768.0, CUSTOMER_HZ)
    assert_tone(right[-6000:] / 32768.0, AGENT_HZ)
    [cdr] = exchange.cdrs
    assert (cdr.direction, cdr.caller, cdr.number, cdr.agent) == ("outbound", SHOWN, number(200), "ana")
    assert (cdr.queue, cdr.disposition, cdr.trunk) == ("support", "answered", "a")
    assert [(one.direction, one.party) for one in cdr.legs] == [("out", number(200)), ("out", "1001")]


async def test_twenty_calls_a_second_leave_nothing_behind(network: Network) -> None:
    exchange = network.exchange
    wills = (486, 200, 404, 180) * 15
    await network.starts(calls=len(wills))
    for will in wills:
        leg = network.call(will, max_ring_s=0.5)
        if will == 200:
            asyncio.get_running_loop().call_later(0.5, exchange.order, commands.Hangup(leg))
        await asyncio.sleep(0.05)
    await network.all_over()
    assert len(exchange.events(LegAnswered)) == len(exchange.events(ListeningEnded)) == 15
    assert len(exchange.events(LegRinging)) == 30
    assert Counter(event.cause for event in exchange.events(LegEnded)) == {
        "busy": 15, "normal": 15, "not_in_service": 15, "no_answer": 15,
    }  # fmt: skip
