"""What extensions want done with their calls."""

from __future__ import annotations

import pytest

from pbx.routing.handling import Handling
from pbx.routing.numbering import Target

MAILBOX = Target("voicemail", "ana")


def test_without_wishes_phones_ring_and_refusals_stand() -> None:
    assert Handling().at_once() is None
    assert Handling().after("busy") is None


def test_forwarding_of_all_calls_goes_before_all_else() -> None:
    assert Handling(do_not_disturb=True, always="1002", busy="1003").at_once() == ("unconditional", "1002")


def test_who_does_not_want_to_be_disturbed_counts_as_busy() -> None:
    assert Handling(do_not_disturb=True).at_once() == ("do-not-disturb", None)
    assert Handling(do_not_disturb=True, busy=MAILBOX).at_once() == ("do-not-disturb", MAILBOX)


@pytest.mark.parametrize(
    ("cause", "way"),
    [
        ("busy", ("user-busy", "1")),
        ("declined", ("user-busy", "1")),
        ("no_answer", ("no-answer", "2")),
        ("unreachable", ("unavailable", "3")),
        ("failed", ("unavailable", "3")),
        ("cancelled", None),
        ("drained", None),
        ("normal", None),
    ],
)
def test_each_failure_has_its_own_way_on(cause: str, way: tuple[str, str] | None) -> None:
    assert Handling(busy="1", no_answer="2", unreachable="3").after(cause) == way
