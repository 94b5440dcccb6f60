from __future__ import annotations

import pytest

from pbx.media.losses import GMIN, Burstiness, LossPattern


def pattern(text: str) -> tuple[LossPattern, int]:
    """``.`` is a packet that came, ``x`` one that did not."""
    losses, arrived = LossPattern(), 0
    for run in text.replace(".x", ". x").replace("x.", "x .").split():
        if run[0] == "x":
            losses.missed(len(run), arrived)
        else:
            arrived += len(run)
    return losses, arrived


def summed(text: str) -> Burstiness:
    losses, arrived = pattern(text)
    return losses.sum_up(arrived)


def test_where_nothing_is_lost_all_is_one_gap() -> None:
    assert summed("." * 50) == Burstiness(gap_length=50)


def test_a_loss_between_long_arrivals_lies_in_a_gap() -> None:
    assert summed("." * 20 + "x" + "." * 20 + "x" + "." * 20) == Burstiness(gap_density=2 / 62, gap_length=62)


def test_losses_close_together_are_a_burst() -> None:
    found = summed("." * 20 + "x..xx.x" + "." * 20)

    assert (found.burst_density, found.burst_length) == (pytest.approx(4 / 7), 7)
    assert (found.gap_density, found.gap_length) == (0.0, 20)


def test_fewer_arrivals_than_gmin_do_not_end_a_burst() -> None:
    assert summed("x" + "." * (GMIN - 1) + "x").burst_length == GMIN + 1
    assert summed("x" + "." * GMIN + "x").burst_length == 0


def test_bursts_and_lone_losses_are_told_apart() -> None:
    found = summed("xx" + "." * 30 + "x" + "." * 30 + "x.x" + "." * 10)

    assert (found.burst_density, found.burst_length) == (pytest.approx(4 / 5), 2.5)
    assert found.gap_density == pytest.approx(1 / 71)


def test_runs_are_counted() -> None:
    assert pattern("x.xx.xxx...x")[0].runs == 4
