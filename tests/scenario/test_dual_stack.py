"""Audio on the address that a phone's signalling uses, of either family, whoever it talks to."""

from __future__ import annotations

import pytest
from tests.scenario.exchange import Exchange, Handset

from pbx.plane.addresses import MediaAddress
from pbx.sdp.offer_answer import write_offer

FOUR, SIX = "192.0.2.1", "2001:db8::1"
PHONE_SIX = "2001:db8:2::7"


@pytest.fixture
def dual() -> Exchange:
    """A switch with an address of each family."""
    return with_room_for(100)


def with_room_for(ports: int) -> Exchange:
    exchange = Exchange(capacity=ports)
    exchange.switch.endpoint.sent_by["udp6"] = (SIX, 5060)
    exchange.plane.addresses = (MediaAddress(FOUR, FOUR), MediaAddress(SIX, SIX))
    exchange.routes(n1002="phone:1002", n600="echo")
    return exchange


def told(phone: Handset) -> str:
    """The address that a phone was told for its audio."""
    assert phone.remote is not None
    return phone.remote.host


def used(exchange: Exchange) -> list[str]:
    """Our addresses that carry audio, in the order of the legs."""
    return [port.host for _, port in sorted(exchange.plane.ports.items())]


def test_phones_of_two_families_each_hear_by_their_own(dual: Exchange) -> None:
    ana, bob = dual.phone("1001", host=PHONE_SIX), dual.phone("1002", "answer")
    ana.dial("1002")
    dual.run_until(1)
    assert (told(ana), told(bob)) == (SIX, FOUR)
    assert used(dual) == [SIX, FOUR]
    assert dual.plane.remotes[sorted(dual.plane.ports)[0]].host == PHONE_SIX
    ana.hang_up()
    dual.run_until(40)
    assert dual.in_use == (0, 0, 0)


@pytest.mark.parametrize("taken_by", ["desk", "mobile"])
def test_each_phone_of_an_extension_is_offered_its_own_family(dual: Exchange, taken_by: str) -> None:
    ana = dual.phone("1001")
    phones = {"desk": dual.phone("1002"), "mobile": dual.phone("1002", host=PHONE_SIX)}
    ana.dial("1002")
    dual.run_until(1)
    assert sorted(b"IN IP6 2001:db8::1" in invite.body for invite in dual.invites("1002")) == [False, True]
    phones[taken_by].accept()
    dual.run_until(2)
    assert phones[taken_by].talks
    assert used(dual) == [FOUR, {"desk": FOUR, "mobile": SIX}[taken_by]]
    phones[taken_by].hang_up()
    dual.run_until(40)
    assert dual.in_use == (0, 0, 0)


def test_an_offer_that_names_the_other_family_than_the_signalling_is_met_in_it(dual: Exchange) -> None:
    ana = dual.phone("1001")
    ana.dial("600", write_offer(PHONE_SIX, 4000, 1, 1))
    dual.run_until(1)
    assert told(ana) == SIX
    assert used(dual) == [SIX]
    ana.hang_up()


def test_a_phone_that_changes_its_family_takes_its_audio_along(dual: Exchange) -> None:
    ana = dual.phone("1001")
    ana.dial("600")
    dual.run_until(1)
    assert ana.session is not None
    ana.session.offer(write_offer(PHONE_SIX, 4000, 1, 2), dual.network.now)
    dual.run_until(2)
    assert told(ana) == SIX
    assert used(dual) == [SIX]
    ana.hang_up()
    dual.run_until(40)
    assert dual.in_use == (0, 0, 0)


@pytest.mark.parametrize("nowhere", ["0.0.0.0", "::"])
def test_a_hold_by_no_address_moves_nothing(dual: Exchange, nowhere: str) -> None:
    ana = dual.phone("1001", host=PHONE_SIX)
    ana.dial("600")
    dual.run_until(1)
    assert ana.session is not None
    ana.session.offer(write_offer(nowhere, 4000, 1, 2), dual.network.now)
    dual.run_until(2)
    assert told(ana) == SIX
    assert [remote.port for remote in dual.plane.remotes.values()] == [0]
    ana.hang_up()


def test_where_no_port_is_left_on_the_other_address_the_present_one_serves_on() -> None:
    full = with_room_for(1)
    ana = full.phone("1001")
    ana.dial("600")
    full.run_until(1)
    assert ana.session is not None
    ana.session.offer(write_offer(PHONE_SIX, 4000, 1, 2), full.network.now)
    full.run_until(2)
    assert ana.talks
    assert used(full) == [FOUR]
    ana.hang_up()
