"""Estimates against closed forms, against chance, and against what came."""

from __future__ import annotations

from math import exp, factorial, log
from random import Random

import pytest
from tests.unit.acd.floor_scene import Scene

from acd.estimate import erlang_b, erlang_c, expected_wait, performance_a, performance_c, service_level_c
from acd.model import Queue


def erlang_c_as_written(agents: int, load: float) -> float:
    """A. K. Erlang's formula, term by term."""
    waits = load**agents / factorial(agents) * agents / (agents - load)
    return waits / (sum(load**k / factorial(k) for k in range(agents)) + waits)


@pytest.mark.parametrize(("agents", "load"), [(1, 0.5), (5, 4.0), (20, 17.5), (100, 95.0)])
def test_erlang_c_is_what_its_formula_says(agents: int, load: float) -> None:
    assert erlang_c(agents, load) == pytest.approx(erlang_c_as_written(agents, load))
    assert erlang_b(agents, load) < erlang_c(agents, load)


def test_a_load_beyond_the_agents_makes_everybody_wait() -> None:
    assert erlang_c(5, 5.0) == 1.0
    assert service_level_c(5, 1.0, 10.0, 20.0) == 0.0
    with pytest.raises(ValueError, match="10 erlangs needs more than 5 agents"):
        performance_c(5, 1.0, 10.0)


def test_one_agent_is_the_textbook_s_single_server() -> None:
    result = performance_c(1, 0.5, 1.0)
    assert result.asa_s == pytest.approx(1.0)
    assert service_level_c(1, 0.5, 1.0, 2.0) == pytest.approx(1 - 0.5 * exp(-1.0))


def test_boundless_patience_is_erlang_c_and_little_patience_loses_calls() -> None:
    patient, plain = performance_a(20, 0.1, 175.0, 1e7), performance_c(20, 0.1, 175.0)
    assert (patient.waits, patient.asa_s) == (
        pytest.approx(plain.waits, rel=1e-3),
        pytest.approx(plain.asa_s, rel=1e-3),
    )
    hurried = performance_a(20, 0.1, 175.0, 60.0)
    assert hurried.asa_s < plain.asa_s
    assert hurried.gives_up == pytest.approx(hurried.asa_s / 60.0)
    assert hurried.occupancy == pytest.approx(17.5 * (1 - hurried.gives_up) / 20)


def test_more_calls_than_agents_can_take_are_borne_where_callers_give_up() -> None:
    crowded = performance_a(10, 0.2, 100.0, 30.0)
    assert crowded.gives_up == pytest.approx(0.5, abs=0.05)
    assert crowded.occupancy > 0.97


@pytest.mark.parametrize(("ahead", "giving_up"), [(0, 0.0), (10, 0.0), (10, 0.01), (100, 0.005)])
def test_the_quantiles_of_a_wait_are_those_of_the_line_that_is_simulated(ahead: int, giving_up: float) -> None:
    rng, agents, handle_s = Random(5), 8, 200.0
    waits = sorted(
        sum(rng.expovariate(agents / handle_s + left * giving_up) for left in range(ahead, -1, -1))
        for _ in range(4_000)
    )
    expected = expected_wait(ahead, agents, handle_s, giving_up)
    assert expected is not None
    assert expected.p50 == pytest.approx(waits[2_000], rel=0.08)
    assert expected.p80 == pytest.approx(waits[3_200], rel=0.08)


def test_nothing_is_foretold_without_agents_or_handling() -> None:
    assert expected_wait(3, 0, 100.0) is None
    assert expected_wait(3, 5, 0.0) is None


def test_a_first_wait_of_one_agent_is_the_rest_of_a_call() -> None:
    expected = expected_wait(0, 1, 100.0)
    assert expected is not None
    assert expected.p50 == pytest.approx(100.0 * log(2), rel=0.02)


def day(seed: int, shared: bool) -> Scene:
    """A busy queue under Poisson arrivals, its agents perhaps shared with a second one of the same load."""
    rng, scene, agents = Random(seed), Scene(Queue("support"), Queue("sales")), 6
    for number in range(agents):
        scene.agent(f"a{number}")
    ends: list[tuple[float, str]] = []
    now = scene.now
    arrivals = {"support": now, "sales": now if shared else 1e12}
    for number in range(1_500):
        queue = min(arrivals, key=arrivals.__getitem__)
        while ends and ends[0][0] <= arrivals[queue]:
            scene.now, work = ends.pop(0)
            _answer(scene, scene.end(work), ends, rng)
        scene.now = arrivals[queue]
        _answer(scene, scene.call(f"c{number}", queue), ends, rng)
        arrivals[queue] += rng.expovariate(0.93 * agents / 100.0 / (1 + shared))
    return scene


def _answer(scene: Scene, offers: list[object], ends: list[tuple[float, str]], rng: Random) -> None:
    for offer in offers:
        work, agent = offer.work, offer.agent  # type: ignore[attr-defined]
        scene.answer(work, agent)
        ends.append((scene.now + rng.expovariate(1 / 100.0), work))
        ends.sort()


@pytest.mark.parametrize("shared", [False, True])
def test_the_estimate_scores_itself_and_scores_well(shared: bool) -> None:
    score = day(1, shared).queue_live().ewt_score
    assert score.calls > 300
    assert score.within_p50 == pytest.approx(0.5, abs=0.17)
    assert score.within_p80 == pytest.approx(0.8, abs=0.17)
