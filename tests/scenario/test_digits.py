"""Digits between phones that have them in different ways: telephone-events, tones, INFO."""

from __future__ import annotations

import pytest
from tests.scenario.exchange import Exchange, Handset
from tests.scenario.test_attendants import attended

from pbx.call.call import Leg
from pbx.call.digits import send
from pbx.events import DigitReceived
from pbx.routing.numbering import Target
from pbx.sdp.dtmf import DtmfMode
from pbx.sip.events import RequestWithin


def talking(exchange: Exchange, **modes: DtmfMode) -> tuple[Handset, Handset, Leg, Leg]:
    """Ana (1001) and Boris (1002) talk; ``modes`` says how the phones of either have digits."""
    names = {"ana": "1001", "boris": "1002"}
    exchange.control.dtmf = {names[name]: mode for name, mode in modes.items()}
    exchange.routes(n1002="phone:1002")
    ana, boris = exchange.phone("1001"), exchange.phone("1002", "answer")
    ana.dial("1002")
    exchange.run_until(1)
    caller, called = exchange.control.legs.values()
    return ana, boris, caller, called


def info(handset: Handset, body: bytes, kind: str = "application/dtmf-relay") -> None:
    assert handset.session is not None
    handset.session.send("INFO", handset.exchange.network.now, content_type=kind, body=body)
    handset.exchange.network.flush()


def bodies(handset: Handset) -> list[tuple[str, bytes]]:
    """The INFOs that a phone was sent; it has answered none of its own accord."""
    requests = [event.request for event in handset.party.told(RequestWithin)]
    return [(request.get("content-type") or "", request.body) for request in requests if request.method == "INFO"]


def test_a_phone_set_to_tones_or_info_is_not_asked_for_telephone_events(exchange: Exchange) -> None:
    ana, _, caller, called = talking(exchange, ana=DtmfMode.INBAND, boris=DtmfMode.INFO)

    assert ana.remote is not None
    assert ana.remote.dtmf_type is None
    remotes = exchange.plane.remotes
    assert [(remotes[leg.id].dtmf_type, remotes[leg.id].tones) for leg in (caller, called)] == [
        (None, True),
        (None, False),
    ]
    ana.hang_up()


def test_an_info_becomes_keys_for_a_partner_that_has_them_in_its_audio(exchange: Exchange) -> None:
    ana, _, _, called = talking(exchange, ana=DtmfMode.INFO)
    info(ana, b"Signal=7\r\nDuration=240\r\n")
    exchange.run_until(2)

    assert exchange.plane.pressed == {called.id: "7"}
    assert [(event.digit, event.duration_ms) for event in exchange.told(DigitReceived)] == [("7", 240)]
    ana.hang_up()


def test_keys_in_the_audio_become_infos_one_after_the_other(exchange: Exchange) -> None:
    ana, boris, caller, _ = talking(exchange, boris=DtmfMode.INFO)
    exchange.plane.press(caller.id, "42")
    exchange.run_until(2)

    assert bodies(boris) == [
        ("application/dtmf-relay", b"Signal=4\r\nDuration=100\r\n"),
        ("application/dtmf-relay", b"Signal=2\r\nDuration=100\r\n"),
    ]
    assert exchange.plane.pressed == {}
    ana.hang_up()


def test_tones_are_listened_for_where_the_partner_has_info(exchange: Exchange) -> None:
    ana, _, caller, _ = talking(exchange, ana=DtmfMode.INBAND, boris=DtmfMode.INFO)
    assert exchange.plane.heeded == {caller.id}
    ana.hang_up()


def test_tones_are_listened_for_while_somebody_attends_to_the_leg(exchange: Exchange) -> None:
    ana, leg, _ = attended(exchange, telephone_events=False)
    assert exchange.plane.heeded == {leg.id}
    exchange.control.direct(leg, Target("music"), exchange.network.now)
    assert exchange.plane.heeded == set()
    ana.hang_up()


def test_a_phone_without_telephone_events_may_send_infos_and_gets_some_from_then_on(exchange: Exchange) -> None:
    ana, boris, caller, called = talking(exchange, boris=DtmfMode.INBAND)
    called.audio.dtmf = DtmfMode.AUTO  # as if its phone had not known telephone-events
    exchange.plane.press(called.id, "1")
    info(boris, b"1", "application/dtmf")
    exchange.run_until(1.5)
    info(boris, b"2", "application/dtmf")
    exchange.run_until(2)
    exchange.plane.press(called.id, "2")
    exchange.plane.press(caller.id, "3")
    exchange.run_until(3)

    assert [event.digit for event in exchange.told(DigitReceived)] == ["1", "2", "3"]
    assert [body for _, body in bodies(boris)] == [b"Signal=3\r\nDuration=100\r\n"]
    assert not exchange.plane.remotes[called.id].tones
    ana.hang_up()


def test_a_phone_that_does_not_know_the_one_kind_of_info_is_sent_the_other(exchange: Exchange) -> None:
    ana, boris, _, called = talking(exchange, boris=DtmfMode.INFO)
    boris.info_status = 415
    send(exchange.control, called, "1w2", 160, exchange.network.now)
    exchange.network.flush()
    exchange.run_until(2)
    boris.info_status = 200
    exchange.run_until(4)

    assert bodies(boris)[0] == ("application/dtmf-relay", b"Signal=1\r\nDuration=160\r\n")
    assert bodies(boris)[-1] == ("application/dtmf", b"2")
    ana.hang_up()


@pytest.mark.parametrize("mode", [DtmfMode.AUTO, DtmfMode.INBAND, DtmfMode.RFC4733])
def test_digits_sent_from_here_are_pressed_in_the_audio_unless_the_leg_has_info(
    exchange: Exchange, mode: DtmfMode
) -> None:
    ana, boris, _, called = talking(exchange, boris=mode)
    send(exchange.control, called, "5#", 160, exchange.network.now)

    assert exchange.plane.pressed == {called.id: "5#"}
    assert bodies(boris) == []
    ana.hang_up()
