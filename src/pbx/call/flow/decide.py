"""Steps that take no time: looking at the clock, setting and testing variables, changing the language."""

from __future__ import annotations

from pbx.call.flow.run import Activity, FlowRun
from pbx.routing.flow import condition
from pbx.routing.flow.steps import Hours, Set, SetLanguage, Test
from pbx.routing.flow.text import fill
from pbx.routing.hours import opening


class LookingAtTheClock(Activity):
    """Open, closed or a holiday."""

    def __init__(self, step: Hours) -> None:
        self._step = step

    def begin(self, run: FlowRun, now: float) -> None:
        step = self._step
        found = opening(run.host.clock(), step.zone, step.windows, step.holidays)
        follower = {"open": step.open, "closed": step.closed, "holiday": step.holiday or step.closed}[found]
        run.go(follower, now, found)


class Setting(Activity):
    """A variable gets a value."""

    def __init__(self, step: Set) -> None:
        self._step = step

    def begin(self, run: FlowRun, now: float) -> None:
        run.variables[self._step.variable] = fill(self._step.value, run.variables)[:MAX_VALUE]
        run.go(self._step.next, now)


class Testing(Activity):
    """A condition holds or not."""

    def __init__(self, step: Test) -> None:
        self._step = step

    def begin(self, run: FlowRun, now: float) -> None:
        holds = condition.parse(self._step.condition)(run.variables)
        run.go(self._step.then if holds else self._step.otherwise, now, "then" if holds else "otherwise")


class ChangingLanguage(Activity):
    """Prompts are in another language from here on."""

    def __init__(self, step: SetLanguage) -> None:
        self._step = step

    def begin(self, run: FlowRun, now: float) -> None:
        run.leg.call.spoken = self._step.language
        run.go(self._step.next, now, self._step.language)


MAX_VALUE = 4000
"""Characters of a variable: one that is set to itself twice over must not grow without end."""
