"""Trunks are registered and asked after, in virtual time."""

from __future__ import annotations

from typing import Any

import pytest
from tests.scenario.carrier import Registrar, Trunks
from tests.scenario.exchange import Exchange
from tests.scenario.persons import is_deaf

from pbx.routing.trunks.trunk import Trunk
from pbx.trunk_events import TrunkDown, TrunkUp


@pytest.fixture
def trunks(exchange: Exchange) -> Trunks:
    return Trunks(exchange)


def registering(**fields: Any) -> Trunk:
    given: dict[str, Any] = {"username": "centre", "password": "sesame", "registers": True, "options_interval_s": None}
    return Trunk(id="a", address="a.example", **given | fields)


def asked_after(**fields: Any) -> Trunk:
    return Trunk(id="a", address="a.example", **{"options_interval_s": 30.0} | fields)


def finish(trunks: Trunks, end: float) -> None:
    """Give all trunks up; what was to be done later must find nothing to do."""
    trunks.declare()
    trunks.exchange.run_until(end + 40)  # what was under way has its time
    sent = len(trunks.exchange.network.sent)
    trunks.exchange.run_until(end + 6000)
    assert len(trunks.exchange.network.sent) == sent


def test_a_trunk_registers_when_challenged_and_is_up(trunks: Trunks) -> None:
    carrier = Registrar(trunks.carrier("a"), "centre", "sesame")
    trunks.declare(registering())
    assert trunks.down("a") == "not registered yet"
    trunks.exchange.run_until(1)
    assert trunks.down("a") == ""
    assert [one.trunk for one in trunks.exchange.told(TrunkUp)] == ["a"]
    [contact] = carrier.contacts
    assert contact.startswith("<sip:centre@192.0.2.1:5060;line=")
    assert contact.endswith(" 600")
    finish(trunks, 2)
    assert carrier.contacts[-1].endswith(" 0"), "the registration is taken back"


def test_a_registration_is_renewed_before_it_runs_out(trunks: Trunks) -> None:
    carrier = Registrar(trunks.carrier("a"), "centre", "sesame", grants=100)
    trunks.declare(registering())
    trunks.exchange.run_until(250)
    assert len(carrier.contacts) == 4
    finish(trunks, 251)


def test_a_registrar_that_wants_longer_intervals_gets_them(trunks: Trunks) -> None:
    carrier = Registrar(trunks.carrier("a"), "centre", "sesame", grants=7200)
    carrier.min_expires = 3600
    trunks.declare(registering())
    trunks.exchange.run_until(1)
    assert carrier.contacts[0].endswith(" 3600")
    finish(trunks, 2)


def test_a_wrong_password_takes_the_trunk_down_and_says_so(trunks: Trunks) -> None:
    Registrar(trunks.carrier("a"), "centre", "another")
    trunks.declare(registering())
    trunks.exchange.run_until(100)
    assert trunks.down("a").startswith("REGISTER: 401")
    sent = trunks.exchange.network.times("REGISTER", "switch")
    assert len(sent) == 12, "twice an attempt, and with growing pauses"
    assert sent[-1] - sent[-2] < 1 < sent[-2] - sent[-3]
    finish(trunks, 101)


def test_a_registrar_that_asks_for_patience_gets_it(trunks: Trunks) -> None:
    carrier = Registrar(trunks.carrier("a"), "centre", "sesame")
    carrier.refuses_with = 503
    trunks.declare(registering())
    trunks.exchange.run_until(1)
    carrier.refuses_with = 0
    trunks.exchange.run_until(6.9)
    assert trunks.down("a") == "REGISTER: 503 Service Unavailable"
    trunks.exchange.run_until(8)
    assert trunks.down("a") == ""
    finish(trunks, 9)


def test_the_next_address_is_tried_when_one_is_silent(trunks: Trunks) -> None:
    first, second = trunks.carrier("a"), trunks.carrier("b")
    is_deaf(first)
    carrier = Registrar(second, "centre", "sesame")
    trunks.names["a.example"] = (first, second)
    trunks.declare(registering())
    trunks.exchange.run_until(40)
    assert trunks.down("a") == ""
    assert carrier.contacts
    finish(trunks, 41)


