"""All flows of a switch, and the target ``flow`` that they serve."""

from __future__ import annotations

from pbx.call import cause as causes
from pbx.call.call import Leg
from pbx.call.flow.activities import activity_for
from pbx.call.flow.run import FlowRun
from pbx.call.host import CallHost
from pbx.routing.flow.steps import CallFlow

MAX_FLOWS = 50
"""Times that a call may enter a flow: a full queue that overflows into a flow that leads to it would never end."""


class FlowRoom:
    """Flows by their ids. A call follows the flow as it was when the call entered it."""

    def __init__(self) -> None:
        self._flows: dict[str, CallFlow] = {}

    def declare(self, flows: dict[str, CallFlow]) -> None:
        """Replace all flows."""
        self._flows = flows

    def serve(self, host: CallHost, leg: Leg, name: str, now: float) -> None:
        """The target ``flow``: answer, and follow the steps."""
        flow = self._flows.get(name)
        leg.call.flows += 1
        if flow is None or leg.call.flows > MAX_FLOWS:
            host.hang_up(leg, causes.UNREACHABLE, now)
        elif host.answer(leg, now):
            run = FlowRun(host, leg, flow, flows=self._flows, activity_for=activity_for)
            leg.attendant = run
            run.start(flow, now)
