"""The plane made of rtpengines at the edge, with this machine's workers behind them as the studio.

An rtpengine has the port that a phone sends to, secures and opens its audio, and relays it. What needs to be heard,
made or mixed here (music, recordings, conferences, digits in tones) is done by a local worker, to whom the phone is
just another one at the inner side of its pair. Two phones that talk with each other, understand each other's packets
and need nothing else are tied pair to pair: no worker sees their audio.

A leg for which no rtpengine has a pair ready is a local worker's from its beginning, as if there were no rtpengines.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from pbx.media.ears import SoundChange
from pbx.plane.local import MEASURE_S, LocalPlane, PlaneFailed
from pbx.plane.protocol import (
    EVERYBODY,
    MediaListener,
    MediaPort,
    MediaQuality,
    MediaStats,
    RemoteMedia,
)
from pbx.plane.rtpengine.counting import Counting
from pbx.plane.rtpengine.describe import NOWHERE
from pbx.plane.rtpengine.digits_log import DigitsLog
from pbx.plane.rtpengine.engine import Engine
from pbx.plane.rtpengine.figures import stats_of
from pbx.plane.rtpengine.seat import Seat, alike
from pbx.sdp.dtls import Fingerprint

log = logging.getLogger(__name__)

SETTLE_S = 1.0
"""How long a phone hears a worker at least before it is tied. Another stream that follows sooner, before a phone's
jitter buffer has begun to play the first, is thrown away by some as too late (baresip 1.0 does so for good)."""

DIGITS, LISTEN, RECORD, RECORD_CALL = "digits", "listen", "record", "record_call"
"""What a worker does for a leg beside letting it hear."""


class RtpenginePlane:
    """A ``Plane``; see ``protocol`` for what each method promises."""

    def __init__(
        self,
        engines: Sequence[Engine],
        local: LocalPlane,
        digits_at: tuple[str, int] | None = None,
        measure_s: float = MEASURE_S,
    ) -> None:
        """``digits_at``: where the rtpengines tell the digits of phones that are tied.

        Without that nobody is tied, for a digit that nobody hears of may be the one that stops a recording. What comes
        from those who are tied is counted every ``measure_s`` seconds.
        """
        self._engines = tuple(engines)
        self._local = local
        self._digits_at = digits_at
        self._digits = DigitsLog(self._digit_of_pair)
        self._seats: dict[str, Seat] = {}
        self._leg_of: dict[str, str] = {}
        """The leg that has each pair."""
        self._counting = Counting(self._seats, lambda quality: self._told_to.measured(quality), measure_s)
        self._counts: asyncio.Task[None] | None = None
        self._closing: set[asyncio.Task[None]] = set()
        self._listener: MediaListener | None = None

    @property
    def certificate(self) -> Fingerprint | None:
        """That of the local workers; an rtpengine's port has an identity of its own."""
        return self._local.certificate

    async def start(self, listener: MediaListener) -> None:
        """Start the workers and reach for the rtpengines; one that is away is used once it answers."""
        self._listener = listener
        await self._local.start(self)
        try:
            if self._digits_at is not None:
                await self._digits.open(*self._digits_at)
            await asyncio.gather(*(engine.start() for engine in self._engines))
            if self._digits_at is not None:
                self._counts = asyncio.create_task(self._counting.run())
        except OSError as error:
            await self.stop()
            raise PlaneFailed(f"rtpengine: {error.strerror or error}") from None

    async def stop(self) -> None:
        if self._counts is not None:
            self._counts.cancel()
        for leg in tuple(self._seats):
            self.close(leg)
        while self._closing:
            await asyncio.wait(self._closing)
        self._digits.close()
        for engine in self._engines:
            await engine.stop()
        await self._local.stop()

    async def settled(self) -> None:
        """Return once the rtpengines were told everything so far."""
        await asyncio.gather(*(seat.pair.settled() for seat in self._seats.values()))

    # Legs

    def open(self, leg: str, *, near: str | None = None, host: str = "") -> MediaPort:
        seat = self._seats.get(leg)
        if seat is None and not self._local.holds(leg):
            seat = self._take_seat(leg, near)
        return self._local.open(leg, near=near, host=host) if seat is None else seat.pair.port

    def _take_seat(self, leg: str, near: str | None) -> Seat | None:
        """Take a pair, best of the rtpengine that has the leg ``near``, else of the one with the least to do."""
        neighbour = self._seats.get(near) if near is not None else None
        engines = sorted(self._engines, key=lambda one: one.in_use)
        if neighbour is not None:
            engines.insert(0, neighbour.engine)
        for engine in engines:
            if (pair := engine.take()) is not None:
                seat = self._seats[leg] = Seat(engine, pair)
                self._leg_of[pair.call_id] = leg
                return seat
        return None

    def connect(self, leg: str, remote: RemoteMedia, *, host: str = "") -> None:
        seat = self._seats.get(leg)
        if seat is None:
            self._local.connect(leg, remote, host=host)
            return
        seat.pair.lead(remote)
        if seat.studio and (inside := seat.inside) is not None:
            self._local.connect(leg, inside)
        other = seat.tied
        if other is not None and not alike(remote, self._seats[other].pair.remote):
            self.bridge(leg, other)

    def close(self, leg: str) -> None:
        seat = self._seats.get(leg)
        if seat is None:
            self._local.close(leg)
        elif not seat.closing:
            seat.closing = True
            self._untie(leg)
            if seat.studio:
                self._local.close(leg)  # its recordings are told before the leg is
            else:
                self._leave(leg, seat)

    def _leave(self, leg: str, seat: Seat) -> None:
        task = asyncio.get_running_loop().create_task(self._give_back(leg, seat))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def _give_back(self, leg: str, seat: Seat) -> None:
        figures = await seat.pair.drop()
        seat.engine.gave_back()
        del self._seats[leg], self._leg_of[seat.pair.call_id]
        self._told_to.closed(stats_of(leg, figures))

    def ports_in_use(self) -> int:
        return self._local.ports_in_use() + len(self._seats)

    # Who hears whom

    def bridge(self, leg: str, other: str) -> None:
        seats = self._seats.get(leg), self._seats.get(other)
        for each in (leg, other):
            self._untie(each)
        for seat, partner in zip(seats, (other, leg), strict=True):
            if seat is not None:
                seat.partner = partner
        if self._may_tie(*seats):
            loop = asyncio.get_running_loop()
            settled_at = max(seat.entered_at for seat in seats if seat is not None) + SETTLE_S
            if settled_at <= loop.time():
                self._tie(leg, other)
                return
            loop.call_at(settled_at, self._tie_yet, leg, other)
        self._enter(leg)
        self._enter(other)
        self._local.bridge(leg, other)

    def _tie_yet(self, leg: str, other: str) -> None:
        """Tie two who talk by way of the workers, if they still do."""
        seat, two = self._seats.get(leg), self._seats.get(other)
        if seat is not None and two is not None and (seat.partner, two.partner) == (other, leg) and not seat.tied:
            self.bridge(leg, other)

    def _may_tie(self, one: Seat | None, other: Seat | None) -> bool:
        if one is None or other is None or one is other or self._digits_at is None:
            return False
        return not one.tasks and not other.tasks and alike(one.pair.remote, other.pair.remote)

    def _tie(self, leg: str, other: str) -> None:
        one, two = self._seats[leg], self._seats[other]
        for each, seat in ((leg, one), (other, two)):
            if seat.studio:
                self._local.silence(each)
        one.tied, two.tied = other, leg
        one.pair.face(two.pair.inner)
        two.pair.face(one.pair.inner)

    def _untie(self, leg: str) -> str | None:
        """Part two legs that are tied; the other one."""
        seat = self._seats.get(leg)
        other = seat.tied if seat is not None else None
        if seat is not None:
            seat.partner = None
        if seat is not None and other is not None:
            two = self._seats[other]
            seat.tied = two.tied = two.partner = None
            seat.pair.face(NOWHERE)
            two.pair.face(NOWHERE)
        return other

    def _enter(self, leg: str) -> None:
        """Let a leg be in the studio, where the workers hear it and are heard."""
        seat = self._seats.get(leg)
        if seat is None or seat.closing:
            return
        studio = self._local.open(leg, host=seat.pair.inner.host)
        if not seat.studio:
            seat.studio, seat.entered_at = True, asyncio.get_running_loop().time()
        if (inside := seat.inside) is not None:
            self._local.connect(leg, inside)
        seat.pair.face(studio)

    def _work(self, leg: str, task: str) -> None:
        """A worker is to do something for a leg: two that are tied go on by way of the workers."""
        seat = self._seats.get(leg)
        if seat is None:
            return
        seat.tasks.add(task)
        other = seat.tied
        if other is not None:
            self.bridge(leg, other)
        elif not seat.studio:
            self._enter(leg)

    def _rest(self, leg: str, task: str) -> None:
        seat = self._seats.get(leg)
        if seat is not None:
            seat.tasks.discard(task)

    def _alone(self, leg: str) -> None:
        """What a leg hears now ends, and its worker is about to say what it hears instead."""
        self._untie(leg)
        self._enter(leg)

    def play(self, leg: str, clips: tuple[str, ...], *, loop: bool, from_s: float = 0.0) -> None:
        self._alone(leg)
        self._local.play(leg, clips, loop=loop, from_s=from_s)

    def join(self, leg: str, room: str, *, heard_by: str = EVERYBODY, tones: bool = True, digits: bool = False) -> None:
        self._alone(leg)
        self._local.join(leg, room, heard_by=heard_by, tones=tones, digits=digits)

    def speak_to(self, leg: str, heard_by: str) -> None:
        self._local.speak_to(leg, heard_by)

    def chime(self, leg: str, clip: str) -> None:
        self._local.chime(leg, clip)

    def echo(self, leg: str) -> None:
        self._alone(leg)
        self._local.echo(leg)

    def silence(self, leg: str) -> None:
        self._untie(leg)
        self._local.silence(leg)

    # What else is done with a leg's audio

    def record(self, leg: str, path: str, *, max_s: float, silence_s: float | None = None) -> None:
        self._work(leg, RECORD)
        self._local.record(leg, path, max_s=max_s, silence_s=silence_s)

    def stop_recording(self, leg: str) -> None:
        self._local.stop_recording(leg)

    def record_call(
        self, leg: str, path: str, *, note: str = "", key: bytes | None = None, beep_s: float | None = None
    ) -> None:
        self._work(leg, RECORD_CALL)
        self._local.record_call(leg, path, note=note, key=key, beep_s=beep_s)

    def pause_call_recording(self, leg: str, paused: bool) -> None:
        self._local.pause_call_recording(leg, paused)

    def stop_call_recording(self, leg: str) -> None:
        self._rest(leg, RECORD_CALL)
        self._local.stop_call_recording(leg)

    def send_digits(self, leg: str, digits: str, *, duration_ms: int = 160, pause_ms: int = 100) -> None:
        self._work(leg, DIGITS)
        self._local.send_digits(leg, digits, duration_ms=duration_ms, pause_ms=pause_ms)

    def heed_digits(self, leg: str, wanted: bool) -> None:
        if wanted:
            self._work(leg, DIGITS)
        else:
            self._rest(leg, DIGITS)
        self._local.heed_digits(leg, wanted)

    def listen_for(self, leg: str) -> None:
        self._work(leg, LISTEN)
        self._local.listen_for(leg)

    def stop_listening(self, leg: str) -> None:
        self._rest(leg, LISTEN)
        self._local.stop_listening(leg)

    # What the workers, and the rtpengines, tell

    @property
    def _told_to(self) -> MediaListener:
        assert self._listener is not None, "the plane was not started"
        return self._listener

    def clips_ended(self, leg: str) -> None:
        self._told_to.clips_ended(leg)

    def digit_received(self, leg: str, digit: str, duration_ms: int) -> None:
        self._told_to.digit_received(leg, digit, duration_ms)

    def recorded(self, leg: str, path: str, seconds: float) -> None:
        self._rest(leg, RECORD)
        self._told_to.recorded(leg, path, seconds)

    def sounds_heard(self, leg: str, sounds: tuple[SoundChange, ...]) -> None:
        self._told_to.sounds_heard(leg, sounds)

    def listening_ended(self, leg: str, listened_ms: int, cadence: tuple[int, ...], noise_dbm0: float) -> None:
        self._rest(leg, LISTEN)
        self._told_to.listening_ended(leg, listened_ms, cadence, noise_dbm0)

    def audio_failed(self, leg: str, reason: str) -> None:
        self._told_to.audio_failed(leg, reason)

    def measured(self, quality: MediaQuality) -> None:
        """The audio of a leg that is tied does not come by a worker, who would take that for silence."""
        seat = self._seats.get(quality.leg)
        if seat is None or seat.tied is None:
            self._told_to.measured(quality)

    def closed(self, stats: MediaStats) -> None:
        seat = self._seats.get(stats.leg)
        if seat is None:
            self._told_to.closed(stats)
        elif seat.closing:
            self._leave(stats.leg, seat)
        else:
            seat.studio = False  # its worker died: another takes its place as soon as there is something to do
            seat.pair.face(NOWHERE)

    def _digit_of_pair(self, call_id: str, digit: str, duration_ms: int) -> None:
        """An rtpengine told a digit of a pair's far side; those of legs in the studio are told by their workers."""
        leg = self._leg_of.get(call_id)
        if leg is not None and self._seats[leg].tied is not None:
            self._told_to.digit_received(leg, digit, duration_ms)
