"""Why a call went where it went, outside of queues: the rules of the numbering plan, the trunks weighed and tried."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import msgspec

from control.schemas.common import to_iso
from pbx import events, trunk_events

KEPT_CALLS = 5000
"""Calls whose reasons are kept, the running ones and the latest of those that are over."""
KEPT_STEPS = 50
"""Steps of one call; one that is sent on without end has had its say by then."""

Step = events.NumberRouted | trunk_events.TrunksWeighed | trunk_events.TollRefused | trunk_events.TrunkTried
_NAMES: dict[type[Step], str] = {
    events.NumberRouted: "number_routed",
    trunk_events.TrunksWeighed: "trunks_weighed",
    trunk_events.TollRefused: "toll_refused",
    trunk_events.TrunkTried: "trunk_tried",
}


class Reasons:
    """Remembers the steps of the latest calls."""

    def __init__(self, kept_calls: int = KEPT_CALLS) -> None:
        self._kept_calls = kept_calls
        self._steps: OrderedDict[str, list[Step]] = OrderedDict()

    def note(self, step: Step) -> None:
        """One more step of a call."""
        steps = self._steps.get(step.call)
        if steps is None:
            steps = self._steps[step.call] = []
            if len(self._steps) > self._kept_calls:
                self._steps.popitem(last=False)
        if len(steps) < KEPT_STEPS:
            steps.append(step)

    def of(self, call: str) -> list[dict[str, Any]]:
        """The steps of a call, in their order; none where it is forgotten, or never was."""
        return [_shown(step) for step in self._steps.get(call, ())]


def _shown(step: Step) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(step)
    fields.pop("type")
    fields.pop("call")
    fields |= fields.pop("choice", {})
    return {"step": _NAMES[type(step)], **fields, "at": to_iso(step.at)}
