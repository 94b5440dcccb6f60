"""The exchange of a scenario, and the look around after it: no call, no leg, no port, no session is left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.scenario.exchange import Exchange
from tests.scenario.outward import Centre, Made

from pbx.routing.numbering import Target


@pytest.fixture(params=["at once", "later"])
def exchange(request: pytest.FixtureRequest) -> Iterator[Exchange]:
    """An exchange whose calls the test must end; the plane's figures come at once, or only when all is over."""
    made = Exchange(figures_come=request.param)
    made.plan.declare(
        {
            **{extension: Target("phone", extension) for extension in ("1001", "1002", "1003")},
            "600": Target("echo"),
            "601": Target("music"),
            "700": Target("queue", "support"),
            "*70": Target("feature", "login"),
        }
    )
    yield made
    made.run_until(300)
    made.plane.tell_closed()
    assert made.in_use == (0, 0, 0)
    assert made.network.left == {}


@pytest.fixture
def made(exchange: Exchange) -> Iterator[Made]:
    """Makes the centre of a test that calls parties out; its trunks are taken down again."""
    centres: list[Centre] = []

    def make_one(will: str | int = "answer", **trunk: Any) -> Centre:
        centres.append(Centre(exchange, will, **trunk))
        return centres[-1]

    yield make_one
    for centre in centres:
        centre.trunks.declare()
