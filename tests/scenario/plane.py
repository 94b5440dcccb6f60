"""An audio plane without audio: it keeps books of what call control asked of it."""

from __future__ import annotations

from itertools import count
from typing import Any

from pbx.media.ears import SoundChange
from pbx.media.sound import Sound
from pbx.plane.addresses import MediaAddress, address_for
from pbx.plane.protocol import (
    EVERYBODY,
    MediaListener,
    MediaPort,
    MediaQuality,
    MediaStats,
    PlaneFull,
    RemoteMedia,
)
from pbx.sdp.dtls import Fingerprint


class FakePlane:
    """A ``pbx.plane.protocol.Plane``; ``tell_closed`` gives the final figures of the legs closed so far."""

    def __init__(self, capacity: int = 100, hosts: tuple[str, ...] = ("192.0.2.1",)) -> None:
        """``hosts``: our own addresses."""
        self.capacity = capacity
        self.certificate: Fingerprint | None = Fingerprint("sha-256", bytes(range(32)))
        self.addresses = tuple(MediaAddress(host, host) for host in hosts)
        self.listener: MediaListener | None = None
        self.ports: dict[str, MediaPort] = {}
        """The port of each leg that is in use: the one its far side was told, where it has several."""
        self.opened: dict[str, dict[str, MediaPort]] = {}
        """All of them, by our address."""
        self.remotes: dict[str, RemoteMedia] = {}
        self.heard: dict[str, str] = {}
        """What each leg hears now: ``music*`` for a clip in a loop, ``echo``, ``room NAME``, or the leg it is bridged
        with."""
        self.speaks_to: dict[str, str] = {}
        """By whom each leg is, or was last, heard in a room."""
        self.chimes: list[tuple[str, str]] = []
        self.recording: dict[str, str] = {}
        """The path to which each leg is recorded now."""
        self.call_recording: dict[str, str] = {}
        """The path of the recording of a call that follows each leg, with ``(paused)`` behind it while it is."""
        self.pressed: dict[str, str] = {}
        """The digits that were sent to each leg."""
        self.heeded: set[str] = set()
        """The legs whose tones are listened for."""
        self.listened: set[str] = set()
        """The legs whose speech and tones are told."""
        self._numbers = count(20_000, 2)
        self._closing: list[str] = []

    async def start(self, listener: MediaListener) -> None:
        self.listener = listener

    async def stop(self) -> None:
        self.ports.clear()
        self.opened.clear()

    def open(self, leg: str, *, near: str | None = None, host: str = "") -> MediaPort:
        assert leg not in self._closing
        at = address_for(self.addresses, host).told
        known = self.opened.get(leg, {})
        if at not in known:
            if self.ports_in_use() >= self.capacity:
                raise PlaneFull
            known[at] = MediaPort(at, next(self._numbers))
            self.opened[leg] = known
            self.ports.setdefault(leg, known[at])
        return known[at]

    def connect(self, leg: str, remote: RemoteMedia, *, host: str = "") -> None:
        self.ports[leg] = self.opened[leg].get(host) or self.ports[leg]
        self.remotes[leg] = remote

    def play(self, leg: str, clips: tuple[str, ...], *, loop: bool, from_s: float = 0.0) -> None:
        assert leg in self.ports
        self.heard[leg] = "+".join(clips) + ("*" if loop else "")

    def bridge(self, leg: str, other: str) -> None:
        assert {leg, other} <= set(self.ports)
        self.heard[leg], self.heard[other] = other, leg

    def join(self, leg: str, room: str, *, heard_by: str = EVERYBODY, tones: bool = True, digits: bool = False) -> None:
        assert leg in self.ports
        self.heard[leg] = f"room {room}"
        self.speaks_to[leg] = heard_by

    def speak_to(self, leg: str, heard_by: str) -> None:
        assert leg in self.ports
        self.speaks_to[leg] = heard_by

    def chime(self, leg: str, clip: str) -> None:
        assert leg in self.ports
        self.chimes.append((leg, clip))

    def record(self, leg: str, path: str, *, max_s: float, silence_s: float | None = None) -> None:
        assert leg in self.ports
        self.stop_recording(leg)
        self.recording[leg] = path

    def stop_recording(self, leg: str) -> None:
        self.tell_recorded(leg, 5.0)

    def tell_recorded(self, leg: str, seconds: float) -> None:
        """End a leg's recording, if there is one, as silence, its longest time or its caller would."""
        assert self.listener is not None
        path = self.recording.pop(leg, None)
        if path is not None:
            self.listener.recorded(leg, path, seconds)

    def record_call(
        self, leg: str, path: str, *, note: str = "", key: bytes | None = None, beep_s: float | None = None
    ) -> None:
        assert leg in self.ports
        self.stop_call_recording(leg)
        self.call_recording[leg] = path

    def pause_call_recording(self, leg: str, paused: bool) -> None:
        path = self.call_recording[leg].removesuffix(" (paused)")
        self.call_recording[leg] = f"{path} (paused)" if paused else path

    def stop_call_recording(self, leg: str) -> None:
        assert self.listener is not None
        path = self.call_recording.pop(leg, None)
        if path is not None:
            self.listener.recorded(leg, path.removesuffix(" (paused)"), 5.0)

    def send_digits(self, leg: str, digits: str, *, duration_ms: int = 160, pause_ms: int = 100) -> None:
        assert leg in self.ports
        self.pressed[leg] = self.pressed.get(leg, "") + digits

    def heed_digits(self, leg: str, wanted: bool) -> None:
        assert leg in self.ports
        (self.heeded.add if wanted else self.heeded.discard)(leg)

    def listen_for(self, leg: str) -> None:
        assert leg in self.ports
        self.stop_listening(leg)
        self.listened.add(leg)

    def stop_listening(self, leg: str) -> None:
        assert self.listener is not None
        if leg in self.listened:
            self.listened.remove(leg)
            self.listener.listening_ended(leg, 1000, (-400, 600), -60.0)

    def hear(self, leg: str, *sounds: SoundChange) -> None:
        """Let these be heard on a leg that is listened to."""
        assert self.listener is not None
        assert leg in self.listened
        self.listener.sounds_heard(leg, sounds)

    def echo(self, leg: str) -> None:
        assert leg in self.ports
        self.heard[leg] = "echo"

    def silence(self, leg: str) -> None:
        other = self.heard.pop(leg, "")
        if self.heard.get(other) == leg:
            del self.heard[other]

    def close(self, leg: str) -> None:
        assert leg in self.ports
        assert leg not in self._closing, "a leg closes once"
        self._closing.append(leg)

    def ports_in_use(self) -> int:
        return sum(map(len, self.opened.values()))

    def press(self, leg: str, digits: str) -> None:
        """A leg sends digits, one after another."""
        assert self.listener is not None
        for digit in digits:
            self.listener.digit_received(leg, digit, 100)

    def end_clips(self, leg: str) -> None:
        """A leg has heard its clips to their end."""
        assert self.listener is not None
        assert not self.heard.pop(leg).endswith("*"), "a loop has no end"
        self.listener.clips_ended(leg)

    def measure(self, leg: str, packets: int = 250, sound: Sound = Sound.VOICE, **figures: Any) -> None:
        """Five seconds of a leg's audio are measured; ``figures`` as in ``MediaQuality``."""
        assert self.listener is not None
        plain: dict[str, Any] = {
            "lost": 0, "jitter_ms": 1.0, "mos": 4.4 if packets else None, "round_trip_ms": None, "remote_loss": None,
            "remote_jitter_ms": 0.0, "remote_mos": None, "reports": 0,
        }  # fmt: skip
        self.listener.measured(MediaQuality(leg=leg, seconds=5.0, packets=packets, sound=sound, **plain | figures))

    def tell_closed(self) -> None:
        """Free the ports of the closed legs and tell their figures."""
        assert self.listener is not None
        while self._closing:
            leg = self._closing.pop(0)
            self.tell_recorded(leg, 5.0)
            self.stop_call_recording(leg)
            self.stop_listening(leg)
            del self.ports[leg], self.opened[leg]
            self.heard.pop(leg, None)
            self.listener.closed(MediaStats(leg, 500, 80_000, 501, 2, 1.5, 0, 3, 2.5, ("192.0.2.9", 4000)))
