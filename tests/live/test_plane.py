"""The local plane with a real worker process and real sockets; phones are played by the tests."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import uvloop

from pbx.media import dtmf, g711, rtcp, rtp, tone
from pbx.media.g711 import PCMA, PCMU, Samples
from pbx.media.tune import MUSIC_HZ, RINGBACK_HZ
from pbx.plane import control
from pbx.plane.local import LocalPlane
from pbx.plane.protocol import MediaPort, MediaStats, PlaneFull, RemoteMedia

HOST = "127.0.0.1"
PATIENCE_S = 10.0
LEGS = ("caller", "agent")


class Listener:
    """Keeps what the plane told, and lets a test wait for it."""

    def __init__(self) -> None:
        self.ended: list[str] = []
        self.digits: list[tuple[str, str, int]] = []
        self.stats: list[MediaStats] = []
        self._news = asyncio.Event()

    def clips_ended(self, leg: str) -> None:
        self.ended.append(leg)
        self._news.set()

    def digit_received(self, leg: str, digit: str, duration_ms: int) -> None:
        self.digits.append((leg, digit, duration_ms))
        self._news.set()

    def closed(self, stats: MediaStats) -> None:
        self.stats.append(stats)
        self._news.set()

    async def until(self, told: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not told():
                self._news.clear()
                await self._news.wait()

    async def figures(self, plane: LocalPlane, leg: str) -> MediaStats:
        """Close a leg, and take its figures."""
        plane.close(leg)
        await self.until(lambda: any(stats.leg == leg for stats in self.stats))
        return next(stats for stats in self.stats if stats.leg == leg)


class Phone(asyncio.DatagramProtocol):
    """A far side: one socket for RTP, one for RTCP, and a stream of its own."""

    def __init__(self, law: int = PCMU, dtmf_type: int | None = None) -> None:
        self.law = law
        self.dtmf_type = dtmf_type
        self.heard: list[rtp.Packet] = []
        self.sequence, self.timestamp, self.ssrc = 1000, 50_000, 0x0A11CE
        self._news = asyncio.Event()

    async def plug_in(self) -> Phone:
        loop = asyncio.get_running_loop()
        self._rtp, _ = await loop.create_datagram_endpoint(lambda: self, (HOST, 0))
        self._rtcp, self.reports = await loop.create_datagram_endpoint(Reports, (HOST, 0))
        return self

    def unplug(self) -> None:
        self._rtp.close()
        self._rtcp.close()

    @property
    def address(self) -> tuple[str, int]:
        host, port = self._rtp.get_extra_info("sockname")
        return host, port

    def media(self, *, send: bool = True, receive: bool = True) -> RemoteMedia:
        """What its SDP would say; ``send`` and ``receive`` as seen from the switch."""
        rtcp_port = self._rtcp.get_extra_info("sockname")[1]
        return RemoteMedia(HOST, self.address[1], rtcp_port, self.law, self.dtmf_type, send, receive)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.heard.append(rtp.parse(data))
        self._news.set()

    async def hear(self, packets: int) -> list[rtp.Packet]:
        """Wait until that many packets came, and take all of them."""
        async with asyncio.timeout(PATIENCE_S):
            while len(self.heard) < packets:
                self._news.clear()
                await self._news.wait()
        heard, self.heard = self.heard, []
        return heard

    def samples(self, packets: list[rtp.Packet]) -> Samples:
        assert {packet.payload_type for packet in packets} == {self.law}
        return g711.decode(b"".join(packet.payload for packet in packets), self.law)

    def send(self, port: MediaPort, payload: bytes, *, kind: int | None = None, marker: bool = False) -> None:
        """One packet of 20 ms to the switch."""
        kind = self.law if kind is None else kind
        head = rtp.header(kind, self.sequence, self.timestamp, self.ssrc, marker)
        self._rtp.sendto(head + payload, (port.host, port.port))
        self.sequence += 1
        self.timestamp += 160

    def speak(self, port: MediaPort, hz: float, packets: int = 10) -> None:
        """A tone, all at once: the relay does not mind, and tests are quicker."""
        audio = g711.encode(tone.sine(hz, 0.02 * packets), self.law)
        for at in range(0, len(audio), 160):
            self.send(port, audio[at : at + 160])

    def send_raw(self, port: MediaPort, data: bytes) -> None:
        self._rtp.sendto(data, (port.host, port.port))

    def report(self, port: MediaPort, *reports: rtcp.Report) -> None:
        self._rtcp.sendto(rtcp.build(*reports), (port.host, port.port + 1))


class Reports(asyncio.DatagramProtocol):
    """What came to a phone's RTCP socket."""

    def __init__(self) -> None:
        self.heard: list[rtcp.Report] = []

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.heard += rtcp.parse(data)


