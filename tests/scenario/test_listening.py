"""Legs that are listened to: what the plane hears becomes events."""

from __future__ import annotations

from tests.scenario.exchange import Exchange

from pbx.media.ears import SoundChange
from pbx.sound_events import ListeningEnded, SoundHeard


def test_what_is_heard_on_a_leg_is_told_until_it_is_over(exchange: Exchange) -> None:
    exchange.routes(n601="music")
    ana = exchange.phone("1001")
    ana.dial("601")
    exchange.run_until(1)
    [leg] = exchange.control.legs.values()
    exchange.plane.listen_for(leg.id)
    exchange.plane.hear(
        leg.id, SoundChange("speech_ended", 1240, 800, -18.5), SoundChange("beep", 1600, 300, -12.0, 1000.0)
    )
    call = leg.call.id
    ana.hang_up()
    exchange.run_until(2)
    exchange.plane.tell_closed()

    speech, beep = exchange.told(SoundHeard)
    assert (speech.call, speech.leg, speech.kind, speech.at_ms, speech.duration_ms) == (
        call, leg.id, "speech_ended", 1240, 800,
    )  # fmt: skip
    assert (beep.kind, beep.dbm0, beep.hz) == ("beep", -12.0, 1000.0)
    [ended] = exchange.told(ListeningEnded)
    assert (ended.leg, ended.listened_ms, ended.cadence) == (leg.id, 1000, (-400, 600))
