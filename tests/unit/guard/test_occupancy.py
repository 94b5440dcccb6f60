"""Who may have how many calls."""

from __future__ import annotations

from pbx.guard.occupancy import Occupancy


def test_guests_are_counted_by_their_source() -> None:
    occupancy = Occupancy(guest_calls=2, account_calls=9)
    for call in ("c1", "c2"):
        assert occupancy.admits("192.0.2.1", None, trusted=False)
        occupancy.began(call, "192.0.2.1", None)
    assert not occupancy.admits("192.0.2.1", None, trusted=False)
    assert occupancy.admits("192.0.2.1", None, trusted=True)
    assert occupancy.admits("192.0.2.2", None, trusted=False)
    occupancy.ended("c1")
    assert occupancy.admits("192.0.2.1", None, trusted=False)


def test_an_account_is_counted_wherever_it_calls_from() -> None:
    occupancy = Occupancy(guest_calls=0, account_calls=2)
    occupancy.began("c1", "192.0.2.1", "1001")
    occupancy.began("c2", "192.0.2.2", "1001")
    assert not occupancy.admits("192.0.2.3", "1001", trusted=True)
    assert occupancy.admits("192.0.2.1", "1002", trusted=False)


def test_a_call_that_was_not_counted_ends_without_harm() -> None:
    occupancy = Occupancy(guest_calls=1, account_calls=1)
    occupancy.began("c1", "192.0.2.1", None)
    occupancy.ended("c2")
    assert occupancy.of_source("192.0.2.1") == 1
    occupancy.ended("c1")
    occupancy.ended("c1")
    assert occupancy.of_source("192.0.2.1") == 0
