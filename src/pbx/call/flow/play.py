"""Saying something."""

from __future__ import annotations

from pbx.asking import Answering
from pbx.call.flow.run import Activity, FlowRun
from pbx.routing.flow.steps import Play


class Playing(Activity):
    """Says a prompt; a key skips it, and so does one that was pressed before."""

    def __init__(self, step: Play) -> None:
        self._step = step

    def begin(self, run: FlowRun, now: float) -> None:
        if self._step.interruptible and run.has_typed:
            run.go(self._step.next, now, "skipped")
        else:
            run.prompt((self._step.prompt,), now)

    def digit(self, run: FlowRun, digit: str, now: float) -> None:
        run.keep(digit)
        if self._step.interruptible:
            run.hush()
            run.go(self._step.next, now, "skipped")

    def heard(self, run: FlowRun, now: float) -> None:
        run.go(self._step.next, now)

    def answered(self, run: FlowRun, answer: Answering | None, now: float) -> None:
        self.heard(run, now)
