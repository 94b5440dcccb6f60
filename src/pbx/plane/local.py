"""The plane made of this machine's own media workers.

Ports are kept in books here, so that ``open`` answers at once; each worker owns a slice of the range, whichever of our
addresses a port is used on. All else is
posted to the worker that holds the leg. When a worker dies its legs are told closed, and another takes its place and
its slice.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from itertools import count
from pathlib import Path

from pbx.plane import control
from pbx.plane.addresses import LOOPBACK, MediaAddress, address_for
from pbx.plane.book import PortBook
from pbx.plane.certificate import make_certificate
from pbx.plane.clips import furnish
from pbx.plane.failures import IN_WORDS
from pbx.plane.maker import Maker
from pbx.plane.protocol import EVERYBODY, MediaListener, MediaPort, MediaStats, PlaneFull, RemoteMedia
from pbx.plane.rooms import Rooms
from pbx.plane.source import MediaSources
from pbx.plane.spool import seconds_of
from pbx.plane.ties import TieLines
from pbx.sdp.dtls import Fingerprint

log = logging.getLogger(__name__)

PATIENCE_S = 3.0
"""How long a worker may take to end before it is killed."""

START_S = 20.0
"""How long a worker may take to start."""

MEASURE_S = 5.0
"""Between two measurements of a leg's audio."""

RESPAWN_S = 1.0
"""The pause before a worker that did not even live this long is started again."""


class PlaneFailed(Exception):
    """The plane cannot start; one line says why."""


