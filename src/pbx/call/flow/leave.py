"""Steps that end a flow: into a queue, a box or another flow, or with a hang-up."""

from __future__ import annotations

from pbx.call.flow.run import Activity, FlowRun
from pbx.routing.flow.steps import Jump, Queue, Voicemail
from pbx.routing.flow.text import fill
from pbx.routing.numbering import Target
from pbx.wish import Wish


class Queueing(Activity):
    """To a queue."""

    def __init__(self, step: Queue) -> None:
        self._step = step

    def begin(self, run: FlowRun, now: float) -> None:
        step = self._step
        persons = tuple(name for one in step.preferred if (name := fill(one, run.variables)))
        run.leave(Target("queue", step.queue, Wish(persons, step.preferred_s) if persons else None), now)


class LeavingMessage(Activity):
    """To a voicemail box."""

    def __init__(self, step: Voicemail) -> None:
        self._target = Target("voicemail", step.box)

    def begin(self, run: FlowRun, now: float) -> None:
        run.leave(self._target, now)


class Jumping(Activity):
    """To another flow; one that is gone meanwhile ends the call."""

    def __init__(self, step: Jump) -> None:
        self._flow = step.flow

    def begin(self, run: FlowRun, now: float) -> None:
        flow = run.flows.get(self._flow)
        if flow is None:
            run.end(now, f"there is no flow {self._flow}")
        else:
            run.jump(flow, now)


class HangingUp(Activity):
    """The end."""

    def begin(self, run: FlowRun, now: float) -> None:
        run.end(now)
