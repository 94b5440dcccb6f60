"""One trunk as it is kept: its ways, its registration and health, and what they make of it: up or down.

A trunk is up while one of its addresses answers and, where it is to register, its registration stands.
"""

from __future__ import annotations

from collections.abc import Callable

from pbx.routing.trunks.trunk import Trunk
from pbx.sip.endpoint import Endpoint
from pbx.sip.flow import Flow
from pbx.sip.headers.address import Address
from pbx.sip.uri import sip_uri
from pbx.trunking.health import HealthCheck
from pbx.trunking.keychain import TrunkKeychain
from pbx.trunking.registration import KeptRegistration

MOST_WAYS = 8
"""Addresses of one trunk that are used and asked after; a domain may have many more."""
NOT_FOUND = "its address leads nowhere"


class TrunkLine:
    """One trunk's care; made anew when what it depends on is declared otherwise."""

    def __init__(
        self, endpoint: Endpoint, trunk: Trunk, token: Callable[[], str], changed: Callable[[TrunkLine, float], None]
    ) -> None:
        """``token``: a source of unguessable short strings; ``changed`` is told when ``down`` or ``ways`` may have."""
        self._endpoint = endpoint
        self._changed = changed
        self.trunk = trunk
        self.keychain = TrunkKeychain(trunk.username, trunk.password, token)
        self.mark = token()
        """Stands in the contact we register, so that a call which names it is known to come by this trunk."""
        self._call_id = f"{token()}{token()}"
        self._ways: tuple[Flow, ...] = ()
        self._registration: KeptRegistration | None = None
        self._checks: list[HealthCheck] = []
        self._problem = "its address was not looked up yet"

    @property
    def down(self) -> str:
        """Why no call can go out, empty where one can."""
        if self._problem:
            return self._problem
        if self._registration is not None and not self._registration.registered:
            return self._registration.error or "not registered yet"
        if self._checks and not any(check.alive for check in self._checks):
            return self._checks[0].error
        return ""

    @property
    def ways(self) -> tuple[Flow, ...]:
        """Those that answer, or all while none does."""
        silent = {check.flow for check in self._checks if not check.alive}
        return tuple(way for way in self._ways if way not in silent) or self._ways

    @property
    def registered(self) -> bool | None:
        """Whether the registration stands; None where there is to be none."""
        if not self.trunk.registers:
            return None
        return self._registration is not None and self._registration.registered

    @property
    def last_error(self) -> str:
        """What went wrong last, over or not."""
        errors = [self._registration.error] if self._registration is not None else []
        return next((one for one in [self._problem, *errors, *(check.error for check in self._checks)] if one), "")

    def found_at(self, ways: tuple[Flow, ...], now: float) -> None:
        """The trunk's address was looked up (again)."""
        ways = ways[:MOST_WAYS]
        if not ways:
            # What stood keeps standing: a resolver that fails for a while must not cut off a carrier that answers.
            self._problem = "" if self._ways else NOT_FOUND
        elif set(ways) != set(self._ways):  # weights shuffle the order at each look (RFC 2782)
            self.close(now)
            self._problem, self._ways = "", ways
            self._begin(now)
        self._changed(self, now)

    def _begin(self, now: float) -> None:
        trunk = self.trunk
        if trunk.options_interval_s is not None:
            self._checks = [
                HealthCheck(
                    self._endpoint, self.keychain, way, target=trunk.uri(), own=trunk.aor(trunk.username),
                    interval_s=trunk.options_interval_s, changed=self._stands_otherwise,
                )
                for way in self._ways
            ]  # fmt: skip
        if trunk.registers:
            self._registration = KeptRegistration(
                self._endpoint, self.keychain, self._ways, registrar=trunk.uri(),
                own=trunk.aor(trunk.username), contact=self._contact(), call_id=self._call_id,
                changed=self._stands_otherwise,
            )  # fmt: skip
            self._registration.start(now)
        for check in self._checks:
            check.start(now)

    def _contact(self) -> str:
        ours = Address.parse(self._endpoint.contact(self._ways[0])).uri
        return str(sip_uri(self.trunk.username, ours.address[0], ours.port, (*ours.params, ("line", self.mark))))

    def _stands_otherwise(self, now: float) -> None:
        self._changed(self, now)

    def suspect(self, way: Flow, now: float) -> None:
        """A call failed on one of the ways."""
        for check in self._checks:
            if check.flow == way:
                check.suspect(now)

    def close(self, now: float) -> None:
        """Register and ask no more."""
        for check in self._checks:
            check.stop()
        self._checks = []
        if self._registration is not None:
            self._registration.stop(now)
            self._registration = None