class LocalPlane:
    """A ``Plane`` of worker processes; see ``protocol`` for what each method promises."""

    def __init__(
        self,
        port_range: tuple[int, int],
        workers: int,
        clips_dir: Path,
        addresses: tuple[MediaAddress, ...] = (LOOPBACK,),
        measure_s: float = MEASURE_S,
        sources: MediaSources = MediaSources.NAT,
    ) -> None:
        """``port_range`` from its lowest to its highest UDP port, divided among the workers.

        Each leg's audio is measured every ``measure_s`` seconds. ``sources`` says who may be heard.

        Raises ValueError when there is no port pair for each worker.
        """
        low, high = port_range
        share = (high - low + 1) // workers if workers > 0 else 0
        if share < 3 or not 0 < low < high < 65536:
            raise ValueError(f"media ports {low}-{high} do not hold a pair for each of {workers} workers")
        self._books = [PortBook(low + i * share, low + (i + 1) * share - 1) for i in range(workers)]
        self._clips_dir = clips_dir
        self._addresses = addresses
        self._measure_s = measure_s
        self._sources = sources
        self._own = make_certificate()
        self._makers: list[Maker] = []
        self._legs: dict[str, Maker] = {}
        self._ties = TieLines()
        self._rooms = Rooms()
        self._playing: dict[str, int] = {}  # the number of the clips that each leg hears
        self._plays = count(1)
        self._listener: MediaListener | None = None
        self._running = False
        self._respawns: set[asyncio.Task[None]] = set()

    @property
    def certificate(self) -> Fingerprint:
        return self._own.fingerprint

    @property
    def worker_pids(self) -> tuple[int, ...]:
        """The processes that make audio now."""
        return tuple(maker.pid for maker in self._makers if maker.alive)

    async def start(self, listener: MediaListener) -> None:
        """Write the clips that are absent, and start the workers. Raises PlaneFailed."""
        self._listener = listener
        self._loop = asyncio.get_running_loop()
        try:
            await asyncio.to_thread(furnish, self._clips_dir)
            for book in self._books:
                self._makers.append(self._spawn(book))
        except OSError as error:
            await self.stop()
            raise PlaneFailed(f"media workers: {error}") from None
        _, waiting = await asyncio.wait([maker.ready for maker in self._makers], timeout=START_S)
        if waiting or not all(maker.alive for maker in self._makers):
            await self.stop()
            raise PlaneFailed("media workers: one did not start")
        self._running = True

    async def stop(self) -> None:
        """End the workers; legs that are still open are told closed, with their figures."""
        self._running = False
        for respawn in self._respawns:
            respawn.cancel()
        for leg, maker in self._legs.items():
            maker.post(control.Close(leg))
        alive = [maker for maker in self._makers if maker.alive]
        for maker in alive:
            maker.finish()
        if alive:
            await asyncio.wait([maker.gone for maker in alive], timeout=PATIENCE_S)
        for maker in self._makers:
            await asyncio.to_thread(maker.reap, 0.0 if maker.alive else PATIENCE_S)
            await maker.gone
        self._makers = []

    def holds(self, leg: str) -> bool:
        """Whether a worker has a leg."""
        return leg in self._legs

    def open(self, leg: str, *, near: str | None = None, host: str = "") -> MediaPort:
        """Take a port pair. Raises PlaneFull."""
        address = address_for(self._addresses, host)
        maker = self._legs.get(leg)
        if maker is not None and (port := maker.legs[leg].get(address.told)) is not None:
            return MediaPort(address.told, port)
        maker = maker or self._maker_near(near)
        port = None if maker is None else maker.book.take(self._loop.time())
        if maker is None or port is None:
            raise PlaneFull(f"all {sum(len(book) for book in self._books)} port pairs are taken")
        self._legs[leg] = maker
        maker.legs.setdefault(leg, {})[address.told] = port
        maker.post(control.Open(leg, port, address.bound))
        return MediaPort(address.told, port)

    def _maker_near(self, leg: str | None) -> Maker | None:
        """The one that holds a leg, else the one with the most room; None where there is no room anywhere."""
        neighbour = self._legs.get(leg) if leg is not None else None
        return neighbour or min(
            (maker for maker in self._makers if maker.alive and maker.book.taken < len(maker.book)),
            key=lambda maker: maker.book.taken / len(maker.book),
            default=None,
        )

    def connect(self, leg: str, remote: RemoteMedia, *, host: str = "") -> None:
        maker = self._legs.get(leg)
        if maker is not None:
            ports = maker.legs[leg]
            port = ports.get(host) or next(iter(ports.values()))
            maker.post(control.Connect(leg, remote, port))

    def play(self, leg: str, clips: tuple[str, ...], *, loop: bool, from_s: float = 0.0) -> None:
        if leg not in self._legs:
            return
        if self._rooms.leave(leg):
            self._ties.part(leg)
        self._ties.plays(leg)
        number = self._playing[leg] = next(self._plays)
        self._post(leg, control.Play(leg, clips, loop, number, from_s))

    def bridge(self, leg: str, other: str) -> None:
        maker, other_maker = self._legs.get(leg), self._legs.get(other)
        if maker is None or other_maker is None:
            return
        for each in (leg, other):
            self._depart(each)
        if maker is other_maker:
            maker.post(control.Bridge(leg, other))
        else:
            self._tie(leg, lambda: self._ties.bridge(leg, maker, other, other_maker))

    def join(self, leg: str, room: str, *, heard_by: str = EVERYBODY, tones: bool = True, digits: bool = False) -> None:
        maker = self._legs.get(leg)
        if maker is None:
            return
        place = self._rooms.place_of(leg)
        if place is not None and place.room.name == room:
            self.speak_to(leg, heard_by)
            return
        self._depart(leg)
        place = self._rooms.enter(leg, room, maker, heard_by, tones, digits)
        if maker is place.room.maker:
            maker.post(control.Join(leg, room, leg, heard_by, tones, digits))
        else:
            self._tie(leg, lambda: self._ties.join(leg, maker, place))

    def speak_to(self, leg: str, heard_by: str) -> None:
        place = self._rooms.place_of(leg)
        if place is not None and place.heard_by != heard_by:
            place.heard_by = heard_by
            place.room.maker.post(control.SpeakTo(place.end, heard_by))

    def chime(self, leg: str, clip: str) -> None:
        place = self._rooms.place_of(leg)
        if place is not None:
            place.room.maker.post(control.Chime(place.end, clip))

    def record(self, leg: str, path: str, *, max_s: float, silence_s: float | None = None) -> None:
        self._record(control.Record(leg, path, max_s, silence_s))

    def stop_recording(self, leg: str) -> None:
        self._post(leg, control.StopRecording(leg))

    def record_call(
        self, leg: str, path: str, *, note: str = "", key: bytes | None = None, beep_s: float | None = None
    ) -> None:
        self._record(control.RecordCall(leg, path, note, key, beep_s))

    def pause_call_recording(self, leg: str, paused: bool) -> None:
        self._post(leg, control.PauseCallRecording(leg, paused))

    def stop_call_recording(self, leg: str) -> None:
        self._post(leg, control.StopCallRecording(leg))

    def send_digits(self, leg: str, digits: str, *, duration_ms: int = 160, pause_ms: int = 100) -> None:
        self._post(leg, control.SendDigits(leg, digits, duration_ms, pause_ms))

    def heed_digits(self, leg: str, wanted: bool) -> None:
        self._post(leg, control.HeedDigits(leg, wanted))

    def listen_for(self, leg: str) -> None:
        self._post(leg, control.ListenFor(leg))

    def stop_listening(self, leg: str) -> None:
        self._post(leg, control.StopListening(leg))

    def echo(self, leg: str) -> None:
        self._depart(leg)
        self._post(leg, control.Echo(leg))

    def silence(self, leg: str) -> None:
        self._playing.pop(leg, None)
        if self._rooms.leave(leg):
            self._ties.part(leg)
        self._ties.quieten(leg)
        self._post(leg, control.Silence(leg))

    def close(self, leg: str) -> None:
        self._depart(leg)
        self._post(leg, control.Close(leg))

    def ports_in_use(self) -> int:
        return sum(book.taken for book in self._books)

    def _record(self, command: control.Record | control.RecordCall) -> None:
        maker = self._legs.get(command.leg)
        if maker is not None:
            maker.recordings.append((command.leg, command.path))
            maker.post(command)

    def _depart(self, leg: str) -> None:
        """A leg leaves its room, its line to another worker, and the clips that it hears."""
        self._playing.pop(leg, None)
        self._rooms.leave(leg)
        self._ties.part(leg)

    def _tie(self, leg: str, lay: Callable[[], None]) -> None:
        try:
            lay()
        except OSError as error:
            log.error("leg %s cannot be tied to another media worker: %s", leg, error)

    def _post(self, leg: str, command: control.Command) -> None:
        """Tell the maker of a leg; a leg that is gone is passed over."""
        maker = self._legs.get(leg)
        if maker is not None:
            maker.post(command)

    def _spawn(self, book: PortBook) -> Maker:
        maker = Maker(book, self._clips_dir, self._reported, self._ended, self._measure_s)
        maker.post(control.Identify(self._own, self._sources))
        return maker

    def _reported(self, maker: Maker, report: control.Report) -> None:
        assert self._listener is not None
        match report:
            case control.Closed():
                self._close(maker, report.stats)
            case control.DigitReceived():
                if report.leg in self._legs:  # or it is an end of a tie line, and was told at the other
                    self._listener.digit_received(report.leg, report.digit, report.duration_ms)
            case control.ClipsEnded():
                if self._playing.get(report.leg) == report.number:  # else others have taken their place
                    del self._playing[report.leg]
                    self._listener.clips_ended(report.leg)
            case control.Measured():
                for quality in report.qualities:
                    if quality.leg in self._legs:
                        self._listener.measured(quality)
            case control.Recorded():
                self._recorded(maker, report.leg, report.path, report.seconds)
            case control.SoundsHeard():
                self._listener.sounds_heard(report.leg, report.sounds)
            case control.ListeningEnded():
                self._listener.listening_ended(report.leg, report.listened_ms, report.cadence, report.noise_dbm0)
            case control.Ready():
                maker.ready.set_result(True)
            case control.PortRefused():
                maker.refused.add(report.port)
                log.warning("media ports %d-%d cannot be used: %s", report.port, report.port + 1, report.reason)
            case control.AudioFailed():
                log.warning("leg %s has no audio: %s", report.leg, IN_WORDS[report.reason])
                if report.leg in self._legs:
                    self._listener.audio_failed(report.leg, report.reason)
            case control.Trouble():
                log.warning("media worker %d: %s", maker.pid, report.text)

    def _close(self, maker: Maker, stats: MediaStats) -> None:
        """Tell a leg closed, unless it was: a second ``close`` is answered, too."""
        assert self._listener is not None
        ports = maker.legs.pop(stats.leg, None)
        if ports is not None:
            del self._legs[stats.leg]
            self._playing.pop(stats.leg, None)
            for port in ports.values():
                # A pair that another program holds is the last choice, as one that may still be sent to is.
                silent = stats.source is None and not stats.foreign and port not in maker.refused
                maker.refused.discard(port)
                maker.book.give(port, self._loop.time(), silent=silent)
            self._listener.closed(stats)

    def _recorded(self, maker: Maker, leg: str, path: str, seconds: float) -> None:
        assert self._listener is not None
        maker.recordings.remove((leg, path))
        self._listener.recorded(leg, path, seconds)

    def _ended(self, maker: Maker) -> None:
        """A worker ended: its recordings and legs are over, and while the plane runs another takes its place."""
        for leg, path in tuple(maker.recordings):
            self._recorded(maker, leg, path, seconds_of(path))
        lost = list(maker.legs)
        for leg in lost:
            self._depart(leg)
            self._close(maker, control.no_audio(leg))
        if self._running:
            for place in self._rooms.orphans(maker):
                self.join(place.leg, place.room.name, heard_by=place.heard_by, tones=place.tones, digits=place.digits)
            log.error("media worker %d died with %d legs; another takes its place", maker.pid, len(lost))
            respawn = self._loop.create_task(self._replace(maker))
            self._respawns.add(respawn)
            respawn.add_done_callback(self._respawns.discard)

    async def _replace(self, maker: Maker) -> None:
        """Start another worker, not sooner than a second after the last one was started."""
        lived_s = self._loop.time() - maker.started_at
        await asyncio.to_thread(maker.reap, PATIENCE_S)
        while True:
            await asyncio.sleep(max(0.0, RESPAWN_S - lived_s))
            try:
                self._makers[self._makers.index(maker)] = self._spawn(maker.book)
            except OSError as error:
                log.error("a media worker cannot be started: %s", error)
                lived_s = 0.0
            else:
                return
