"""A softphone's registration: sent, challenged, renewed in time, taken back (RFC 3261 section 10.2)."""

from __future__ import annotations

import asyncio

from pbx.sip.authentication import Keychain
from pbx.sip.endpoint import Endpoint
from pbx.sip.errors import ParseError
from pbx.sip.flow import Flow
from pbx.sip.headers.address import Address
from pbx.sip.headers.auth import Challenge
from pbx.sip.message import Response
from pbx.sip.transaction.machine import Transaction
from pbx.sip.uri import Uri


class Registration:
    """One phone's registration at its server. ``register`` sends; ``outcome`` resolves to the final status."""

    def __init__(self, endpoint: Endpoint, keychain: Keychain, flow: Flow, own: Uri, realm_host: str) -> None:
        self._endpoint = endpoint
        self._keychain = keychain
        self._flow = flow
        self._own = own
        self._server = f"sip:{realm_host}:{flow.port}"
        self._call_id = f"reg-{id(self):x}-{own.user}@{own.host}"
        self._number = 0
        self._expires = 0
        self._answered_challenge = False
        self._outcome: asyncio.Future[int] | None = None

    def register(self, expires: int, now: float) -> asyncio.Future[int]:
        """Send a REGISTER for ``expires`` seconds (0 takes it back); the future gives its final status."""
        self._outcome = asyncio.get_running_loop().create_future()
        self._expires = expires
        self._answered_challenge = False
        self._send((), now)
        return self._outcome

    def _send(self, fields: tuple[tuple[str, str], ...], now: float) -> None:
        self._number += 1
        address = Address(self._own)
        contact = self._endpoint.contact(self._flow).replace("<sip:", f"<sip:{self._own.user}@")
        self._endpoint.request(
            "REGISTER",
            self._server,
            self._flow,
            self,
            caller=address,
            callee=address,
            now=now,
            call_id=self._call_id,
            number=self._number,
            fields=(("contact", contact), ("expires", str(self._expires)), *fields),
        )

    def responded(self, transaction: Transaction, response: Response, now: float) -> None:
        """An answer: a challenge is met once, anything else final is the outcome."""
        if response.status < 200:
            return
        if response.status == 401 and not self._answered_challenge:
            self._answered_challenge = True
            for value in response.get_all("www-authenticate"):
                try:
                    challenge = Challenge.parse(value)
                except ParseError:
                    continue
                if (credentials := self._keychain.answer(challenge, "REGISTER", self._server)) is not None:
                    self._send((("authorization", str(credentials)),), now)
                    return
        self._end(response.status)

    def timed_out(self, transaction: Transaction, now: float) -> None:
        """The server is silent."""
        self._end(408)

    def transport_failed(self, transaction: Transaction, now: float) -> None:
        """The server cannot be reached."""
        self._end(503)

    def _end(self, status: int) -> None:
        if self._outcome is not None and not self._outcome.done():
            self._outcome.set_result(status)
