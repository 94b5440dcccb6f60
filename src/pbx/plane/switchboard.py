"""The legs of a media worker, and what each command does to them."""

from __future__ import annotations

import socket
from collections import deque
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from time import monotonic, time

from pbx.media import codecs
from pbx.media.clip import ClipError
from pbx.media.dtmf import Digit
from pbx.media.g711 import PCMU
from pbx.media.stream import Stream
from pbx.plane import control
from pbx.plane.call_recording import CallRecorder
from pbx.plane.clips import ClipLibrary
from pbx.plane.conference import Conferences
from pbx.plane.digits import Digits
from pbx.plane.gates import Gates
from pbx.plane.leg import Leg, line_media, reachable
from pbx.plane.listening import Listening
from pbx.plane.monitor import Monitor
from pbx.plane.playback import Playback, Playing
from pbx.plane.ports import PortPair, PortPool, Reactor
from pbx.plane.recording import Recorder
from pbx.plane.relay import Relay
from pbx.plane.reporter import Reporter
from pbx.plane.writer import Writer
from pbx.sdp.model import is_nowhere

TRIM_EVERY_S = 5.0

Steering = (
    control.Connect
    | control.Play
    | control.Echo
    | control.Silence
    | control.InRooms
    | control.InDigits
    | control.Hearing
    | control.Record
    | control.StopRecording
    | control.Recording
)