class House:
    """A plane with one worker, and phones connected to it."""

    def __init__(self, clips: Path, ports: tuple[int, int] = (19000, 19099), workers: int = 1) -> None:
        self.listener = Listener()
        self.plane = LocalPlane(ports, workers, clips)
        self.phones: list[Phone] = []

    async def phone(self, law: int = PCMU, dtmf_type: int | None = None) -> Phone:
        phone = await Phone(law, dtmf_type).plug_in()
        self.phones.append(phone)
        return phone

    async def pair(self, *phones: Phone) -> tuple[Phone, Phone, MediaPort, MediaPort]:
        """A caller and an agent, each connected with a leg of that name; not bridged yet."""
        caller, agent = phones or (await self.phone(), await self.phone())
        ports = self.plane.open("caller"), self.plane.open("agent", near="caller")
        for leg, phone in zip(LEGS, (caller, agent), strict=True):
            self.plane.connect(leg, phone.media())
        return caller, agent, *ports


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clips")


@pytest.fixture
async def house(clips: Path) -> AsyncIterator[House]:
    house = House(clips)
    await house.plane.start(house.listener)
    yield house
    for phone in house.phones:
        phone.unplug()
    await house.plane.stop()


async def test_a_tone_one_way_is_found_on_the_other_side(house: House) -> None:
    caller, agent, caller_port, agent_port = await house.pair()
    house.plane.bridge(*LEGS)
    caller.speak(caller_port, 440.0)
    agent.speak(agent_port, 1000.0)

    assert tone.holds_tone(agent.samples(await agent.hear(10)), 440.0)
    assert tone.holds_tone(caller.samples(await caller.hear(10)), 1000.0)


async def test_music_and_then_the_agent_are_one_stream(house: House) -> None:
    caller, agent, _, agent_port = await house.pair()
    house.plane.play("caller", ("music",), loop=True)
    music = await caller.hear(15)
    house.plane.bridge(*LEGS)
    agent.speak(agent_port, 1000.0)
    heard = music + await caller.hear(10)

    assert tone.peak(caller.samples(music))[0] == pytest.approx(MUSIC_HZ, abs=10)
    assert tone.holds_tone(caller.samples(heard[-10:]), 1000.0)
    assert len({packet.ssrc for packet in heard}) == 1
    assert {(b.sequence - a.sequence) & 0xFFFF for a, b in zip(heard, heard[1:], strict=False)} == {1}
    steps = [(b.timestamp - a.timestamp) & 0xFFFFFFFF for a, b in zip(heard, heard[1:], strict=False)]
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


async def test_a_stranger_is_counted_and_never_heard(house: House) -> None:
    caller, agent, caller_port, _ = await house.pair()
    stranger = await house.phone()
    house.plane.bridge(*LEGS)
    caller.speak(caller_port, 440.0, 5)
    await agent.hear(5)
    stranger.speak(caller_port, 1000.0, 3)
    caller.speak(caller_port, 440.0, 5)
    heard = await agent.hear(5)
    stats = await house.listener.figures(house.plane, "caller")

    assert len(heard) == 5
    assert (stats.foreign, stats.packets_received, stats.source) == (3, 10, caller.address)


