"""What two phones speak with each other, and with the switch."""

from __future__ import annotations

import pytest
from tests.scenario.exchange import Exchange, Handset


def spoken(exchange: Exchange) -> list[tuple[str, int]]:
    """The codec of each leg, the caller's first, and under which number it is sent."""
    return [(remote.codec, remote.payload_type) for remote in exchange.plane.remotes.values()][::-1]


def call(exchange: Exchange, offers: tuple[str, ...], speaks: str | None) -> tuple[Handset, Handset]:
    """A caller who offers some codecs, and who answers with one; None is the first that the switch offers."""
    ana, boris = exchange.phone("1001"), exchange.phone("1002", "answer")
    ana.offers, boris.speaks = offers, speaks
    ana.dial("1002")
    exchange.run_until(1)
    return ana, boris


@pytest.mark.parametrize(
    ("offers", "speaks", "legs"),
    [
        (("PCMU", "PCMA"), None, [("PCMU", 0), ("PCMU", 0)]),
        (("opus", "G722", "PCMU"), None, [("opus", 107), ("opus", 107)]),
        (("opus", "G722", "PCMU"), "PCMU", [("PCMU", 0), ("PCMU", 0)]),
        (("opus", "G722", "PCMU"), "PCMA", [("PCMU", 0), ("PCMA", 8)]),
        (("G722", "PCMA"), "opus", [("PCMA", 8), ("opus", 107)]),
        (("G722",), "PCMU", [("G722", 9), ("PCMU", 0)]),
    ],
)
def test_two_phones_speak_what_they_share_and_are_translated_only_where_they_share_nothing(
    exchange: Exchange, offers: tuple[str, ...], speaks: str | None, legs: list[tuple[str, int]]
) -> None:
    ana, boris = call(exchange, offers, speaks)

    assert spoken(exchange) == legs
    assert boris.remote is not None
    assert boris.remote.codecs[: len(offers)] == offers
    assert set(boris.remote.codecs) == {"PCMU", "PCMA", "G722", "opus"}
    ana.hang_up()


def test_each_phone_keeps_its_own_numbers(exchange: Exchange) -> None:
    ana, boris = exchange.phone("1001"), exchange.phone("1002", "answer")
    ana.offers = ("opus", "PCMU")
    body = ana.description().replace(b" 107 ", b" 99 ").replace(b":107 ", b":99 ")
    ana.dial("1002", body)
    exchange.run_until(1)

    assert spoken(exchange) == [("opus", 99), ("opus", 107)]
    assert ana.remote is not None
    assert ana.remote.types == {"opus": 99}
    assert boris.remote is not None
    assert boris.remote.types["opus"] == 107
    ana.hang_up()


def test_packet_times_and_comfort_noise_are_each_phones_own(exchange: Exchange) -> None:
    ana, _ = exchange.phone("1001"), exchange.phone("1002", "answer")
    body = ana.description().replace(b"a=ptime:20", b"a=ptime:40\r\na=maxptime:30").replace(b" 0 8 ", b" 0 8 13 ")
    ana.dial("1002", body)
    exchange.run_until(1)
    callee, caller = exchange.plane.remotes.values()

    assert (caller.packet_ms, caller.comfort_noise) == (30, True)
    assert (callee.packet_ms, callee.comfort_noise) == (20, False)
    ana.hang_up()


@pytest.mark.parametrize(("offers", "codec"), [(("opus", "G722", "PCMA"), "PCMA"), (("opus", "G722"), "G722")])
def test_the_switch_itself_answers_in_its_own_order(exchange: Exchange, offers: tuple[str, ...], codec: str) -> None:
    ana = exchange.phone("1001")
    ana.offers = offers
    ana.dial("600")
    exchange.run_until(1)

    assert [one for one, _ in spoken(exchange)] == [codec]
    ana.hang_up()


def test_a_change_of_a_call_keeps_its_codec(exchange: Exchange) -> None:
    ana, _ = call(exchange, ("opus", "PCMU"), None)
    assert ana.session is not None
    ana.session.offer(ana.description("sendonly"), exchange.network.now)
    exchange.run_until(2)

    assert [one for one, _ in spoken(exchange)] == ["opus", "opus"]
    ana.hang_up()
