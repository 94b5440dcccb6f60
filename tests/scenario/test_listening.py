"""Legs that are listened to: what the plane hears becomes events."""

from __future__ import annotations

from tests.scenario.carrier import Trunks
from tests.scenario.exchange import Exchange

from pbx import commands
from pbx.call.conference import ConferenceRooms
from pbx.call.park import ParkingLot
from pbx.media.ears import SoundChange
from pbx.presence.desk import PresenceDesk
from pbx.sound_events import ListeningEnded, SoundHeard
from pbx.steering import Steering


def test_what_is_heard_on_a_leg_is_told_as_long_as_that_is_wanted(exchange: Exchange) -> None:
    exchange.routes(n601="music")
    ana = exchange.phone("1001")
    ana.dial("601")
    exchange.run_until(1)
    [leg] = exchange.control.legs.values()
    desk = PresenceDesk(exchange.switch.endpoint, exchange.control.legs)
    steering = Steering(exchange.control, desk, ParkingLot(), ConferenceRooms(), Trunks(exchange).outside)
    steering.carry_out(commands.ListenFor(leg.id), exchange.network.now)
    exchange.plane.hear(
        leg.id, SoundChange("speech_ended", 1240, 800, -18.5), SoundChange("beep", 1600, 300, -12.0, 1000.0)
    )
    call = leg.call.id
    steering.carry_out(commands.SendDigits(leg.id, "1w2#"), exchange.network.now)
    assert exchange.plane.pressed == {leg.id: "1w2#"}
    steering.carry_out(commands.StopListening(leg.id), exchange.network.now)
    assert len(exchange.told(ListeningEnded)) == 1
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
