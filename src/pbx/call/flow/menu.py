"""Choosing with one digit."""

from __future__ import annotations

from pbx.call.flow.entry import Entry
from pbx.call.flow.run import FlowRun
from pbx.routing.flow.steps import Menu


class Choosing(Entry):
    """At a menu."""

    def __init__(self, step: Menu) -> None:
        super().__init__(
            step.prompt,
            invalid=step.invalid,
            most=1,
            terminator="",
            timeout_s=step.timeout_s,
            digit_timeout_s=step.timeout_s,
            retries=step.retries,
        )
        self._step = step

    def take(self, run: FlowRun, digits: str, now: float) -> bool:
        follower = self._step.choices.get(digits)
        if follower is None:
            return False
        run.go(follower, now, digits)
        return True

    def give_up(self, run: FlowRun, outcome: str, now: float) -> None:
        run.go(self._step.failed, now, outcome)