async def test_audio_goes_to_where_it_comes_from_rather_than_to_what_was_signalled(house: House) -> None:
    inside, outside = await house.phone(), await house.phone()
    port = house.plane.open("caller")
    house.plane.connect("caller", inside.media())
    house.plane.echo("caller")
    outside.speak(port, 440.0, 5)

    assert len(await outside.hear(5)) == 5
    assert inside.heard == []


async def test_the_signalled_address_takes_over_from_one_that_was_merely_first(house: House) -> None:
    phone, intruder = await house.phone(), await house.phone()
    port = house.plane.open("caller")
    house.plane.connect("caller", phone.media())
    house.plane.echo("caller")
    intruder.speak(port, 1000.0, 1)
    await intruder.hear(1)
    phone.speak(port, 440.0, 5)
    await phone.hear(5)
    intruder.speak(port, 1000.0, 2)
    stats = await house.listener.figures(house.plane, "caller")

    assert (stats.source, stats.foreign) == (phone.address, 2)
    assert intruder.heard == []


async def test_a_changed_address_is_learnt_anew(house: House) -> None:
    caller, agent, caller_port, agent_port = await house.pair()
    desk = await house.phone()
    house.plane.bridge(*LEGS)
    caller.speak(caller_port, 440.0, 1)
    agent.speak(agent_port, 1000.0, 1)
    await agent.hear(1)
    await caller.hear(1)
    house.plane.connect("agent", desk.media())
    desk.speak(agent_port, 500.0)
    caller.speak(caller_port, 440.0)

    assert tone.holds_tone(caller.samples(await caller.hear(10)), 500.0)
    assert tone.holds_tone(desk.samples(await desk.hear(10)), 440.0)
    assert agent.heard == []


async def test_an_echo_comes_back(house: House) -> None:
    caller, _, port, _ = await house.pair()
    house.plane.echo("caller")
    caller.speak(port, 440.0)

    assert tone.holds_tone(caller.samples(await caller.hear(10)), 440.0)


async def test_a_held_phone_hears_nothing_and_a_muted_one_is_not_heard(house: House) -> None:
    caller, agent, caller_port, agent_port = await house.pair()
    house.plane.bridge(*LEGS)
    house.plane.connect("agent", agent.media(send=False))
    caller.speak(caller_port, 440.0, 3)
    agent.speak(agent_port, 1000.0, 3)
    assert len(await caller.hear(3)) == 3
    house.plane.connect("agent", agent.media(receive=False))
    agent.speak(agent_port, 1000.0, 4)
    caller.speak(caller_port, 440.0, 5)
    heard = await agent.hear(5)
    stats = await house.listener.figures(house.plane, "agent")

    assert len(heard) == 5  # those of the resumed call, and none of the held one
    assert caller.heard == []
    assert stats.packets_received == 7


async def test_a_held_caller_hears_music_and_then_the_agent_again(house: House) -> None:
    caller, agent, _, agent_port = await house.pair()
    house.plane.bridge(*LEGS)
    agent.speak(agent_port, 1000.0, 2)
    before = await caller.hear(2)
    house.plane.play("caller", ("ringback",), loop=True)
    music = await caller.hear(10)
    house.plane.bridge(*LEGS)
    agent.speak(agent_port, 1000.0)
    heard = before + music + await caller.hear(10)

    assert tone.holds_tone(caller.samples(music[:10]), RINGBACK_HZ)
    assert tone.holds_tone(caller.samples(heard[-10:]), 1000.0)
    assert {(b.sequence - a.sequence) & 0xFFFF for a, b in zip(heard, heard[1:], strict=False)} == {1}


