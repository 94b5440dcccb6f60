"""The lab against what mathematics knows: within three standard errors over ten seeds, and pooling's known gain."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from acd.estimate import performance_a, performance_c, service_level_c
from acd.model import AgentProfile, Queue
from lab.chance import Spread
from lab.figures import total
from lab.intervals import interval
from lab.synthetic import Demand, Outcome, Scenario, simulate

SEEDS = range(10)
AGENTS, PER_SECOND, HANDLE_S, PATIENCE_S, THRESHOLD_S = 10, 0.04, 200.0, 90.0, 20.0


@pytest.fixture(scope="module")
def patient() -> list[Outcome]:
    """Ten runs of M/M/n."""
    return [simulate(one_queue(None), seed) for seed in SEEDS]


@pytest.fixture(scope="module")
def impatient() -> list[Outcome]:
    """Ten runs of M/M/n+M."""
    return [simulate(one_queue(Spread(PATIENCE_S)), seed) for seed in SEEDS]


def one_queue(patience: Spread | None) -> Scenario:
    demand = Demand(queue="all", per_hour=(PER_SECOND * 3600,), talk=Spread(HANDLE_S), patience=patience)
    return Scenario(
        queues=(Queue("all"),),
        agents=tuple(AgentProfile(f"agent-{number}") for number in range(AGENTS)),
        demands=(demand,),
        length_s=20 * 3600.0,
        warm_up_s=2 * 3600.0,
    )


def agrees(outcomes: list[Outcome], exact: float, figure: Callable[[Outcome], float | None]) -> bool:
    measured = interval([value for outcome in outcomes if (value := figure(outcome)) is not None])
    assert measured.runs == len(SEEDS)
    assert 0 < measured.error < abs(exact) / 5, "so wide an error would agree with anything"
    return abs(measured.mean - exact) <= 3 * measured.error


def waits(outcome: Outcome) -> float:
    return 1 - outcome.at_once["all"] / outcome.queues["all"].offered


def mean_wait_s(outcome: Outcome) -> float:
    figures = outcome.queues["all"]
    return (figures.waited_s + figures.gave_up_s) / (figures.answered + figures.abandoned)


def test_patient_callers_wait_as_erlang_c_says(patient: list[Outcome]) -> None:
    exact = performance_c(AGENTS, PER_SECOND, HANDLE_S)
    assert agrees(patient, exact.waits, waits)
    assert agrees(patient, exact.asa_s, lambda outcome: outcome.queues["all"].asa_s)
    assert agrees(patient, exact.occupancy, lambda outcome: outcome.occupancy)


def test_the_service_level_is_that_of_erlang_c(patient: list[Outcome]) -> None:
    exact = service_level_c(AGENTS, PER_SECOND, HANDLE_S, THRESHOLD_S)
    assert agrees(patient, exact, lambda outcome: outcome.queues["all"].service_level)


def test_impatient_callers_wait_and_give_up_as_erlang_a_says(impatient: list[Outcome]) -> None:
    exact = performance_a(AGENTS, PER_SECOND, HANDLE_S, PATIENCE_S)
    assert agrees(impatient, exact.waits, waits)
    assert agrees(impatient, exact.asa_s, mean_wait_s)
    assert agrees(impatient, exact.gives_up, lambda outcome: outcome.queues["all"].abandonment)
    assert agrees(impatient, exact.occupancy, lambda outcome: outcome.occupancy)


def test_the_same_seed_is_the_same_day_and_another_seed_another() -> None:
    scenario = one_queue(Spread(PATIENCE_S))
    assert simulate(scenario, 1) == simulate(scenario, 1)
    assert simulate(scenario, 1) != simulate(scenario, 2)


def six_queues(skills: int) -> Scenario:
    """Thirty agents for six kinds of calls, 28.8 erlangs in all; every agent has so many skills, in a chain."""
    queues = tuple(Queue(f"q{number}", f"s{number}") for number in range(6))
    return Scenario(
        queues=queues,
        agents=tuple(
            AgentProfile(f"agent-{number}", skills={f"s{(number + step) % 6}": 5 for step in range(skills)})
            for number in range(30)
        ),
        demands=tuple(Demand(queue=one.id, per_hour=(28.8 / 6 / 200 * 3600,), talk=Spread(200.0)) for one in queues),
        length_s=10 * 3600.0,
        warm_up_s=2 * 3600.0,
    )


def test_two_skills_in_a_chain_of_six_do_almost_what_full_pooling_does() -> None:
    """R. B. Wallace and W. Whitt, A Staffing Algorithm for Call Centers with Skill-Based Routing (2005). The agents are
    busy for 96 % of their time; with less to do, both waits are short and their ratio larger."""
    asa_s = {
        skills: sum(total(simulate(six_queues(skills), seed).queues.values()).asa_s or 0.0 for seed in range(4)) / 4
        for skills in (2, 6)
    }
    assert asa_s[6] > 20.0
    assert asa_s[2] <= 1.5 * asa_s[6]
