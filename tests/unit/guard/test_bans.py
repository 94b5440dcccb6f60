"""Bans one by one."""

from __future__ import annotations

from pbx.guard.bans import MEMORY_S, Ban, Bans

SOURCE, NOW = "192.0.2.7", 1_800_000_000.0


def test_a_banned_source_stays_banned_for_its_first_reason() -> None:
    bans = Bans()
    first = bans.impose(SOURCE, "password", NOW)
    assert bans.impose(SOURCE, "flood", NOW + 1) == first
    assert bans.get(SOURCE) == first


def test_one_that_behaved_for_a_day_is_a_stranger_again() -> None:
    bans = Bans(first_s=60.0)
    ban = bans.impose(SOURCE, "password", NOW)
    bans.expire(ban.until)
    bans.expire(ban.until + MEMORY_S)
    assert bans.impose(SOURCE, "password", ban.until + MEMORY_S).times == 1


def test_a_lifted_ban_is_forgiven() -> None:
    bans = Bans()
    bans.impose(SOURCE, "password", NOW)
    assert bans.lift(SOURCE) is not None
    assert bans.lift(SOURCE) is None
    assert bans.impose(SOURCE, "password", NOW + 1).times == 1


def test_an_operator_may_shorten_and_lengthen_a_ban() -> None:
    bans = Bans(first_s=60.0)
    bans.impose(SOURCE, "password", NOW)
    longer = bans.declare(SOURCE, "known offender", NOW + 5, NOW + 500)
    assert (longer.since, longer.until, longer.reason, longer.by_operator) == (NOW, NOW + 500, "known offender", True)
    assert bans.expire(NOW + 60) == []
    assert bans.expire(NOW + 500) == [longer]


def test_what_was_kept_over_a_restart_is_in_force_or_at_least_remembered() -> None:
    bans = Bans(first_s=60.0)
    assert bans.restore(Ban(SOURCE, "flood", NOW - 10, NOW + 50, times=2), NOW)
    assert not bans.restore(Ban("192.0.2.8", "flood", NOW - 100, NOW - 40, times=2), NOW)
    assert not bans.restore(Ban("192.0.2.9", "flood", NOW - 2 * MEMORY_S, NOW - MEMORY_S - 1, times=2), NOW)
    assert SOURCE in bans
    assert bans.impose("192.0.2.8", "flood", NOW).times == 3
    assert bans.impose("192.0.2.9", "flood", NOW).times == 1


def test_beyond_the_capacity_the_oldest_ban_goes() -> None:
    bans = Bans(capacity=2)
    for number in range(3):
        bans.impose(f"192.0.2.{number}", "flood", NOW + number)
    assert [ban.source for ban in bans] == ["192.0.2.1", "192.0.2.2"]


def test_a_ban_declared_again_and_again_leaves_nothing_behind() -> None:
    bans = Bans(capacity=2)
    for number in range(100):
        bans.declare(SOURCE, "again", NOW, NOW + 1 + number)
    assert bans.expire(NOW + 99) == []
    assert [ban.source for ban in bans.expire(NOW + 100)] == [SOURCE]
