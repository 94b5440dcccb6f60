"""The simulated campaign against what is known without one: null controllers, Erlang B, and its own books."""

from __future__ import annotations

from itertools import islice, pairwise
from random import Random
from statistics import fmean, stdev

import pytest

from dialer.pacing.observations import AgentCame, AgentLeft, CallAnswered, CallFailed, Observation, TalkEnded
from dialer.pacing.ratio import Progressive, Ratio
from dialer.pacing.view import Pacing, View
from lab.chance import Spread
from lab.dialing.fates import Leads, durations, fates, uniforms
from lab.dialing.scenario import Scenario
from lab.dialing.simulation import Simulation
from lab.intervals import interval

HOUR_S = 3600.0


class Poisson:
    """Dials without a look at anything, at instants of a Poisson process."""

    def __init__(self, per_s: float, seed: int) -> None:
        self._per_s, self._chance = per_s, Random(seed)
        self._next = self._chance.expovariate(per_s)

    def decide(self, view: View) -> int:
        calls = 0
        while self._next <= view.now:
            self._next += self._chance.expovariate(self._per_s)
            calls += 1
        return calls

    def observe(self, observation: Observation, now: float) -> None:
        pass


class Watched:
    """Another pacing, with all that it saw."""

    def __init__(self, inner: Pacing) -> None:
        self.inner = inner
        self.observed: list[Observation] = []
        self.agents: list[int] = []
        self.asked_at: list[float] = []

    def decide(self, view: View) -> int:
        self.agents.append(len(view.idle) + len(view.talking) + len(view.wrap_up))
        self.asked_at.append(view.now)
        return self.inner.decide(view)

    def observe(self, observation: Observation, now: float) -> None:
        self.observed.append(observation)
        self.inner.observe(observation, now)


@pytest.mark.parametrize(("answer_rate", "utilisation"), [(0.15, 0.477), (0.3, 0.666), (0.5, 0.791)])
def test_progressive_comes_out_as_its_renewal_cycle_says(answer_rate: float, utilisation: float) -> None:
    """An agent works for 140 s and waits for one call after another: 25 s each in vain, and the last until its answer.
    The ring of who answers has a mean of 11.9 s once it is cut at 25 s."""
    in_vain_s = 25.0 * (1 - answer_rate) / answer_rate
    assert utilisation == pytest.approx(140.0 / (140.0 + 11.9 + in_vain_s), abs=0.001)
    scenario = Scenario(agents=25, answer_rates=(answer_rate,), length_s=12 * HOUR_S)
    outcome = Simulation(scenario, Progressive(), seed=3).run()
    assert outcome.utilisation == pytest.approx(utilisation, abs=0.012)
    assert outcome.dropped == 0


def test_drops_of_calls_that_do_not_wait_are_those_of_erlang_b() -> None:
    agents, erlangs, answer_rate = 10, 8.0, 0.5
    blocked = 1.0
    for servers in range(1, agents + 1):
        blocked = erlangs * blocked / (servers + erlangs * blocked)
    scenario = Scenario(agents=agents, answer_rates=(answer_rate,), patience_s=0.0, length_s=12 * HOUR_S)
    per_s = erlangs / 140.0 / answer_rate
    runs = [Simulation(scenario, Poisson(per_s, seed), seed).run() for seed in range(8)]
    drops = interval([run.abandoned for run in runs])
    assert drops.error < blocked / 12, "so wide an error would agree with anything"
    assert abs(drops.mean - blocked) <= 3 * drops.error
    carried = interval([run.utilisation for run in runs])
    assert carried.mean == pytest.approx(erlangs * (1 - blocked) / agents, abs=3 * carried.error)


def test_whoever_is_dropped_waited_for_all_of_the_patience() -> None:
    """With an agent who is free 2 s later at the latest nobody is: talks here take one second."""
    leads = Leads(talk=Spread(1.0, 0.0), wrap_up=Spread(0.0))
    rush = Scenario(agents=1, answer_rates=(1.0,), leads=leads, length_s=HOUR_S)
    outcome = Simulation(rush, Ratio(2.0), seed=1).run()
    assert (outcome.dropped, outcome.waited_s > 0) == (0, True)
    longer = Scenario(agents=1, answer_rates=(1.0,), leads=Leads(talk=Spread(60.0, 0.0)), length_s=HOUR_S)
    assert Simulation(longer, Ratio(2.0), seed=1).run().dropped > 0


def test_a_lead_has_one_fate_whatever_the_pacing() -> None:
    first = list(islice(fates(Leads(), seed=5), 10))
    assert first == list(islice(fates(Leads(), seed=5), 10))
    assert not set(first) & set(islice(fates(Leads(), seed=6), 10))
    scenario = Scenario(agents=8, answer_rates=(0.4,), length_s=HOUR_S)
    answers = []
    for pacing in (Watched(Progressive()), Watched(Ratio(2.0))):
        Simulation(scenario, pacing, seed=5).run()
        rings = [one.after_s for one in pacing.observed if isinstance(one, CallAnswered)]
        answers.append({round(ring, 6) for ring in rings if ring < 25.0})
    assert answers[0] < answers[1], "a faster pacing meets the same people, and more of them"