async def test_silence_parts_a_bridge_on_both_sides(house: House) -> None:
    caller, agent, caller_port, agent_port = await house.pair()
    house.plane.bridge(*LEGS)
    caller.speak(caller_port, 440.0, 1)
    await agent.hear(1)
    house.plane.silence("caller")
    caller.speak(caller_port, 440.0, 2)
    agent.speak(agent_port, 1000.0, 2)
    received = [(await house.listener.figures(house.plane, leg)).packets_received for leg in LEGS]

    assert received == [3, 2]
    assert (caller.heard, agent.heard) == ([], [])


async def test_the_laws_are_translated(house: House) -> None:
    caller, agent, caller_port, agent_port = await house.pair(await house.phone(PCMU), await house.phone(PCMA))
    house.plane.bridge(*LEGS)
    caller.speak(caller_port, 440.0)
    agent.speak(agent_port, 1000.0)

    assert tone.holds_tone(agent.samples(await agent.hear(10)), 440.0)
    assert tone.holds_tone(caller.samples(await caller.hear(10)), 1000.0)


async def test_a_digit_is_told_once_and_passed_on_under_the_other_sides_type(house: House) -> None:
    caller, agent, port, _ = await house.pair(await house.phone(dtmf_type=101), await house.phone(dtmf_type=96))
    house.plane.bridge(*LEGS)
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
    caller.speak(port, 440.0, 2)
    for event in dtmf.press("7", 100):
        caller.send(port, dtmf.build(event), kind=101)
    caller.speak(port, 440.0, 2)
    heard = await agent.hear(4)

    assert [(packet.sequence - heard[0].sequence) & 0xFFFF for packet in heard] == [0, 1, 2, 3]


async def test_lost_packets_are_counted_and_their_gap_is_passed_on(house: House) -> None:
    caller, agent, port, _ = await house.pair()
    house.plane.bridge(*LEGS)
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
    assert (heard[-1].sequence - heard[0].sequence) & 0xFFFF == 39


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
    garbage = [b"", b"\x80", b"hello", bytes(2000), b"\xff" * 1400, b"\x9f\0" + bytes(20), os.urandom(300)[:172]]
    for data in garbage:
        caller.send_raw(MediaPort(HOST, port.port + 1), data)
        caller.send_raw(port, b"\x00" + data)
    caller.speak(port, 440.0, 3)
    for data in garbage:
        caller.send_raw(port, b"\x00" + data)
    caller.speak(port, 440.0, 7)

    assert tone.holds_tone(agent.samples(await agent.hear(10)), 440.0)
    assert (await house.listener.figures(house.plane, "caller")).packets_received == 10


async def test_ports_are_given_back_and_serve_again(clips: Path) -> None:
    house = House(clips, ports=(19200, 19203))
    await house.plane.start(house.listener)
    for i in range(3):
        ports = [house.plane.open(f"{leg}{i}") for leg in LEGS]
        assert {port.port for port in ports} == {19200, 19202}
        with pytest.raises(PlaneFull):
            house.plane.open("third")
        phone = await house.phone()
        house.plane.connect(f"caller{i}", phone.media())
        house.plane.echo(f"caller{i}")
        phone.speak(ports[0], 440.0, 3)
        assert len(await phone.hear(3)) == 3
        for leg in LEGS:
            await house.listener.figures(house.plane, f"{leg}{i}")
        phone.unplug()
    assert house.plane.ports_in_use() == 0
    await house.plane.stop()


