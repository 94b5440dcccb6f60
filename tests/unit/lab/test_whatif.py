"""The same day with something changed, and with nothing."""

from __future__ import annotations

import pytest
from tests.unit.lab.messy_day import messy_day

from lab.changes import ChangeError, Changes, Setting, Staffing
from lab.comparing import compare, try_changes
from lab.recorded import Recorded, replay_day
from lab.whatif import Memory, what_if

SEEDS = range(1, 6)


@pytest.fixture(scope="module")
def day() -> Recorded:
    return replay_day(messy_day())


def setting(path: str, value: object) -> Setting:
    noun, id, *fields = path.split(".")
    assert noun in ("queue", "agent")
    return Setting("queue" if noun == "queue" else "agent", id, tuple(fields), value)


@pytest.mark.parametrize("seed", SEEDS)
def test_with_nothing_changed_it_is_exactly_that_day(seed: int) -> None:
    """Callbacks, overflow, refusals, late timers, breaks, a changed strategy: all of it, whatever the seed."""
    day = replay_day(messy_day(seed))
    assert try_changes(day, (), (), [seed, seed + 1]) == [day.figures, day.figures]


def test_a_setting_that_is_what_it_was_changes_nothing(day: Recorded) -> None:
    same = [setting("queue.support.ring_timeout_s", 15.0), setting("agent.ana.skills.tech", 8)]
    assert try_changes(day, same, (), [1]) == [day.figures]


def test_nothing_changed_shows_as_no_difference_without_doubt(day: Recorded) -> None:
    for one in compare(day.figures, try_changes(day, (), (), SEEDS), "all"):
        for effect in (one.service_level, one.asa_s, one.abandonment):
            assert effect is not None
            assert (effect.change.mean, effect.change.margin) == (0.0, 0.0)


def test_more_agents_answer_sooner_and_fewer_callers_give_up(day: Recorded) -> None:
    runs = try_changes(day, (), [Staffing(2, "support")], SEEDS)
    support = next(one for one in compare(day.figures, runs, "all") if one.queue == "support")
    assert support.service_level is not None
    assert support.asa_s is not None
    assert support.abandonment is not None
    assert support.service_level.change.mean - support.service_level.change.margin > 0.05
    assert support.asa_s.change.mean + support.asa_s.change.margin < -10
    assert support.abandonment.change.mean + support.abandonment.change.margin < -0.05


def test_fewer_agents_keep_callers_waiting(day: Recorded) -> None:
    runs = try_changes(day, (), [Staffing(-1, "support")], SEEDS)
    support = compare(day.figures, runs, "all")[1]
    assert support.service_level is not None
    assert support.service_level.change.mean < 0


def test_the_same_callers_come_whatever_is_changed(day: Recorded) -> None:
    changes = [setting("queue.support.strategy", "best_skill"), setting("queue.support.wrap_up_s", 60)]
    for run in try_changes(day, changes, [Staffing(1, "ana")], SEEDS):
        # One or two whose conversation was cut short came again on the day, and might not now.
        assert abs(run["support"].offered - day.figures["support"].offered) <= 3


def test_runs_of_different_seeds_differ_where_the_journal_does_not_know(day: Recorded) -> None:
    runs = try_changes(day, [setting("queue.support.strategy", "random")], (), SEEDS)
    assert len({run["support"].waited_s for run in runs}) == len(SEEDS)
    assert try_changes(day, [setting("queue.support.strategy", "random")], (), SEEDS) == runs


def test_an_easier_requirement_lets_others_help(day: Recorded) -> None:
    (run,) = try_changes(day, [setting("queue.support.requires", "tech or sell")], (), [1])
    assert (run["support"].asa_s or 0.0) < (day.figures["support"].asa_s or 0.0)


def test_overflow_may_go_where_it_never_went(day: Recorded) -> None:
    changes = [setting("queue.sales.max_wait_s", 30), setting("queue.sales.overflow", {"to": "queue:support"})]
    (run,) = try_changes(day, changes, (), [1])
    assert run["sales"].overflowed > 10
    assert run["support"].offered > day.figures["support"].offered


def test_a_new_agent_is_like_her_model_and_keeps_her_hours(day: Recorded) -> None:
    (span,) = day.spans
    changes = Changes(span, (), [Staffing(2, "boris")])
    assert changes.copies == {"boris": ["boris+1", "boris+2"]}
    declared = {event.agent.id: event.agent.skills for event in changes.begin() if hasattr(event.agent, "id")}  # type: ignore[attr-defined]
    assert declared == {"boris+1": {"tech": 5, "sell": 5}, "boris+2": {"tech": 5, "sell": 5}}
    given = [event for one in span.given for event in changes.altered(one.event)]
    hours = [[event for event in given if getattr(event, "agent", "") == agent] for agent in ("boris", "boris+1")]
    assert len(hours[1]) == len([one for one in hours[0] if type(one).__name__ != "AgentEngaged"]) > 1


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("queue.nope.strategy", "linear", "there was no queue 'nope' on that day: there were sales, support"),
        ("agent.zoran.site", "x", "there was no agent 'zoran'"),
        ("queue.support.strategi", "linear", "unknown field 'strategi': expected one of id, requires, strategy"),
        ("queue.support.strategy", "luck", "unknown strategy 'luck'"),
        ("queue.support.requires", "tech >", "queue.support.requires"),
        ("queue.support.wrap_up_s", "long", r"Expected `float`, got `str`.*wrap_up_s"),
        (
            "queue.support.service_level.treshold_s",
            5,
            "unknown field 'treshold_s': expected one of threshold_s, target",
        ),
        ("queue.sales.overflow.to", "queue:x", "'overflow' has no fields to set; give it as a whole"),
    ],
)
def test_a_change_that_cannot_be_is_named(day: Recorded, path: str, value: object, said: str) -> None:
    with pytest.raises(ChangeError, match=said) as caught:
        Changes(day.spans[0], [setting(path, value)], ())
    assert str(caught.value).startswith(path)


def test_staffing_that_cannot_be_is_named(day: Recorded) -> None:
    for staffing, said in (
        (Staffing(1, "nope"), r"\+1:nope: there was no queue or agent 'nope'"),
        (Staffing(-9, "support"), "-9:support: only"),
    ):
        with pytest.raises(ChangeError, match=said):
            Changes(day.spans[0], (), [staffing])


def test_a_skill_is_taken_away_by_nothing(day: Recorded) -> None:
    changes = Changes(day.spans[0], [setting("agent.ana.skills.tech", None)], ())
    (declared,) = changes.begin()
    assert declared.agent.skills == {}  # type: ignore[attr-defined]


def test_patience_of_those_who_were_answered_is_drawn_beyond_their_wait(day: Recorded) -> None:
    memory = Memory(day.spans[0])
    waits = [one for one in memory.span.waits.values() if one.queue == "support"]
    assert sum(one.seen.gave_up for one in waits) == memory.patience("support").gave_up > 20
    assert any(not one.seen.gave_up for one in waits)


def test_nobody_serves_and_all_who_came_give_up_or_wait(day: Recorded) -> None:
    everybody = [Staffing(-1, agent) for agent in ("ana", "boris", "ceca", "dule", "ema")]
    run = what_if(Memory(day.spans[0]), Changes(day.spans[0], (), everybody), 1)
    assert run["support"].answered < 5, "only those whom somebody had already at the day's beginning"
    assert run["support"].abandoned > day.figures["support"].abandoned
