"""Predictive pacing in a few short campaigns; long ones, and the whole table, are in benchmarks/pacing.py."""

from __future__ import annotations

import pytest

from dialer.pacing.predictive import Predictive
from dialer.pacing.ratio import Progressive
from lab.dialing.oracle import simulate_with_oracle
from lab.dialing.scenario import Outcome, Scenario
from lab.dialing.simulation import Simulation

HOUR_S = 3600.0


def campaign(agents: int, answer_rate: float, hours: float) -> Scenario:
    return Scenario(agents=agents, answer_rates=(answer_rate,), length_s=hours * HOUR_S, tick_s=1.0)


@pytest.fixture(scope="module")
def predictive() -> Outcome:
    return Simulation(campaign(25, 0.3, 2), Predictive(), seed=2).run()


def test_agents_talk_much_more_than_with_progressive_dialling(predictive: Outcome) -> None:
    """Its first hours, in which it learns and has no credit to begin with, are counted."""
    progressive = Simulation(campaign(25, 0.3, 2), Progressive(), seed=2).run()
    assert progressive.utilisation == pytest.approx(0.666, abs=0.02)
    assert predictive.utilisation > 0.80


def test_the_limit_of_abandonment_is_never_passed(predictive: Outcome) -> None:
    assert predictive.dropped > 0
    assert predictive.worst_ratio <= 0.03


def test_few_agents_keep_the_limit_too() -> None:
    outcome = Simulation(campaign(5, 0.5, 4), Predictive(), seed=2).run()
    assert outcome.utilisation > 0.78
    assert 0.01 < outcome.worst_ratio <= 0.03


def test_another_limit_is_kept_as_well() -> None:
    strict = Scenario(agents=25, answer_rates=(0.3,), length_s=1.5 * HOUR_S, tick_s=1.0, limit=0.01)
    outcome = Simulation(strict, Predictive(), seed=2).run()
    assert outcome.worst_ratio <= 0.01
    assert 0.70 < outcome.utilisation < 0.85


def test_the_limit_holds_when_agents_leave_and_the_answer_rate_jumps() -> None:
    rough = Scenario(
        agents=25,
        answer_rates=(0.4, 0.1),
        rate_s=1800.0,
        leave_share=0.4,
        leave_s=1200.0,
        length_s=2 * HOUR_S,
        tick_s=1.0,
    )
    outcome = Simulation(rough, Predictive(), seed=2).run()
    assert outcome.worst_ratio <= 0.032
    assert outcome.utilisation > Simulation(rough, Progressive(), seed=2).run().utilisation + 0.1


def test_who_knows_when_agents_come_free_does_better(predictive: Outcome) -> None:
    outcome = simulate_with_oracle(campaign(25, 0.3, 2), seed=2)
    assert outcome.utilisation > predictive.utilisation + 0.005
    assert outcome.worst_ratio <= 0.03