async def test_a_taken_port_costs_its_leg_the_audio_and_nothing_else(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other_program:
        other_program.bind((HOST, 19001))
        port = house.plane.open("caller")
        stats = await house.listener.figures(house.plane, "caller")

    assert port.port == 19000
    assert (stats.leg, stats.packets_received) == ("caller", 0)
    assert "media ports 19000-19001 cannot be used" in caplog.text


async def test_a_leg_is_told_closed_once_however_often_it_is_closed(house: House) -> None:
    house.plane.open("caller")
    house.plane.close("caller")
    house.plane.close("caller")
    await house.listener.figures(house.plane, "caller")
    house.plane.open("agent")
    await house.listener.figures(house.plane, "agent")

    assert [stats.leg for stats in house.listener.stats] == ["caller", "agent"]


async def test_when_a_worker_dies_its_legs_end_and_another_serves(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    await house.pair()
    (pid,) = house.plane.worker_pids
    os.kill(pid, signal.SIGKILL)
    await house.listener.until(lambda: len(house.listener.stats) == 2)
    assert house.plane.ports_in_use() == 0
    async with asyncio.timeout(PATIENCE_S):
        while not house.plane.worker_pids:
            await asyncio.sleep(0.05)
    phone = await house.phone()
    port = house.plane.open("next")
    house.plane.connect("next", phone.media())
    house.plane.play("next", ("ringback",), loop=True)

    assert port.port not in (19000, 19002)
    assert tone.holds_tone(phone.samples(await phone.hear(10)), RINGBACK_HZ)
    assert sorted(stats.leg for stats in house.listener.stats) == ["agent", "caller"]
    assert house.plane.worker_pids != (pid,)


async def test_legs_of_two_workers_are_bridged_only_when_opened_near_each_other(clips: Path) -> None:
    house = House(clips, workers=2)
    await house.plane.start(house.listener)
    house.plane.open("caller")
    house.plane.open("far")
    house.plane.open("agent", near="caller")

    with pytest.raises(ValueError, match="open one near the other"):
        house.plane.bridge("caller", "far")
    house.plane.bridge("caller", "agent")
    await house.plane.stop()
    assert sorted(stats.leg for stats in house.listener.stats) == ["agent", "caller", "far"]


async def test_a_stopped_plane_leaves_no_process_and_no_socket(clips: Path) -> None:
    before = set(os.listdir("/proc/self/fd"))
    house = House(clips, workers=2)
    await house.plane.start(house.listener)
    pids = house.plane.worker_pids
    house.plane.open("caller")
    await house.plane.stop()

    assert len(pids) == 2
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
    assert len(set(os.listdir("/proc/self/fd"))) == len(before)
    assert [stats.leg for stats in house.listener.stats] == ["caller"]


async def test_the_plane_runs_on_uvloop(clips: Path) -> None:
    async def scenario() -> Samples:
        house = House(clips, ports=(19300, 19309))
        await house.plane.start(house.listener)
        caller, agent, port, _ = await house.pair()
        house.plane.bridge(*LEGS)
        caller.speak(port, 440.0)
        heard = agent.samples(await agent.hear(10))
        for phone in house.phones:
            phone.unplug()
        await house.plane.stop()
        return heard

    assert tone.holds_tone(await asyncio.to_thread(uvloop.run, scenario()), 440.0)


def test_a_worker_outlives_signals_and_ends_with_its_switch(clips: Path) -> None:
    ours, theirs = socket.socketpair()
    fd = theirs.fileno()
    command = [sys.executable, "-m", "pbx.plane.worker", str(fd), HOST, str(clips)]
    with ours, subprocess.Popen(command, pass_fds=(fd,), stderr=subprocess.PIPE) as worker:
        theirs.close()
        reader = control.report_reader()
        ours.settimeout(PATIENCE_S)
        assert reader.feed(ours.recv(4096))[0] == control.Ready()
        worker.send_signal(signal.SIGINT)
        worker.send_signal(signal.SIGTERM)
        ours.sendall(control.frame([control.Close("nobody")]))
        assert reader.feed(ours.recv(4096)) == [control.Closed(control.no_audio("nobody"))]
        ours.close()
        assert worker.wait(PATIENCE_S) == 0
        assert worker.stderr is not None
        assert worker.stderr.read() == b""


@pytest.mark.parametrize(("ports", "workers"), [((10000, 10001), 1), ((10000, 10005), 4), ((0, 100), 1), ((9, 8), 1)])
def test_a_range_that_is_too_small_is_refused(ports: tuple[int, int], workers: int) -> None:
    with pytest.raises(ValueError, match="media ports"):
        LocalPlane(ports, workers, Path("clips"))
