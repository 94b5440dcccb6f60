"""A trunk's registration, kept: renewed in time, tried again with patience, at each of the carrier's addresses.

OUT --200--> IN --renewal refused or silent--> OUT         OUT --failure--> waits, longer each time --> OUT
"""

from __future__ import annotations

from collections.abc import Callable

from pbx.sip.authentication import Keychain
from pbx.sip.endpoint import Endpoint
from pbx.sip.flow import Flow
from pbx.sip.registering import Outcome, Registering
from pbx.sip.uri import Uri

ASKED_S = 600
"""Seconds asked for; the registrar may grant others."""
RENEW_AT = 0.8
"""The share of what was granted after which it is renewed: a lost REGISTER's 32 s fit into the rest of 200 s."""
SHORTEST_RENEWAL_S = 10.0
FIRST_PAUSE_S = 2.0
LONGEST_PAUSE_S = 120.0


class KeptRegistration:
    """One trunk's registration."""

    def __init__(
        self,
        endpoint: Endpoint,
        keychain: Keychain,
        ways: tuple[Flow, ...],
        *,
        registrar: Uri,
        own: Uri,
        contact: str,
        call_id: str,
        changed: Callable[[float], None],
    ) -> None:
        """``ways`` to the registrar, the preferred one first. ``changed`` is told when ``registered`` may have."""
        self._timers = endpoint.timers
        self._ways = ways
        self._way = 0
        self._changed = changed
        self._registering = Registering(
            endpoint, keychain, ways[0], registrar=registrar, own=own, contact=contact, call_id=call_id, done=self._done
        )
        self._pause = FIRST_PAUSE_S
        self._stopped = False
        self.registered = False
        self.error = ""
        """What the last failure was; kept when it is over."""

    def start(self, now: float) -> None:
        """Register, and stay so."""
        self._registering.register(ASKED_S, now)

    def stop(self, now: float) -> None:
        """Take the registration back; nothing is told any more."""
        self._stopped = True
        if self.registered:
            self._registering.register(0, now)

    def _again(self, now: float) -> None:
        if not self._stopped:
            self._registering.register(ASKED_S, now)

    def _done(self, outcome: Outcome, now: float) -> None:
        if self._stopped:
            return
        if outcome.good:
            self.registered = True
            self._pause = FIRST_PAUSE_S
            self._timers.at(now + max(outcome.expires * RENEW_AT, SHORTEST_RENEWAL_S), self._again)
        else:
            self.registered = False
            self.error = f"REGISTER: {outcome.status} {outcome.reason}"
            self._way = (self._way + 1) % len(self._ways)
            self._registering.flow = self._ways[self._way]
            self._timers.at(now + max(self._pause, outcome.retry_after), self._again)
            self._pause = min(self._pause * 2, LONGEST_PAUSE_S)
        self._changed(now)
