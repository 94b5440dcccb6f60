"""A softphone's registration, awaited: what became of each REGISTER is a future's result."""

from __future__ import annotations

import asyncio

from pbx.sip.authentication import Keychain
from pbx.sip.endpoint import Endpoint
from pbx.sip.flow import Flow
from pbx.sip.registering import Outcome, Registering
from pbx.sip.uri import Uri, sip_uri


class Registration:
    """One phone's registration at its server."""

    def __init__(self, endpoint: Endpoint, keychain: Keychain, flow: Flow, own: Uri, realm_host: str) -> None:
        self._registering = Registering(
            endpoint,
            keychain,
            flow,
            registrar=sip_uri("", realm_host, flow.port),
            own=own,
            contact=endpoint.contact(flow).strip("<>").replace("sip:", f"sip:{own.user}@"),
            call_id=f"reg-{id(self):x}-{own.user}@{own.host}",
            done=self._done,
        )
        self._outcome: asyncio.Future[int] | None = None

    def register(self, expires: int, now: float) -> asyncio.Future[int]:
        """Send a REGISTER for ``expires`` seconds (0 takes it back); the future gives its final status."""
        self._outcome = asyncio.get_running_loop().create_future()
        self._registering.register(expires, now)
        return self._outcome

    def _done(self, outcome: Outcome, now: float) -> None:
        if self._outcome is not None and not self._outcome.done():
            self._outcome.set_result(outcome.status)
