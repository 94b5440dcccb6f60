"""How audio is: told to whoever listens, and counted for Prometheus, with no label that grows with the calls."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import Counter, Histogram
from prometheus_client.core import Metric

from control.cdr import Cdr
from control.realtime.hub import Hub
from control.schemas.quality import LegQuality
from pbx.media_events import TROUBLES, AudioMeasured, AudioTroubled

MOS_BOUNDS = (1.5, 2.0, 2.58, 3.1, 3.6, 4.03, 4.34)
"""Those of user satisfaction (ITU-T G.107 annex B), and two below."""

LOSS_BOUNDS = (0.0, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2)

JITTER_BOUNDS_S = (0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1)


class QualityDesk:
    """Takes what the switch measures."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        name, which = "centrala_audio_", "of what legs sent, each measurement (five seconds of a leg) counted once."
        self._mos = Histogram(f"{name}mos", f"MOS (ITU-T G.107) {which}", buckets=MOS_BOUNDS, registry=None)
        self._loss = Histogram(f"{name}loss", f"Share of packets lost {which}", buckets=LOSS_BOUNDS, registry=None)
        self._jitter = Histogram(f"{name}jitter_seconds", f"Jitter {which}", buckets=JITTER_BOUNDS_S, registry=None)
        self._troubles = Counter(f"{name}troubles", "Troubles with the audio of legs.", ["trouble"], registry=None)
        for trouble in TROUBLES:
            self._troubles.labels(trouble)

    def measured(self, event: AudioMeasured) -> None:
        """A leg was measured."""
        quality = event.quality
        loss = quality.lost / (quality.packets + quality.lost) if quality.lost else 0.0
        if quality.mos is not None:
            self._mos.observe(quality.mos)
            self._loss.observe(loss)
            self._jitter.observe(quality.jitter_ms / 1000)
        if self._hub.awake:
            shown = LegQuality(
                call=event.call,
                leg=quality.leg,
                codec=event.codec,
                packets=quality.packets,
                loss=round(loss, 4),
                jitter_ms=quality.jitter_ms,
                mos=quality.mos,
                round_trip_ms=quality.round_trip_ms,
                remote_loss=quality.remote_loss,
                remote_jitter_ms=quality.remote_jitter_ms,
                remote_mos=quality.remote_mos,
                sound=quality.sound.name.lower(),  # type: ignore[arg-type]
            )
            self._hub.publish("quality", quality.leg, shown)

    def troubled(self, event: AudioTroubled) -> None:
        """Something is wrong with a leg."""
        self._troubles.labels(event.trouble).inc()

    def ended(self, cdr: Cdr) -> None:
        """A call is over: its legs have no quality any more."""
        if self._hub.awake:
            for leg in cdr.legs:
                if leg.mos_mean is not None:
                    self._hub.publish("quality", leg.leg, None)

    def metrics(self) -> Iterator[Metric]:
        """What Prometheus is shown."""
        for one in (self._mos, self._loss, self._jitter, self._troubles):
            yield from one.collect()
