"""The agent's two tables, every state crossed with every step."""

from __future__ import annotations

from itertools import product

import pytest

from acd.agent import PRESENCE, STEPS, AgentState, AgentStatus, ImpossibleStep, Step, next_state


@pytest.mark.parametrize(("state", "step"), list(product(AgentState, Step)))
def test_a_step_leads_where_the_table_says_or_is_an_error(state: AgentState, step: Step) -> None:
    if (state, step) in STEPS:
        assert next_state(state, step) is STEPS[state, step]
    else:
        with pytest.raises(ImpossibleStep, match=f"an agent who is {state} cannot be {step}"):
            next_state(state, step)


def test_every_state_is_reached_and_every_state_leads_back_to_idle() -> None:
    assert {*STEPS.values()} == {*AgentState}
    for state in AgentState:
        reached = {state}
        while not reached >= (further := {to for (at, _), to in STEPS.items() if at in reached}):
            reached |= further
        assert AgentState.IDLE in reached


def test_every_status_says_whether_it_takes_work() -> None:
    assert PRESENCE.keys() == {*AgentStatus}
    assert [status for status in AgentStatus if PRESENCE[status].takes_work] == [AgentStatus.AVAILABLE]
    assert [status for status in AgentStatus if not PRESENCE[status].logged_in] == [AgentStatus.OFFLINE]