def test_a_trunk_that_answers_options_stays_up(trunks: Trunks) -> None:
    carrier = Registrar(trunks.carrier("a"))
    carrier.alive = 405
    trunks.declare(asked_after())
    assert trunks.down("a") == ""
    trunks.exchange.run_until(100)
    assert trunks.down("a") == ""
    assert trunks.exchange.network.times("OPTIONS", "switch") == pytest.approx([0, 30.02, 60.04, 90.06], abs=0.05)
    finish(trunks, 101)


def test_a_silent_trunk_goes_down_and_comes_back(trunks: Trunks) -> None:
    carrier = Registrar(trunks.carrier("a"))
    trunks.declare(asked_after())
    trunks.exchange.run_until(1)
    carrier.alive = 503
    trunks.exchange.run_until(35)
    assert trunks.down("a") == "", "one failure may be chance"
    trunks.exchange.run_until(45)
    assert trunks.down("a") == "OPTIONS: 503 Service Unavailable"
    carrier.alive = 200
    trunks.exchange.run_until(51)
    assert trunks.down("a") == ""
    told = [(type(one), one.trunk) for one in (*trunks.exchange.told(TrunkUp), *trunks.exchange.told(TrunkDown))]
    assert told == [(TrunkUp, "a"), (TrunkUp, "a"), (TrunkDown, "a")]
    state = trunks.keeper.state("a")
    assert state is not None
    assert state.last_error == "OPTIONS: 503 Service Unavailable"
    finish(trunks, 52)


def test_a_dead_trunk_is_noticed_without_waiting_for_the_transaction(trunks: Trunks) -> None:
    is_deaf(trunks.carrier("a"))
    trunks.declare(asked_after())
    trunks.exchange.run_until(26)
    assert trunks.down("a") == "OPTIONS: 408 no answer"
    finish(trunks, 27)


def test_one_address_that_answers_is_enough_and_goes_first(trunks: Trunks) -> None:
    dead, living = trunks.carrier("a"), trunks.carrier("b")
    is_deaf(dead)
    Registrar(living)
    trunks.names["a.example"] = (dead, living)
    trunks.declare(asked_after())
    assert trunks.board.ways_to("a") == (dead.flow, living.flow)
    trunks.exchange.run_until(40)
    assert trunks.down("a") == ""
    assert trunks.board.ways_to("a") == (living.flow,)
    finish(trunks, 41)


def test_a_name_that_leads_nowhere_is_looked_up_again(trunks: Trunks) -> None:
    trunks.declare(asked_after())
    assert trunks.down("a") == "its address leads nowhere"
    Registrar(trunks.carrier("a"))
    trunks.exchange.run_until(11)
    assert trunks.down("a") == ""
    trunks.names.clear()
    trunks.exchange.run_until(200)
    assert trunks.down("a") == "", "a resolver's failure does not cut off a carrier that answers"
    finish(trunks, 201)


def test_a_carrier_that_moves_is_followed(trunks: Trunks) -> None:
    carrier = Registrar(trunks.carrier("a"), "centre", "sesame")
    trunks.declare(registering())
    trunks.exchange.run_until(1)
    moved = Registrar(trunks.exchange.network.party("a2"), "centre", "sesame")
    trunks.names["a.example"] = (trunks.exchange.network.parties[-1],)
    trunks.exchange.run_until(65)
    assert carrier.contacts[-1].endswith(" 0")
    assert moved.contacts[-1].endswith(" 600")
    finish(trunks, 66)


def test_new_limits_do_not_disturb_a_registration(trunks: Trunks) -> None:
    carrier = Registrar(trunks.carrier("a"), "centre", "sesame")
    trunks.declare(registering())
    trunks.exchange.run_until(1)
    trunks.declare(registering(max_calls=3))
    trunks.exchange.run_until(2)
    assert len(carrier.contacts) == 1
    assert trunks.board.lines["a"].trunk.max_calls == 3
    trunks.declare(registering(password="changed"))
    trunks.exchange.run_until(3)
    assert trunks.down("a").startswith("REGISTER: 401")
    finish(trunks, 4)
