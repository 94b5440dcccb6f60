"""What a run does while it is at one step; each kind of step has its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pbx.asking import Answering

if TYPE_CHECKING:
    from pbx.call.flow.run import FlowRun


class Activity:
    """The root of all activities: keeps digits for the steps to come and ignores all else.

    Whoever lets the run go on (``FlowRun.go``, ``leave``, ``end``) does so as its last act.
    """

    def begin(self, run: FlowRun, now: float) -> None:
        """The run has come to the step."""

    def digit(self, run: FlowRun, digit: str, now: float) -> None:
        """The caller pressed a key."""
        run.keep(digit)

    def heard(self, run: FlowRun, now: float) -> None:
        """What was said has been heard to its end, or could not be said."""

    def waited(self, run: FlowRun, now: float) -> None:
        """The time that was set has passed."""

    def answered(self, run: FlowRun, answer: Answering | None, now: float) -> None:
        """A question was answered; None where nobody did in time."""

    def partner_failed(self, run: FlowRun, cause: str, now: float) -> None:
        """A phone that was rung did not answer."""
