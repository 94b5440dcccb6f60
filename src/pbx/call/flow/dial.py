"""Ringing somebody from a flow, which goes on where nobody answers."""

from __future__ import annotations

from pbx.call import cause as causes
from pbx.call.flow.run import Activity, FlowRun
from pbx.events import CallDirected
from pbx.routing.flow.steps import Dial
from pbx.routing.flow.text import fill
from pbx.routing.numbering import Target

RINGING_KINDS = frozenset(("phone", "trunk"))
"""Targets that may fail to answer; any other one takes the call, and the flow is over."""


class Dialling(Activity):
    """Waits for an answer, a refusal, or the end of its patience."""

    def __init__(self, step: Dial) -> None:
        self._step = step
        self._came_from = Target("none")
        self._sent_on_by: str | None = None

    def begin(self, run: FlowRun, now: float) -> None:
        number = fill(self._step.to, run.variables)
        call = run.leg.call
        route = run.host.route(call, number)
        self._sent_on_by = call.forwarded_by
        if number == self._step.to:
            # Whoever wrote the number into the flow answers for it; one that a caller had a hand in is the caller's.
            call.led_on(str(call.target))
        if route is None:
            run.go(self._step.otherwise, now, causes.UNREACHABLE)
        elif route.target.kind not in RINGING_KINDS:
            run.leave(route.target, now)
        else:
            self._came_from = run.leg.call.target
            run.wait(self._step.timeout_s, now)
            _note_target(run, route.target)
            run.host.destinations[route.target.kind](run.host, run.leg, route.target.name, now)

    def waited(self, run: FlowRun, now: float) -> None:
        if run.leg.partner is not None:
            run.host.hang_up(run.leg.partner, causes.NO_ANSWER, now)

    def partner_failed(self, run: FlowRun, cause: str, now: float) -> None:
        step = self._step
        run.leg.call.forwarded_by = self._sent_on_by
        _note_target(run, self._came_from)
        run.host.plane.silence(run.leg.id)
        branches = {causes.BUSY: step.on_busy, causes.DECLINED: step.on_busy, causes.NO_ANSWER: step.on_no_answer}
        run.go(branches.get(cause) or step.otherwise, now, cause)


def _note_target(run: FlowRun, target: Target) -> None:
    run.leg.call.target = target
    run.host.publish(CallDirected(run.host.clock(), run.leg.call.id, target.kind, target.name))
