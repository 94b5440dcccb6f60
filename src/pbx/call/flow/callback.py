"""Leaving a request to be called back."""

from __future__ import annotations

from pbx.call.flow.entry import Entry
from pbx.call.flow.run import FlowRun
from pbx.events import CallbackAsked
from pbx.routing.flow.steps import Callback
from pbx.routing.flow.text import fill

CONFIRM, DECLINE = "1", "2"


class AskingForCallback(Entry):
    """The caller confirms the number, or declines."""

    def __init__(self, step: Callback) -> None:
        super().__init__(
            step.prompt,
            invalid=None,
            most=1,
            terminator="",
            timeout_s=step.timeout_s,
            digit_timeout_s=step.timeout_s,
            retries=step.retries,
        )
        self._step = step

    def take(self, run: FlowRun, digits: str, now: float) -> bool:
        step, call = self._step, run.leg.call
        number = fill(step.number, run.variables)
        if digits == DECLINE:
            run.go(step.declined, now, "declined")
        elif digits == CONFIRM and number:
            name = run.variables["caller_name"]
            run.host.publish(CallbackAsked(run.host.clock(), call.id, step.queue, number, name))
            run.go(step.next, now, "confirmed")
        else:
            return False
        return True

    def give_up(self, run: FlowRun, outcome: str, now: float) -> None:
        run.go(self._step.declined, now, outcome)
