"""A plane with real workers, and what a test needs around it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from pbx.media import g711
from pbx.media.ears import SoundChange
from pbx.media.g711 import PCMU, Samples
from pbx.plane.addresses import LOOPBACK, MediaAddress
from pbx.plane.local import MEASURE_S, LocalPlane
from pbx.plane.protocol import MediaKeys, MediaPort, MediaQuality, MediaStats
from pbx.plane.spool import read_spool
from tests.live.harness.ports import free_block
from tests.live.plane.phone import HOST, PATIENCE_S, Phone

LEGS = ("caller", "agent")
LOOPBACK_6 = MediaAddress("::1", "::1")

PORTS = free_block(200)
"""The first of 200 ports that are this test process's own."""


def channels(path: Path, key: bytes | None = None) -> tuple[Samples, Samples]:
    """What a recording holds, left and right."""
    found = read_spool(str(path))
    audio = b"".join(found.pieces(key))
    return g711.decode(audio[0::2], found.law), g711.decode(audio[1::2], found.law)


class Listener:
    """Keeps what the plane told, and lets a test wait for it."""

    def __init__(self) -> None:
        self.ended: list[str] = []
        self.digits: list[tuple[str, str, int]] = []
        self.sounds: list[tuple[str, SoundChange]] = []
        self.cadences: dict[str, tuple[int, ...]] = {}
        self.recordings: list[tuple[str, str, float]] = []
        self.failures: list[tuple[str, str]] = []
        self.measurements: list[MediaQuality] = []
        self.stats: list[MediaStats] = []
        self.probes: list[MediaStats] = []
        self._news = asyncio.Event()

    def clips_ended(self, leg: str) -> None:
        self.ended.append(leg)
        self._news.set()

    def digit_received(self, leg: str, digit: str, duration_ms: int) -> None:
        self.digits.append((leg, digit, duration_ms))
        self._news.set()

    def sounds_heard(self, leg: str, sounds: tuple[SoundChange, ...]) -> None:
        self.sounds += [(leg, sound) for sound in sounds]
        self._news.set()

    def listening_ended(self, leg: str, listened_ms: int, cadence: tuple[int, ...], noise_dbm0: float) -> None:
        self.cadences[leg] = cadence
        self._news.set()

    def recorded(self, leg: str, path: str, seconds: float) -> None:
        self.recordings.append((leg, path, seconds))
        self._news.set()

    def measured(self, quality: MediaQuality) -> None:
        self.measurements.append(quality)
        self._news.set()

    def audio_failed(self, leg: str, reason: str) -> None:
        self.failures.append((leg, reason))
        self._news.set()

    def closed(self, stats: MediaStats) -> None:
        (self.probes if stats.leg.startswith("probe") else self.stats).append(stats)
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


class House:
    """A plane with one worker, and phones connected to it."""

    def __init__(self, clips: Path, pairs: int = 50, workers: int = 1, measure_s: float = MEASURE_S) -> None:
        self.listener = Listener()
        ports = (PORTS, PORTS + 2 * pairs - 1)
        self.plane = LocalPlane(ports, workers, clips, (LOOPBACK, LOOPBACK_6), measure_s)
        self.phones: list[Phone] = []

    async def phone(
        self, law: int = PCMU, dtmf_type: int | None = None, keys: MediaKeys | None = None, host: str = HOST
    ) -> Phone:
        phone = await Phone(law, dtmf_type, keys, host).plug_in()
        self.phones.append(phone)
        return phone

    async def __aenter__(self) -> House:
        await self.plane.start(self.listener)
        return self

    async def __aexit__(self, *_: object) -> None:
        for phone in self.phones:
            phone.unplug()
        await self.plane.stop()

    async def in_force(self, near: str = "caller") -> None:
        """Wait until the worker of a leg has carried out what was asked so far; it answers in order."""
        probes = self.listener.probes
        count = len(probes)
        probe = f"probe{count}"
        self.plane.open(probe, near=near)
        self.plane.close(probe)
        await self.listener.until(lambda: len(probes) > count)

    async def all_in_force(self) -> None:
        """The same for the workers of both legs of a pair; twice, for what one of them sends the other."""
        for _ in range(2):
            for leg in LEGS:
                await self.in_force(leg)

    async def taken_in(self, packets: int) -> None:
        """Wait until a worker has read that many packets of one socket; it reads one of each in a turn."""
        for _ in range(packets):
            await self.in_force()

    async def plane_serves(self) -> None:
        """Wait until a worker runs again."""
        for _ in range(round(PATIENCE_S / 0.05)):
            if self.plane.worker_pids:
                return
            await asyncio.sleep(0.05)
        raise TimeoutError

    async def pair(self, *phones: Phone, near: str | None = "caller") -> tuple[Phone, Phone, MediaPort, MediaPort]:
        """A caller and an agent, each connected with a leg of that name; not bridged yet.

        With two workers and ``near`` None, each is on a worker of its own.
        """
        caller, agent = phones or (await self.phone(), await self.phone())
        ports = self.plane.open("caller", host=caller.host), self.plane.open("agent", near=near, host=agent.host)
        for leg, phone in zip(LEGS, (caller, agent), strict=True):
            self.plane.connect(leg, phone.media())
        return caller, agent, *ports
