"""Which trunks a call goes out by, and why not by the others."""

from __future__ import annotations

import pytest
from tests.unit.routing.trunks.scene import BELGRADE, NOON, PARIS, board, trunk

from pbx.routing.trunks.board import TrunkBoard
from pbx.sip.flow import Flow

WAY = Flow("udp", "192.0.2.9", 5060)


def chosen(house: TrunkBoard, name: str, number: str = BELGRADE) -> list[str]:
    return [candidate.trunk for candidate in house.choose(name, number, NOON).candidates]


def reasons(house: TrunkBoard, name: str, number: str = BELGRADE) -> dict[str, str]:
    return {one.trunk: one.rule for one in house.choose(name, number, NOON).passed_over}


def test_the_routes_order_is_kept() -> None:
    house = board(trunk("a"), trunk("b", priority=-5))
    assert chosen(house, "a,b") == ["a", "b"]
    assert chosen(house, "b,a") == ["b", "a"]


def test_the_cheapest_goes_first_where_the_route_says_so() -> None:
    house = board(trunk("a", rates={"381": 0.3}), trunk("b", rates={"38111": 0.1}), trunk("c", rates={"": 0.2}))
    assert chosen(house, "*") == ["b", "c", "a"]


def test_among_equal_prices_priority_decides() -> None:
    house = board(trunk("a", rates={"": 0.1}), trunk("b", rates={"": 0.1}, priority=-1))
    assert chosen(house, "*") == ["b", "a"]


def test_a_trunk_without_a_price_for_the_number_is_not_the_cheapest() -> None:
    house = board(trunk("a", rates={"33": 0.3}), trunk("b", rates={"381": 0.1}))
    assert chosen(house, "*") == ["b"]
    assert reasons(house, "*") == {"a": "rates"}


def test_a_trunk_that_is_down_is_passed_over() -> None:
    house = board(trunk("a"), trunk("b"))
    house.lines["a"].down = "no answer to OPTIONS"
    assert chosen(house, "a,b") == ["b"]
    assert reasons(house, "a,b") == {"a": "down"}


def test_only_the_home_country_may_be_called_unless_others_are_named() -> None:
    house = board(trunk("home"), trunk("france", countries=("RS", "FR")), trunk("world", countries=("*",)))
    assert chosen(house, "home,france,world", PARIS) == ["france", "world"]
    assert reasons(house, "home", PARIS) == {"home": "countries"}
    assert chosen(house, "france,world", "+19995551234") == ["world"]


def test_a_daily_limit_needs_a_price() -> None:
    house = board(trunk("a", rates={"33": 0.1}, spend_per_day=5.0))
    assert reasons(house, "a") == {"a": "rates"}


def test_a_trunk_that_does_not_exist_is_named_in_the_explanation() -> None:
    assert reasons(board(trunk("a")), "a,gone") == {"gone": "unknown"}


def test_the_number_is_written_for_each_carrier() -> None:
    house = board(trunk("a", strip=1, prepend="77#", number_format="e164"), trunk("b", number_format="national"))
    choice = house.choose("a,b", "90112223333", NOON)
    assert choice.candidates[0].number == "77#381112223333"


def test_an_emergency_goes_out_whatever_the_limits() -> None:
    house = board(
        trunk("full", max_calls=0, spend_per_day=0.0, hours=(), countries=("FR",)),
        trunk("meant", emergency=True, calls_per_s=0.001, priority=9),
        trunk("down", emergency=True),
    )
    house.lines["down"].down = "not registered"
    choice = house.choose("full", "112", NOON)
    assert [one.trunk for one in choice.candidates] == ["meant", "full", "down"]
    assert {one.number for one in choice.candidates} == {"112"}
    assert choice.passed_over == ()
    assert house.may_carry("full", "112", NOON)


def test_a_limit_reached_after_the_choice_still_holds() -> None:
    house = board(trunk("a", max_calls=1))
    assert chosen(house, "a") == ["a"]
    house.lines["a"].ledger.came_in("l1")
    assert not house.may_carry("a", BELGRADE, NOON)
    assert not house.may_carry("gone", BELGRADE, NOON)


def test_books_outlive_a_new_declaration() -> None:
    house = board(trunk("a"))
    house.lines["a"].ledger.came_in("l1")
    house.declare([trunk("a", max_calls=1)])
    assert reasons(house, "a") == {"a": "max_calls"}


def test_a_carrier_is_known_by_its_address() -> None:
    house = board(trunk("a"))
    house.found_at("a", (WAY,))
    found = house.calling_from(Flow("udp", "192.0.2.9", 40_000), BELGRADE)
    assert found is not None
    assert found.id == "a"
    assert house.calling_from(Flow("udp", "192.0.2.10", 5060), BELGRADE) is None
    assert house.calling_from(Flow("tcp", "192.0.2.9", 5060), BELGRADE) is None


def test_a_carrier_with_a_port_is_known_by_it() -> None:
    house = board(trunk("a", address="192.0.2.9:5060"))
    house.found_at("a", (WAY,))
    assert house.calling_from(WAY, BELGRADE) is not None
    assert house.calling_from(Flow("udp", "192.0.2.9", 40_000), BELGRADE) is None


def test_trunks_at_one_address_are_told_apart_by_their_numbers() -> None:
    house = board(trunk("a", numbers=("+3811140007XX",)), trunk("b", numbers=("+33.",)), trunk("c", priority=-1))
    for id in ("a", "b", "c"):
        house.found_at(id, (WAY,))
    numbers = ("+381114000700", PARIS, "+390612345678")
    found = [house.calling_from(WAY, number) for number in numbers]
    assert [one.id for one in found if one is not None] == ["a", "b", "c"]


def test_a_carrier_that_moved_is_not_known_at_its_old_place() -> None:
    house = board(trunk("a"))
    house.found_at("a", (WAY,))
    house.found_at("a", (Flow("udp", "192.0.2.20", 5060),))
    assert house.calling_from(WAY, BELGRADE) is None
    house.declare([])
    assert house.calling_from(Flow("udp", "192.0.2.20", 5060), BELGRADE) is None


@pytest.mark.parametrize("sent", ["+381114000700", "0114000700", "00381114000700", "381114000700"])
def test_incoming_numbers_are_read_however_the_carrier_writes_them(sent: str) -> None:
    carrier = trunk("a", numbers=("+3811140007XX",), number_format="e164" if sent[0] == "3" else "plus")
    assert board(carrier).arriving(carrier, sent) == "+381114000700"


def test_a_carrier_brings_no_calls_for_numbers_that_are_not_its_own() -> None:
    carrier = trunk("a", numbers=("+3811140007XX", "700"))
    house = board(carrier)
    assert house.arriving(carrier, "+381114000800") is None
    assert house.arriving(carrier, "701") is None
    assert house.arriving(carrier, "700") == "700"