def test_the_same_seed_is_the_same_campaign() -> None:
    scenario = Scenario(agents=8, answer_rates=(0.3,), length_s=HOUR_S)
    one, same, other = (Simulation(scenario, Ratio(3.0), seed).run() for seed in (1, 1, 2))
    assert one == same
    assert one != other


def test_the_luck_of_leads_is_even_and_without_memory() -> None:
    luck = uniforms(1, 0, 0, 20_000).tolist()
    assert fmean(luck) == pytest.approx(0.5, abs=0.01)
    assert stdev(luck) == pytest.approx(12**-0.5, abs=0.01)
    assert fmean((a - 0.5) * (b - 0.5) for a, b in pairwise(luck)) == pytest.approx(0, abs=0.003)
    other = uniforms(1, 1, 0, 20_000).tolist()
    assert fmean((a - 0.5) * (b - 0.5) for a, b in zip(luck, other, strict=True)) == pytest.approx(0, abs=0.003)
    assert uniforms(1, 0, 5_000, 3).tolist() == luck[5_000:5_003]


@pytest.mark.parametrize("spread", [Spread(20.0), Spread(120.0, 60.0), Spread(7.0, 0.0), Spread(0.0)])
def test_many_durations_at_once_are_what_each_is_alone(spread: Spread) -> None:
    chances = uniforms(1, 0, 0, 50)
    alone = [spread.at(chance) for chance in chances.tolist()]
    assert durations(spread, chances).tolist() == pytest.approx(alone)


def test_a_pacing_is_told_how_each_call_went() -> None:
    pacing = Watched(Progressive())
    outcome = Simulation(Scenario(agents=5, answer_rates=(0.4,), length_s=HOUR_S), pacing, seed=1).run()
    answered = [one for one in pacing.observed if isinstance(one, CallAnswered)]
    failed = [one for one in pacing.observed if isinstance(one, CallFailed)]
    talked = [one for one in pacing.observed if isinstance(one, TalkEnded)]
    assert len(answered) == outcome.answered
    assert 0 <= outcome.dialled - len(answered) - len(failed) <= 5
    assert {round(one.after_s, 6) for one in failed} == {25.0}
    assert 0 <= outcome.answered - len(talked) <= 5
    assert max(b - a for a, b in pairwise(pacing.asked_at)) <= 0.5


@pytest.mark.parametrize("known", [True, False])
def test_agents_leave_after_their_call_and_come_back(known: bool) -> None:
    scenario = Scenario(
        agents=10, answer_rates=(0.5,), leave_share=0.4, leave_s=1200.0, leaving_is_known=known, length_s=4 * HOUR_S
    )
    pacing = Watched(Ratio(2.0))
    outcome = Simulation(scenario, pacing, seed=1).run()
    assert sum(isinstance(one, AgentLeft) for one in pacing.observed) == 24
    assert sum(isinstance(one, AgentCame) for one in pacing.observed) == pytest.approx(20, abs=2)
    assert (min(pacing.agents), max(pacing.agents)) == (6, 10)
    assert 6 * 4 * HOUR_S < outcome.present_s < 10 * 4 * HOUR_S
    assert 0.7 < outcome.utilisation < 1


def test_the_share_who_answer_changes_by_the_hour() -> None:
    scenario = Scenario(agents=10, answer_rates=(0.8, 0.1), rate_s=HOUR_S, length_s=2 * HOUR_S)
    first = Simulation(Scenario(agents=10, answer_rates=(0.8,), length_s=HOUR_S), Progressive(), seed=1).run()
    both = Simulation(scenario, Progressive(), seed=1).run()
    assert first.answered / first.dialled == pytest.approx(0.8, abs=0.06)
    second = (both.answered - first.answered) / (both.dialled - first.dialled)
    assert second == pytest.approx(0.1, abs=0.06)


def test_what_comes_before_the_warm_up_ends_is_not_counted() -> None:
    whole = Scenario(agents=8, answer_rates=(0.4,), length_s=2 * HOUR_S)
    first = Scenario(agents=8, answer_rates=(0.4,), length_s=HOUR_S)
    second = Scenario(agents=8, answer_rates=(0.4,), length_s=2 * HOUR_S, warm_up_s=HOUR_S)
    both, one, other = (Simulation(scenario, Ratio(3.0), seed=1).run() for scenario in (whole, first, second))
    assert (one.answered + other.answered, one.dropped + other.dropped) == (both.answered, both.dropped)
    assert one.dialled + other.dialled == both.dialled
    assert other.present_s == pytest.approx(8 * HOUR_S)
    assert one.busy_s + other.busy_s == pytest.approx(both.busy_s)
    assert (other.running_ratio, other.worst_ratio) == (both.running_ratio, both.worst_ratio)
    assert both.running_ratio == both.abandoned
