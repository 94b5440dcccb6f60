"""Asking for digits and keeping them."""

from __future__ import annotations

from pbx.call.flow.entry import Entry
from pbx.call.flow.run import FlowRun
from pbx.routing.flow.steps import Collect
from pbx.routing.numbering import fits


class Collecting(Entry):
    """Digits into a variable."""

    def __init__(self, step: Collect) -> None:
        super().__init__(
            step.prompt,
            invalid=step.invalid,
            most=step.max,
            terminator=step.terminator,
            timeout_s=step.timeout_s,
            digit_timeout_s=step.digit_timeout_s,
            retries=step.retries,
        )
        self._step = step

    def take(self, run: FlowRun, digits: str, now: float) -> bool:
        step = self._step
        if len(digits) < step.min:
            return False
        if step.patterns and not any(fits(pattern, digits) for pattern in step.patterns):
            return False
        run.variables[step.variable] = digits
        run.go(step.next, now, f"{len(digits)} digits")  # not the digits: they may be a card's number
        return True

    def give_up(self, run: FlowRun, outcome: str, now: float) -> None:
        run.go(self._step.failed, now, outcome)