class Switchboard:
    """Carries out commands; ``tell`` takes the reports.

    A command for a leg that is not there is passed over: its ``Close`` overtook it, or its ports could not be had.
    """

    def __init__(
        self,
        clips_dir: Path,
        reactor: Reactor,
        tell: Callable[[control.Report], None],
        chance: Random,
        measure_s: float = 5.0,
    ) -> None:
        self._tell = tell
        self._chance = chance
        self._reactor = reactor
        self._legs: dict[str, Leg] = {}
        self._pool = PortPool(reactor)
        self._clips = ClipLibrary(clips_dir)
        self._trim_at = 0.0
        self.digits = Digits(self._digit_received)
        self.listening = Listening(tell)
        self.relay = Relay(reactor, self.digits.hear, self._source_learnt)
        self.lines: deque[socket.socket | None] = deque()
        """Sockets that came from the switch, for the ``Tie`` commands in their order; None for one that was lost."""
        self.playback = Playback(lambda leg, number: tell(control.ClipsEnded(leg, number)))
        self.conferences = Conferences(self._tone)
        self.writer = Writer(reactor)
        self.recorder = Recorder(
            self.writer,
            lambda leg, path, seconds: tell(control.Recorded(leg, path, seconds)),
            lambda text: tell(control.Trouble(text)),
        )
        self.call_recorder = CallRecorder(
            self.writer,
            self.relay.wire,
            lambda leg, path, seconds: tell(control.Recorded(leg, path, seconds)),
            lambda text: tell(control.Trouble(text)),
            chance,
        )
        self.reporter = Reporter(f"{chance.getrandbits(64):016x}@centrala", chance)
        self.monitor = Monitor(lambda qualities: tell(control.Measured(qualities)), measure_s)
        self.gates = Gates(self.relay, self.reporter, lambda leg, reason: tell(control.AudioFailed(leg, reason)))
        for trouble in self._clips.load_all():
            tell(control.Trouble(trouble))

    def execute(self, command: control.Command) -> None:
        """Do as one command says."""
        match command:
            case control.Identify():
                self.gates.identify(command.own)
                self.relay.sources = command.sources
            case control.Open():
                self._open(command.leg, command.host, command.port)
            case control.Tie():
                self._tie(command.leg, command.law_of)
            case control.Close():
                self._close(command.leg)
            case control.Bridge():
                leg, other = self._legs.get(command.leg), self._legs.get(command.other)
                if leg is not None and other is not None:
                    self._bridge(leg, other)
            case _:
                leg = self._legs.get(command.leg)
                if leg is not None:
                    self._steer(leg, command)

    def tick(self, now: float) -> None:
        """Do what time has made due."""
        if now >= self.playback.pacer.next_at:
            self.playback.tick(now)
        if now >= self.conferences.pacer.next_at:
            self.conferences.tick(now)
        if now >= self.digits.pacer.next_at:
            self.digits.tick(now)
        if now >= self.listening.pacer.next_at:
            self.listening.tick(now)
        if now >= self.recorder.next_at:
            self.recorder.tick(now)
        if now >= self.call_recorder.next_at:
            self.call_recorder.tick(now)
        if now >= self.reporter.next_at:
            self.reporter.tick(now, time())
        if now >= self.monitor.next_at:
            self.monitor.tick(now)
        if now >= self.gates.next_at:
            self.gates.tick(now)
        if now >= self._trim_at:
            self._trim_at = now + TRIM_EVERY_S
            self._pool.trim(now)

    def next_at(self) -> float:
        """When ``tick`` has something to do, in seconds of the monotonic clock."""
        return min(
            self.playback.pacer.next_at,
            self.conferences.pacer.next_at,
            self.digits.pacer.next_at,
            self.listening.pacer.next_at,
            self.recorder.next_at,
            self.call_recorder.next_at,
            self.reporter.next_at,
            self.monitor.next_at,
            self.gates.next_at,
            self._trim_at,
        )

    def _open(self, name: str, host: str, port: int) -> None:
        try:
            ports = self._pool.take(host, port, monotonic())
        except OSError as error:
            self._tell(control.PortRefused(port, error.strerror or str(error)))
            return
        if (known := self._legs.get(name)) is not None:
            known.spare.append(ports)
            return
        leg = self._legs[name] = Leg(name, ports, self._stream())
        self._listen(leg, ports)

    def _move(self, leg: Leg, port: int) -> None:
        """Let a leg's audio be on another of its port pairs; what comes to the present one is dropped from now on."""
        chosen = next((pair for pair in leg.spare if pair.port == port), None)
        if chosen is None or leg.ports is None:
            return  # it could not be bound
        self.relay.forget_source(leg)
        self._pool.ignore(leg.ports)
        leg.spare[leg.spare.index(chosen)] = leg.ports
        leg.ports = chosen
        self._listen(leg, chosen)

    def _listen(self, leg: Leg, ports: PortPair) -> None:
        self._reactor.handlers[ports.rtp.fileno()] = partial(self.relay.receive, leg, ports)
        reports = self.reporter.receive
        self._reactor.handlers[ports.rtcp.fileno()] = lambda: reports(leg, ports.rtcp, monotonic(), time())

    def _tie(self, name: str, law_of: str) -> None:
        line = self.lines.popleft()
        if line is None:
            self._tell(control.Trouble(f"no line for {law_of or 'a room'}: too many open files"))
            return
        leg = self._legs[name] = Leg(name, None, self._stream())
        near = self._legs.get(law_of)
        leg.describe(line_media(codecs.PCMU if near is None else near.codec))
        self.relay.tie(leg, line)

    def _stream(self) -> Stream:
        bits = self._chance.getrandbits(80)  # SSRC, sequence and timestamp begin at random (RFC 3550 section 5.1)
        return Stream(bits >> 48, bits & 0xFFFF, bits >> 16 & 0xFFFFFFFF)

    def _close(self, name: str) -> None:
        leg = self._legs.pop(name, None)
        if leg is None:
            self._tell(control.Closed(control.no_audio(name)))
            return
        now = monotonic()
        self.recorder.stop(leg, now)
        self.call_recorder.stop(leg, now)
        self.digits.forget(leg, now)
        self.listening.stop(leg)
        self._part(leg)
        self.reporter.farewell(leg, now, time())
        self.monitor.farewell(leg, now)
        self._tell(control.Closed(leg.stats()))
        self.relay.forget_source(leg)
        self.gates.forget(leg)
        for ports in (leg.ports, *leg.spare):
            if ports is not None:
                self._pool.rest(ports, now)

    def _steer(self, leg: Leg, command: Steering) -> None:
        match command:
            case control.Connect():
                self._connect(leg, command)
            case control.Play():
                self._play(leg, command)
            case control.Echo():
                self._bridge(leg, leg)
            case control.Join():
                self._join(leg, command)
            case control.SpeakTo():
                self.conferences.speak_to(leg, command.heard_by)
            case control.Chime():
                self.conferences.chime(leg, command.clip)
            case control.SendDigits() | control.HeedDigits():
                self.digits.execute(leg, command, monotonic())
            case control.ListenFor():
                self.listening.start(leg, monotonic())
            case control.StopListening():
                self.listening.stop(leg)
            case control.Record():
                self.recorder.start(leg, command, monotonic())
            case control.StopRecording():
                self.recorder.stop(leg, monotonic())
            case control.RecordCall() | control.PauseCallRecording() | control.StopCallRecording():
                self.call_recorder.execute(leg, command, monotonic())
            case control.Silence():
                partner = leg.hears
                self._unhear(leg)
                if partner is not None and partner.hears is leg:
                    self._unhear(partner)

    def _connect(self, leg: Leg, command: control.Connect) -> None:
        remote = command.remote
        if leg.ports is not None and leg.ports.port != command.port:
            self._move(leg, command.port)
        now, signalled = monotonic(), None
        if remote.checks is None:  # else the source is learnt from them, and kept until they say otherwise
            signalled = reachable(leg, remote.host, remote.port)
            if leg.remote is not None and signalled != leg.signalled and not is_nowhere(remote.host):
                self.relay.forget_source(leg)
        self.gates.agree(leg, remote, now)
        leg.signalled = signalled
        leg.describe(remote)
        leg.rtcp_address = reachable(leg, remote.host, remote.rtcp_port)
        leg.digits.clock = remote.dtmf_clock
        self.relay.wire(leg)
        leg.aim()
        self.gates.begin(leg, now)
        self.conferences.changed(leg)
        self.monitor.watch(leg, monotonic())
        for each in (leg, leg.hears):
            self._review(each)

    def _review(self, leg: Leg | None) -> None:
        """What a leg is, or who hears it, has changed."""
        if leg is not None:
            self.digits.review(leg, monotonic())

    def _play(self, leg: Leg, command: control.Play) -> None:
        clips = []
        for name in command.clips:
            try:
                clips.append(self._clips.get(name))
            except ClipError as error:
                self._tell(control.Trouble(str(error)))
        self._unhear(leg)
        if not clips:
            self._tell(control.ClipsEnded(leg.name, command.number))  # nobody shall wait for an end that never comes
            return
        now = monotonic()
        self.playback.start(leg, Playing(command.number, tuple(clips), command.loop, command.from_s), now)
        self.reporter.watch(leg, now)

    def _join(self, leg: Leg, command: control.Join) -> None:
        self._part(leg)
        now = monotonic()
        self.conferences.join(leg, command, now)
        self.reporter.watch(leg, now)

    def _tone(self, name: str) -> tuple[bytes, ...]:
        try:
            return self._clips.get(name).frames(PCMU)
        except ClipError:
            return ()  # an operator took it away, as was told when this worker began

    def _bridge(self, leg: Leg, other: Leg) -> None:
        for each in {leg, other}:
            self._part(each)
        leg.hears, other.sink = other, leg
        other.hears, leg.sink = leg, other
        for each in (leg, other):
            self._review(each)

    def _part(self, leg: Leg) -> None:
        """Let a leg neither hear anything nor be heard."""
        self._unhear(leg)
        if leg.sink is not None:
            self._unhear(leg.sink)

    def _unhear(self, leg: Leg) -> None:
        """Take from a leg what it hears: clips, another leg, or a room."""
        leg.end_flows()
        self.playback.stop(leg)
        if leg.taps:
            self.conferences.leave(leg)
        speaker = leg.hears
        if speaker is not None:
            leg.hears = speaker.sink = None
            self._review(speaker)

    def _digit_received(self, name: str, digit: Digit) -> None:
        self._tell(control.DigitReceived(name, digit.digit, digit.duration_ms))
        for each in self.conferences.hear_digits_of(self._legs[name]) if name in self._legs else ():
            keys = control.SendDigits(each.name, digit.digit, digit.duration_ms, 0)
            self.digits.execute(each, keys, monotonic())

    def _source_learnt(self, leg: Leg) -> None:
        leg.aim()
        self.reporter.watch(leg, monotonic())
