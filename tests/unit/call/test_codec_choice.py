"""Which codec a leg speaks."""

from __future__ import annotations

import pytest

from pbx.call.codec_choice import DEFAULT, choose, order_for, shares

ALONE: tuple[str, ...] = ()


def test_the_two_laws_are_as_good_as_one_codec() -> None:
    assert shares("PCMA", ("opus", "PCMU"))
    assert shares("G722", ("G722",))
    assert not shares("G722", ("opus", "PCMU"))


@pytest.mark.parametrize(
    ("beside", "order"),
    [
        (ALONE, ("PCMU", "PCMA", "G722", "opus")),
        (("PCMA",), ("PCMA", "PCMU", "G722", "opus")),
        (("opus", "G722", "PCMA"), ("opus", "G722", "PCMA", "PCMU")),
        (("GSM", "opus"), ("opus", "PCMU", "PCMA", "G722")),
    ],
)
def test_the_other_legs_codecs_are_offered_first_and_in_its_order(
    beside: tuple[str, ...], order: tuple[str, ...]
) -> None:
    assert order_for(DEFAULT, beside, fixed=False) == order


@pytest.mark.parametrize(
    ("beside", "order"),
    [
        (("PCMU",), ("PCMA", "PCMU", "G722")),
        (("G722",), ("G722", "PCMA", "PCMU")),
        (("opus", "G722"), ("G722", "PCMA", "PCMU")),
        (("opus",), ("PCMA", "PCMU", "G722")),
    ],
)
def test_the_order_of_a_trunk_stands_among_what_need_not_be_translated(
    beside: tuple[str, ...], order: tuple[str, ...]
) -> None:
    assert order_for(("PCMA", "PCMU", "G722"), beside, fixed=True) == order


@pytest.mark.parametrize(
    ("offered", "allowed", "chosen"),
    [
        (("PCMA", "PCMU"), DEFAULT, "PCMA"),
        (("opus", "G722", "PCMA", "PCMU"), DEFAULT, "PCMA"),
        (("opus", "G722"), DEFAULT, "G722"),
        (("PCMU", "opus"), ("opus", "PCMU"), "opus"),
        (("opus", "G722"), ("PCMU",), "opus"),
        (("PCMU",), ("G722",), "PCMU"),
    ],
)
def test_who_talks_with_the_switch_alone_is_answered_by_its_order(
    offered: tuple[str, ...], allowed: tuple[str, ...], chosen: str
) -> None:
    assert choose(offered, allowed, ALONE) == chosen


@pytest.mark.parametrize(
    ("offered", "beside", "chosen"),
    [
        (("PCMU", "opus"), ("opus",), "opus"),
        (("opus", "PCMU", "PCMA"), ("PCMA",), "PCMA"),
        (("opus", "PCMU"), ("PCMA",), "PCMU"),
        (("opus", "PCMU"), ("G722",), "PCMU"),
        (("opus", "G722"), ("PCMU",), "G722"),
    ],
)
def test_who_talks_with_somebody_speaks_what_that_one_speaks(
    offered: tuple[str, ...], beside: tuple[str, ...], chosen: str
) -> None:
    assert choose(offered, DEFAULT, beside) == chosen
