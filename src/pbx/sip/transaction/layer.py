"""The transaction layer: finds the transaction that a message belongs to (RFC 3261 sections 17.1.3 and 17.2.3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from pbx.sip.errors import Overload
from pbx.sip.flow import Flow
from pbx.sip.headers.via import MAGIC_COOKIE
from pbx.sip.message import Request, Response
from pbx.sip.timers import TimerQueue
from pbx.sip.transaction.invite_client import InviteClient
from pbx.sip.transaction.invite_server import InviteServer
from pbx.sip.transaction.machine import ClientUser, Key, Transaction
from pbx.sip.transaction.non_invite_client import NonInviteClient
from pbx.sip.transaction.non_invite_server import NonInviteServer

ROOM = 200_000
"""Server transactions at once, those that only wait for retransmissions (32 s) among them."""

ServerTransaction = InviteServer | NonInviteServer
ClientTransaction = InviteClient | NonInviteClient


class LayerUser(Protocol):
    """Who takes what belongs to no transaction yet."""

    def request_received(self, transaction: ServerTransaction, request: Request, now: float) -> None:
        """A new request; it must be answered through its transaction."""

    def request_merged(self, transaction: ServerTransaction, now: float) -> None:
        """A request that came in already, by another way (section 8.2.2.2): it must be refused."""

    def ack_received(self, ack: Request, now: float) -> None:
        """The ACK of a 2xx: a request of its own, without a transaction (section 17.1)."""

    def cancel_received(self, cancel: NonInviteServer, invite: InviteServer | None, now: float) -> None:
        """A CANCEL, and the INVITE that it is about, if there still is one (section 9.2)."""


class TransactionLayer:
    """All transactions of one endpoint."""

    def __init__(self, send: Callable[[bytes, Flow], None], timers: TimerQueue, user: LayerUser, room: int) -> None:
        """``room``: server transactions at once."""
        self.send = send
        self._room = room
        self.timers = timers
        self._user = user
        self._clients: dict[Key, ClientTransaction] = {}
        self._servers: dict[Key, ServerTransaction] = {}
        self._by_flow: dict[Flow, dict[Transaction, None]] = {}
        """All of them, by the way that they go."""
        self._origins: set[Key] = set()
        """What the forks of one request have in common, of each request outside dialogs that is being answered."""
        self.strays = 0
        """Responses that belonged to no transaction."""

    def __len__(self) -> int:
        return len(self._clients) + len(self._servers)

    def start(self, request: Request, flow: Flow, user: ClientUser, now: float) -> ClientTransaction:
        """Send a request in a transaction of its own; its top Via carries the branch."""
        key = (request.branch, request.method)
        transaction: ClientTransaction
        if request.method == "INVITE":
            transaction = InviteClient(self, key, request, flow, user)
        else:
            transaction = NonInviteClient(self, key, request, flow, user)
        self._clients[key] = transaction
        self._enter(transaction)
        transaction.start(now)
        return transaction

    def receive_response(self, response: Response, now: float) -> None:
        """Give a response to its transaction; one that has none is counted and dropped (section 18.1.2)."""
        transaction = self._clients.get((response.branch, response.cseq.method))
        if transaction is None:
            self.strays += 1
        else:
            transaction.receive(response, now)

    def receive_request(self, request: Request, flow: Flow, now: float) -> None:
        """Give a request to its transaction, or make one. Raises ParseError, and Overload where there is no room."""
        method = request.method
        key = _server_key(request, "INVITE" if method == "ACK" else method)
        known = self._servers.get(key)
        if known is not None:
            known.receive(request, now)
        elif method == "ACK":
            self._user.ack_received(request, now)
        elif len(self._servers) >= self._room:
            raise Overload(f"{self._room} requests are being answered")
        elif method == "INVITE":
            self._receive_new(InviteServer(self, key, request, flow), request, now)
        else:
            other = NonInviteServer(self, key, request, flow)
            if method == "CANCEL":
                self._servers[key] = other
                self._enter(other)
                about = self._servers.get(_server_key(request, "INVITE"))
                self._user.cancel_received(other, about if isinstance(about, InviteServer) else None, now)
            else:
                self._receive_new(other, request, now)

    def _receive_new(self, transaction: ServerTransaction, request: Request, now: float) -> None:
        self._servers[transaction.key] = transaction
        self._enter(transaction)
        if not request.to_tag:
            origin = (request.call_id, request.from_tag, str(request.cseq.number), request.method)
            if origin in self._origins:
                self._user.request_merged(transaction, now)
                return
            self._origins.add(origin)
            transaction.origin = origin
        self._user.request_received(transaction, request, now)

    def transport_failed(self, flow: Flow, now: float) -> None:
        """Nothing can be sent over a flow: each transaction on it hears so."""
        for transaction in tuple(self._by_flow.get(flow, ())):
            transaction.transport_error(now)

    def flow_closed(self, flow: Flow, now: float) -> None:
        """A connection ended: each request sent over it hears so. What came over it is answered all the same."""
        for transaction in tuple(self._by_flow.get(flow, ())):
            if isinstance(transaction, (InviteClient, NonInviteClient)):
                transaction.transport_error(now)

    def forget(self, transaction: Transaction) -> None:
        """The transaction is over."""
        on_flow = self._by_flow.get(transaction.flow)
        if on_flow is not None:
            on_flow.pop(transaction, None)
            if not on_flow:
                del self._by_flow[transaction.flow]
        if isinstance(transaction, (InviteServer, NonInviteServer)):
            self._servers.pop(transaction.key, None)
            if transaction.origin is not None:
                self._origins.discard(transaction.origin)
        else:
            self._clients.pop(transaction.key, None)

    def _enter(self, transaction: Transaction) -> None:
        on_flow = self._by_flow.get(transaction.flow)
        if on_flow is None:
            self._by_flow[transaction.flow] = {transaction: None}
        else:
            on_flow[transaction] = None


def _server_key(request: Request, method: str) -> Key:
    via = request.via
    branch = via.branch
    if branch.startswith(MAGIC_COOKIE) and branch != MAGIC_COOKIE:
        # The CSeq number is more than section 17.2.3 asks: pyVoIP answers a challenge under the same branch.
        return branch, via.sent_by, method, str(request.cseq.number)
    # RFC 2543 senders, and a cookie with nothing behind it: section 17.2.3's long comparison. To is left out, for an
    # ACK carries the tag we gave.
    return request.uri_text, request.from_.tag or "", request.call_id, str(request.cseq.number), str(via), method
