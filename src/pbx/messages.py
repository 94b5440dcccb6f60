"""Instant messages between our phones (RFC 3428): passed on as they are, answered as the far phones answer.

A message goes to every phone of the extension at once; the first that takes it answers for all, and when none does the
sender hears the last refusal. Nothing is kept for later.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pbx.routing.accounts import Account
from pbx.routing.binding import Binding, way_to_binding
from pbx.routing.registrar import Registrar
from pbx.sip.endpoint import Endpoint
from pbx.sip.flow import own_place
from pbx.sip.headers.address import Address
from pbx.sip.message import Request, Response
from pbx.sip.transaction.machine import Transaction
from pbx.sip.transaction.non_invite_server import NonInviteServer
from pbx.sip.uri import sip_uri

LARGEST = 8 * 1024
"""Octets of a message's body."""


class MessageDesk:
    """Passes messages on."""

    def __init__(self, endpoint: Endpoint, registrar: Registrar, clock: Callable[[], float]) -> None:
        self._endpoint = endpoint
        self._registrar = registrar
        self._clock = clock

    def pass_on(
        self,
        transaction: NonInviteServer,
        request: Request,
        account: Account,
        ours: Mapping[str, Account],
        now: float,
    ) -> None:
        """Take the MESSAGE of an account that proved itself, for one of ``ours``. Raises ParseError."""
        extension = request.uri.number
        bindings = self._registrar.find(extension, self._clock())
        status = 404 if extension not in ours else 413 if len(request.body) > LARGEST else 0 if bindings else 480
        if status:
            self._endpoint.respond(transaction, request, status, now)
            return
        sender = ours.get(self._registrar.seating.number_at(account.extension), account)
        delivery = _Delivery(self._endpoint, transaction, len(bindings))
        for binding in bindings:
            self._send(binding, request, sender, delivery, now)

    def _send(self, binding: Binding, request: Request, sender: Account, delivery: _Delivery, now: float) -> None:
        flow, routes = way_to_binding(binding)
        host, port = own_place(self._endpoint.sent_by, flow)
        self._endpoint.request(
            "MESSAGE",
            binding.contact,
            flow,
            delivery,
            caller=Address(sip_uri(sender.extension, host, port), sender.name),
            callee=Address(sip_uri(request.uri.number, host, port)),
            now=now,
            routes=routes,
            content_type=request.get("content-type") or "text/plain",
            body=request.body,
        )


class _Delivery:
    """One message on its way to some phones; the sender is answered once."""

    def __init__(self, endpoint: Endpoint, transaction: NonInviteServer, phones: int) -> None:
        self._endpoint = endpoint
        self._transaction = transaction
        self._missing = phones
        self._answered = False

    def responded(self, transaction: Transaction, response: Response, now: float) -> None:
        """A phone answered."""
        if response.status >= 200:
            self._settle(response.status, now)

    def timed_out(self, transaction: Transaction, now: float) -> None:
        """A phone did not answer."""
        self._settle(480, now)

    def transport_failed(self, transaction: Transaction, now: float) -> None:
        """A phone cannot be reached."""
        self._settle(480, now)

    def _settle(self, status: int, now: float) -> None:
        self._missing -= 1
        if self._answered or (status >= 300 and self._missing):
            return
        self._answered = True
        # A phone's 401 or 3xx is nothing that the sender could act upon.
        status = status if status < 300 or status >= 402 else 480
        self._endpoint.respond(self._transaction, self._transaction.request, status, now)
