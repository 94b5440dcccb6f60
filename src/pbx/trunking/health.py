"""Whether a trunk answers: OPTIONS now and then (RFC 3261 section 11), more often while it does not.

    UP --FAILURES in a row--> DOWN --one answer--> UP

Any answer but 408 and 503 is a sign of life: many carriers refuse OPTIONS and take calls.
"""

from __future__ import annotations

from collections.abc import Callable

from pbx.sip.authentication import Keychain
from pbx.sip.endpoint import Endpoint
from pbx.sip.flow import Flow
from pbx.sip.headers.address import Address
from pbx.sip.message import Response
from pbx.sip.transaction.machine import Transaction
from pbx.sip.uri import Uri

FAILURES = 2
"""In a row, that take a trunk down."""
PATIENCE_S = 4.0
"""Seconds for an answer: a transaction's own 32 s would keep calls waiting on a dead carrier."""
SUSPICIOUS_INTERVAL_S = 5.0
"""Between two questions while the last one failed."""
LIFELESS = (408, 503)


class HealthCheck:
    """Asks one address of a trunk; ``alive`` is what it last heard."""

    def __init__(
        self,
        endpoint: Endpoint,
        keychain: Keychain,
        flow: Flow,
        *,
        target: Uri,
        own: Uri,
        interval_s: float,
        changed: Callable[[float], None],
    ) -> None:
        """``changed`` is told when ``alive`` may have changed."""
        self._endpoint = endpoint
        self._keychain = keychain
        self.flow = flow
        self._target = target
        self._own = Address(own)
        self._interval_s = interval_s
        self._changed = changed
        self._failures = 0
        self._asked = 0
        self._answered = 0
        """The last question that was answered, or given up."""
        self._stopped = False
        self.alive = True
        self.error = ""
        """What the last failure was; kept when it is over."""

    def start(self, now: float) -> None:
        """Ask at once, and then now and then."""
        self._ask(now)

    def stop(self) -> None:
        """Ask no more."""
        self._stopped = True

    def suspect(self, now: float) -> None:
        """A call failed on this address: ask now, unless a question is under way."""
        if not self._stopped and self._asked == self._answered:
            self._ask(now)

    def _ask(self, now: float) -> None:
        self._asked += 1
        asked = self._asked
        self._endpoint.request(
            "OPTIONS",
            str(self._target),
            self.flow,
            _Question(self, asked),
            caller=self._own,
            callee=Address(self._target),
            now=now,
            fields=(("accept", "application/sdp"),),
            keychain=self._keychain,
        )
        self._endpoint.timers.at(now + PATIENCE_S, self._out_of_patience, asked)

    def _out_of_patience(self, asked: int, now: float) -> None:
        self.heard(asked, 408, "no answer", now)

    def _due(self, asked: int, now: float) -> None:
        if not self._stopped and asked == self._asked:
            self._ask(now)

    def heard(self, asked: int, status: int, reason: str, now: float) -> None:
        """A question was answered, or it is clear that it will not be."""
        if self._stopped or asked <= self._answered:
            return
        self._answered = asked
        if status in LIFELESS:
            self._failures += 1
            self.error = f"OPTIONS: {status} {reason}"
        else:
            self._failures = 0
        before, self.alive = self.alive, self._failures < FAILURES if self.alive else self._failures == 0
        pause = min(self._interval_s, SUSPICIOUS_INTERVAL_S) if self._failures else self._interval_s
        self._endpoint.timers.at(now + pause, self._due, asked)
        if before != self.alive:
            self._changed(now)


class _Question:
    """The user of one OPTIONS."""

    def __init__(self, check: HealthCheck, asked: int) -> None:
        self._check = check
        self._asked = asked

    def responded(self, transaction: Transaction, response: Response, now: float) -> None:
        if response.status >= 200:
            self._check.heard(self._asked, response.status, response.reason, now)

    def timed_out(self, transaction: Transaction, now: float) -> None:
        self._check.heard(self._asked, 408, "no answer", now)

    def transport_failed(self, transaction: Transaction, now: float) -> None:
        self._check.heard(self._asked, 503, "cannot be reached", now)
