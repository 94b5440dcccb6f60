"""Who makes audio flow, by the settings: this machine's workers alone, or rtpengines with them behind."""

from __future__ import annotations

import os

from control.listening import media_addresses
from control.settings import Settings
from pbx.plane.local import LocalPlane
from pbx.plane.protocol import Plane
from pbx.plane.rtpengine.engine import Engine
from pbx.plane.rtpengine.plane import RtpenginePlane


def media_plane(settings: Settings) -> Plane:
    """The plane, not started yet. Raises ValueError where there are too few ports."""
    ports = settings.media_ports
    workers = LocalPlane(
        (ports.low, ports.high),
        settings.media_workers,
        settings.data / "clips",
        media_addresses(settings),
        settings.audio_measure_s,
        sources=settings.media_sources,
    )
    if not settings.rtpengine:
        return workers
    boot = os.urandom(6).hex()
    engines = [Engine(at.host, at.port, f"{boot}{number}") for number, at in enumerate(settings.rtpengine)]
    return RtpenginePlane(engines, workers, settings.rtpengine_digits, settings.audio_measure_s)
