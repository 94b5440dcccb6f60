"""What follows from how audio is: figures for the record, troubles that are told, and legs that are ended."""

from __future__ import annotations

from typing import Any

import pytest
from tests.scenario.exchange import Exchange
from tests.scenario.test_holding import talking

from pbx.call.call import Leg
from pbx.media.sound import Sound
from pbx.media_events import AudioMeasured, AudioMended, AudioTroubled
from pbx.plane import failures
from pbx.sip.message import parse_message


def pass_by(exchange: Exchange, seconds: int, *sides: tuple[Leg, dict[str, Any]]) -> None:
    """Let each leg be measured as often as it would be in that time."""
    for _ in range(seconds // 5):
        for leg, figures in sides:
            exchange.plane.measure(leg.id, **figures)


def troubles(exchange: Exchange) -> list[tuple[str, str, str]]:
    """What was told of troubles: ``+`` for the beginning of one, ``-`` for its end; the leg and the trouble."""
    return [
        ("+" if isinstance(event, AudioTroubled) else "-", event.leg, event.trouble)
        for event in exchange.published
        if isinstance(event, AudioTroubled | AudioMended)
    ]


VOICE: dict[str, Any] = {}
QUIET: dict[str, Any] = {"sound": Sound.QUIET}
MUTED: dict[str, Any] = {"sound": Sound.DIGITAL_SILENCE}
NOTHING: dict[str, Any] = {"packets": 0, "sound": Sound.QUIET, "reports": 1}
GONE: dict[str, Any] = {"packets": 0, "sound": Sound.QUIET}


def test_measurements_are_told_and_add_up_to_the_record(exchange: Exchange) -> None:
    ana, _, leg, other = talking(exchange)
    exchange.plane.measure(leg.id, mos=4.4, round_trip_ms=30.0, remote_mos=4.0)
    exchange.plane.measure(leg.id, mos=3.0, round_trip_ms=90.0)
    exchange.plane.measure(leg.id, mos=4.3, round_trip_ms=40.0, remote_mos=3.0)
    assert [(event.call, event.codec, event.quality.mos) for event in exchange.told(AudioMeasured)] == [
        (leg.call.id, "PCMU", mos) for mos in (4.4, 3.0, 4.3)
    ]
    ana.hang_up()
    exchange.run_until(2)
    exchange.plane.tell_closed()
    ours, others = exchange.ended.legs
    assert (ours.mos_mean, ours.mos_worst) == (3.9, 3.0)
    assert (ours.remote_mos_mean, ours.remote_mos_worst) == (3.5, 3.0)
    assert (ours.round_trip_ms, ours.troubles) == (90.0, ())
    assert (others.leg, others.mos_mean) == (other.id, None)


@pytest.mark.parametrize("silence", [NOTHING, MUTED])
def test_a_side_that_is_not_heard_while_the_other_speaks_is_one_way_audio(
    exchange: Exchange, silence: dict[str, Any]
) -> None:
    ana, _, leg, other = talking(exchange)
    pass_by(exchange, 5, (leg, VOICE), (other, silence))
    assert troubles(exchange) == []
    pass_by(exchange, 10, (leg, VOICE), (other, silence))
    assert troubles(exchange) == [("+", other.id, "one_way")]
    pass_by(exchange, 10, (leg, VOICE), (other, VOICE))
    assert troubles(exchange) == [("+", other.id, "one_way"), ("-", other.id, "one_way")]
    ana.hang_up()
    exchange.run_until(2)
    exchange.plane.tell_closed()
    assert [one.troubles for one in exchange.ended.legs] == [(), ("one_way",)]


def test_two_who_are_silent_are_dead_air_and_not_one_way(exchange: Exchange) -> None:
    ana, _, leg, other = talking(exchange)
    pass_by(exchange, 15, (leg, QUIET), (other, MUTED))
    assert troubles(exchange) == []
    pass_by(exchange, 10, (leg, QUIET), (other, MUTED))
    assert troubles(exchange) == [("+", leg.id, "dead_air")]
    pass_by(exchange, 5, (leg, VOICE), (other, QUIET))
    assert troubles(exchange) == [("+", leg.id, "dead_air"), ("-", leg.id, "dead_air")]
    ana.hang_up()


def test_one_who_listens_and_another_who_speaks_is_a_conversation(exchange: Exchange) -> None:
    ana, _, leg, other = talking(exchange)
    pass_by(exchange, 60, (leg, QUIET), (other, VOICE))
    assert troubles(exchange) == []
    ana.hang_up()


def test_a_hold_is_no_trouble(exchange: Exchange) -> None:
    ana, _, leg, other = talking(exchange)
    ana.offer("sendonly")
    exchange.run_until(2)
    pass_by(exchange, 90, (leg, GONE), (other, QUIET))
    assert troubles(exchange) == []
    ana.offer("sendrecv")
    exchange.run_until(3)
    pass_by(exchange, 5, (leg, GONE), (other, VOICE))  # the time of the hold does not count
    pass_by(exchange, 60, (leg, VOICE), (other, VOICE))
    assert ana.talks
    ana.hang_up()


def test_a_leg_from_which_nothing_comes_is_ended_and_all_are_told_why(exchange: Exchange) -> None:
    ana, boris, leg, other = talking(exchange)
    pass_by(exchange, 60, (leg, VOICE), (other, GONE))  # the first five seconds may be those before it was answered
    assert boris.talks
    pass_by(exchange, 5, (leg, VOICE), (other, GONE))
    exchange.run_until(2)
    exchange.plane.tell_closed()
    assert (ana.talks, boris.talks) == (False, False)
    byes = {bye.receiver: parse_message(bye.data).get("reason") for bye in exchange.network.packets("BYE")}
    assert byes == {"1002": 'Q.850;cause=41;text="no audio"', "1001": "Q.850;cause=16"}
    assert [one.cause for one in exchange.ended.legs] == ["normal", "no_audio"]
    assert exchange.ended.legs[1].troubles == ("one_way", "no_audio")
    assert exchange.ended.ended_by == "switch"


def test_reports_without_audio_keep_a_leg(exchange: Exchange) -> None:
    ana, _, leg, other = talking(exchange)
    pass_by(exchange, 300, (leg, VOICE), (other, NOTHING))
    assert ana.talks
    ana.hang_up()


@pytest.mark.parametrize(("direction", "lasts_s"), [("inactive", 3600), ("recvonly", 3600), ("sendonly", 1700)])
def test_a_phone_that_said_it_would_send_nothing_is_left_in_peace(
    exchange: Exchange, direction: str, lasts_s: int
) -> None:
    ana, _, leg, other = talking(exchange)
    ana.offer(direction)
    exchange.run_until(2)
    pass_by(exchange, lasts_s, (leg, GONE), (other, VOICE))
    assert ana.talks
    ana.hang_up()


def test_a_phone_that_holds_and_is_never_heard_of_again_is_ended_in_the_end(exchange: Exchange) -> None:
    ana, _, leg, _ = talking(exchange)
    ana.offer("sendonly")
    exchange.run_until(2)
    pass_by(exchange, 1805, (leg, GONE))
    exchange.run_until(3)
    assert not ana.talks


def test_a_caller_who_waits_alone_is_watched_as_well(exchange: Exchange) -> None:
    ana = exchange.phone("1001")
    ana.dial("601")
    exchange.run_until(1)
    [call] = exchange.control.calls.values()
    pass_by(exchange, 65, (call.first, GONE))
    exchange.run_until(2)
    exchange.plane.tell_closed()
    assert exchange.ended.cause == "no_audio"


@pytest.mark.parametrize(
    ("reason", "trouble"),
    [
        (failures.WRONG_CERTIFICATE, "unsecured"),
        (failures.NO_HANDSHAKE, "unsecured"),
        (failures.NO_SUITE, "unsecured"),
        (failures.CHECKS_CEASED, "checks_ceased"),
    ],
)
def test_a_leg_that_cannot_be_secured_or_reached_is_told_once_and_recorded(
    exchange: Exchange, reason: str, trouble: str
) -> None:
    ana, _, leg, _ = talking(exchange)
    assert exchange.plane.listener is not None
    for _ in range(2):
        exchange.plane.listener.audio_failed(leg.id, reason)
    assert troubles(exchange) == [("+", leg.id, trouble)]
    assert ana.talks
    ana.hang_up()
    exchange.run_until(2)
    exchange.plane.tell_closed()
    assert exchange.ended.legs[0].troubles == (trouble,)
