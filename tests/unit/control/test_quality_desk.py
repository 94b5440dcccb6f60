"""How audio is: told to who listens, counted for Prometheus."""

from __future__ import annotations

import json
from typing import Any

import httpx
from msgspec import structs
from tests.unit.control.cdrs import LEG, cdr
from tests.unit.control.fake_centre import FakeCentre

from control.adapters.quality import QualityDesk
from control.realtime.hub import Hub
from control.schemas.live import Snapshot
from pbx.media.sound import Sound
from pbx.media_events import AudioMeasured, AudioTroubled
from pbx.plane.protocol import MediaQuality

AT = 1_700_000_000.0


def measured(**more: Any) -> AudioMeasured:
    figures: dict[str, Any] = {
        "seconds": 5.0, "packets": 238, "lost": 12, "jitter_ms": 21.0, "mos": 3.86, "round_trip_ms": 40.0,
        "remote_loss": None, "remote_jitter_ms": 0.0, "remote_mos": None, "reports": 1, "sound": Sound.VOICE,
    }  # fmt: skip
    return AudioMeasured(AT, "c1", MediaQuality(leg="c1.1", **figures | more), "PCMU")


async def test_a_listener_is_told_each_measurement_and_that_the_call_is_over() -> None:
    hub = Hub(lambda: Snapshot(queues=[], agents=[], calls=[]), tick_s=0.005)
    desk, listening = QualityDesk(hub), hub.listen()
    await anext(listening)
    desk.measured(measured())
    told = json.loads(await anext(listening))
    desk.ended(cdr("c1", legs=(LEG, structs.replace(LEG, leg="c1.1", mos_mean=3.86))))
    over = json.loads(await anext(listening))
    await listening.aclose()
    hub.close()

    assert (told["kind"], told["id"]) == (over["kind"], over["id"]) == ("quality", "c1.1")
    assert over["value"] is None
    assert told["value"] == {
        "call": "c1", "leg": "c1.1", "codec": "PCMU", "packets": 238, "loss": 0.048, "jitter_ms": 21.0, "mos": 3.86,
        "round_trip_ms": 40.0, "remote_loss": None, "remote_jitter_ms": 0.0, "remote_mos": None, "sound": "voice",
    }  # fmt: skip


async def test_prometheus_is_shown_how_calls_sound_and_no_call_by_name(
    api: httpx.AsyncClient, centre: FakeCentre
) -> None:
    centre.quality.measured(measured())
    centre.quality.measured(measured(mos=4.38, lost=0, jitter_ms=0.5))
    centre.quality.measured(measured(mos=None, packets=0, lost=0))
    centre.quality.troubled(AudioTroubled(AT, "c1", "c1.1", "one_way"))
    text = (await api.get("http://centre/metrics")).text

    assert 'centrala_audio_mos_bucket{le="4.03"} 1.0' in text
    assert "centrala_audio_mos_count 2.0" in text
    assert 'centrala_audio_loss_bucket{le="0.0"} 1.0' in text
    assert 'centrala_audio_jitter_seconds_bucket{le="0.02"} 1.0' in text
    assert 'centrala_audio_troubles_total{trouble="one_way"} 1.0' in text
    assert 'centrala_audio_troubles_total{trouble="dead_air"} 0.0' in text
    assert "c1.1" not in text
