"""Asking another system over HTTP."""

from __future__ import annotations

import msgspec

from pbx.asking import Answering, LookupAnswered, LookupAsked
from pbx.call.flow.run import Activity, FlowRun
from pbx.routing.flow.steps import Lookup
from pbx.routing.flow.text import fill, fill_url, pick

GRACE_S = 1.0
"""Whoever performs the request keeps its time limit; the run's own, this much later, catches what got lost."""
MAX_VALUE = 4000
"""Characters of one field that are kept."""


class LookingUp(Activity):
    """Waits for the answer."""

    def __init__(self, step: Lookup) -> None:
        self._step = step

    def begin(self, run: FlowRun, now: float) -> None:
        step, known = self._step, run.variables
        url = fill_url(step.url, known)
        body = ""
        if step.method == "POST":
            body = msgspec.json.encode({name: fill(value, known) for name, value in step.body.items()}).decode()
        run.ask(
            lambda at, call, leg, ask: LookupAsked(
                at, call, leg, ask, step.method, url, step.headers, body, step.timeout_s
            ),
            step.timeout_s + GRACE_S,
            now,
        )

    def answered(self, run: FlowRun, answer: Answering | None, now: float) -> None:
        body = answer.body if isinstance(answer, LookupAnswered) else None
        try:
            document = msgspec.json.decode(body) if body is not None else None
        except msgspec.DecodeError:
            body = None
        if body is None:
            run.go(self._step.on_error, now, "error")
            return
        for variable, path in self._step.results.items():
            run.variables[variable] = (pick(document, path) or "")[:MAX_VALUE]
        run.go(self._step.next, now)
