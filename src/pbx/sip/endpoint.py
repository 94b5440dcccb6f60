"""The SIP core's five verbs and one timer; everything above and below it is a shell.

    receive(data, flow, now)     bytes came from the wire
    transport_failed(flow, now)  bytes could not be sent
    handle_timer(now)            the time of ``next_timer`` has come
    take_outgoing()              what to send now: [(bytes, flow)]
    take_events()                what happened

and what a user agent asks: ``invite``, ``request``, ``respond``, and the verbs of a ``Session``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct

from pbx.sip.abilities import ALLOW, SDP, SUPPORTED, SUPPORTED_LATE
from pbx.sip.authentication import Keychain, ProvenRequest
from pbx.sip.author import Author, complete
from pbx.sip.coarse_timers import CoarseTimers
from pbx.sip.dialog import Dialog, DialogId
from pbx.sip.errors import Overload, ParseError
from pbx.sip.events import Event, RequestReceived, SessionOffered
from pbx.sip.flow import TRANSPORTS, Flow, Places
from pbx.sip.headers.address import Address
from pbx.sip.message import Fields, Request, Response, parse_message, respond, salvage
from pbx.sip.multipart import unwrap
from pbx.sip.screening import Objection, misplaced, objection
from pbx.sip.session import Phase, Session
from pbx.sip.session.incoming import IncomingInvite
from pbx.sip.timers import TimerQueue
from pbx.sip.transaction.invite_server import InviteServer
from pbx.sip.transaction.layer import ROOM, ClientTransaction, ServerTransaction, TransactionLayer
from pbx.sip.transaction.machine import ClientUser
from pbx.sip.transaction.non_invite_server import NonInviteServer
from pbx.sip.usage import DialogUsage

NOBODYS: tuple[None, None] = None, None
"""What is known of a dialog that we do not have."""


class Figures(Struct):
    """What an endpoint counts."""

    received: int = 0
    sent: int = 0
    unreadable: int = 0
    """Messages refused with 400 and its kin."""
    dropped: int = 0
    """Messages that could not even be refused."""


class Endpoint:
    """One SIP user agent: many sessions, many transactions, no clock and no socket of its own."""

    def __init__(
        self,
        sent_by: Places,
        token: Callable[[], str],
        *,
        agent: str = "Centrala",
        keychain: Keychain | None = None,
        room: int = ROOM,
        transports: frozenset[str] = TRANSPORTS,
    ) -> None:
        """``sent_by``: our own addresses (``flow.own_place``); ``token``: a source of unguessable short strings;
        ``room``: requests that may be in the course of being answered; ``transports``: those that may be used.
        """
        self.transports = transports
        self.timers = TimerQueue()
        self.coarse = CoarseTimers(self.timers)
        self.sent_by = sent_by
        self.figures = Figures()
        self._token = token
        self.keychain = keychain
        self._boot = token()
        self._author = Author(sent_by, token, self._boot, agent)
        self._outgoing: list[tuple[bytes, Flow]] = []
        self._events: list[Event] = []
        self._layer = TransactionLayer(self.send, self.timers, self, room)
        self._usages: dict[DialogId, tuple[DialogUsage, Dialog]] = {}

    # The wire's side

    def receive(self, data: bytes, flow: Flow, now: float) -> None:
        """Take one whole message. Never raises for what the far side sent."""
        self.figures.received += 1
        try:
            message = parse_message(data)
        except ParseError as error:
            self._refuse(salvage(data), error, flow)
            return
        try:
            if isinstance(message, Response):
                unwrap(message)
                self._layer.receive_response(message, now)
                return
            message.mark_source(flow.host, flow.port)
            if message.cseq.method != message.method:
                raise ParseError(f"CSeq says {message.cseq.method}, the request is {message.method}")
            if not message.to_tag:
                # Within a dialog the tags alone matter; all else must be readable, or is refused now.
                message.from_, message.to  # noqa: B018
            message.call_id  # noqa: B018
            if message.uri.headers:
                raise ParseError("a Request-URI has no headers")  # section 19.1.1, table 1
            self._layer.receive_request(message, flow, now)
        except ParseError as error:
            self._refuse(message if isinstance(message, Request) else None, error, flow)
        except Overload:
            if isinstance(message, Request):
                self.send(bytes(respond(message, 503, tag=self._boot)), flow)

    def transport_failed(self, flow: Flow, now: float) -> None:
        """Nothing can be sent over this flow (a refused connection, an unreachable host)."""
        self._layer.transport_failed(flow, now)

    def flow_closed(self, flow: Flow, now: float) -> None:
        """A connection ended: nobody will answer over it what was asked over it (RFC 3261 section 18.4)."""
        self._layer.flow_closed(flow, now)

    def uses(self, flow: Flow) -> bool:
        """Whether a dialog's far side is reached over a flow. Costs a look at every dialog."""
        return any(dialog.flow == flow for _, dialog in self._usages.values())

    def handle_timer(self, now: float) -> None:
        """Do what is due."""
        self.timers.run(now)

    def next_timer(self) -> float | None:
        """When ``handle_timer`` is wanted next."""
        return self.timers.next()

    def take_outgoing(self) -> list[tuple[bytes, Flow]]:
        """All that is to be sent now, in order."""
        taken, self._outgoing = self._outgoing, []
        self.figures.sent += len(taken)
        return taken

    def take_events(self) -> list[Event]:
        """All that happened since last asked."""
        taken, self._events = self._events, []
        return taken

    @property
    def transactions(self) -> int:
        """Transactions alive, lingering ones too."""
        return len(self._layer)

    @property
    def dialogs(self) -> int:
        """Dialogs alive."""
        return len(self._usages)

    def _refuse(self, request: Request | None, error: ParseError, flow: Flow) -> None:
        """Answer what cannot be read statelessly, where it can be answered at all."""
        if request is None or request.method == "ACK" or not request.has("via"):
            self.figures.dropped += 1
            return
        self.figures.unreadable += 1
        # The phrase tells the sender what is wrong; it is our text, but it may quote theirs.
        phrase = f"Bad Request: {error.message}" if error.status == 400 else ""
        phrase = "".join(c if c.isprintable() else "?" for c in phrase[:120])
        response = respond(request, error.status, phrase, tag=self._boot)
        self.send(bytes(response), flow)

    # The user agent's side

    def invite(
        self,
        target: str,
        flow: Flow,
        *,
        caller: Address,
        callee: Address,
        body: bytes,
        now: float,
        fields: Fields = (),
        max_forwards: int = 70,
        routes: Iterable[str] = (),
        keychain: Keychain | None = None,
    ) -> Session:
        """Call: a new session whose INVITE is on its way. ``target`` is the Request-URI.

        Without a body the far side is asked to offer. ``routes``: Route values to go by (section 8.1.2), the first of
        which ``flow`` leads to. ``keychain``: what proves us in this call, instead of the endpoint's own.
        """
        session = Session(self, Phase.CALLING, self._token())
        request = self._author.request("INVITE", target, flow, caller.with_tag(session.local_tag), callee, max_forwards)
        request.add("contact", self.contact(flow))
        request.add("allow", ALLOW)
        request.add("supported", SUPPORTED if body else SUPPORTED_LATE)
        complete(request, routes, fields, SDP, body)
        session.call(request, flow, now, keychain)
        return session

    def request(
        self,
        method: str,
        target: str,
        flow: Flow,
        user: ClientUser,
        *,
        caller: Address,
        callee: Address,
        now: float,
        call_id: str = "",
        number: int = 1,
        fields: Fields = (),
        routes: Iterable[str] = (),
        content_type: str = "",
        body: bytes = b"",
        keychain: Keychain | None = None,
    ) -> ClientTransaction:
        """Send a request outside any dialog (REGISTER, OPTIONS ...).

        With a keychain one challenge is met here, under the next CSeq number; without, the user hears of it.
        """
        request = self._author.request(
            method, target, flow, caller.with_tag(self._token()), callee, 70, call_id, number
        )
        complete(request, routes, fields, content_type, body)
        if keychain is not None:
            return ProvenRequest(self, request, flow, user, keychain, lambda: number + 1).start(now)
        return self.start(request, flow, user, now)

    def respond(
        self,
        transaction: NonInviteServer,
        request: Request,
        status: int,
        now: float,
        *,
        reason: str = "",
        fields: Fields = (),
        content_type: str = "",
        body: bytes = b"",
        tag: str = "",
    ) -> None:
        """Answer a request other than INVITE. ``tag`` is ours in the dialog that the answer creates, if it does."""
        response = respond(request, status, reason, tag=tag or self._token(), body=body)
        for key, value in fields:
            response.add(key, value)
        if body:
            response.add("content-type", content_type)
        transaction.respond(response, now)

    def session_of(self, call_id: str, local_tag: str, remote_tag: str) -> Session | None:
        """The session of a dialog of ours, by its tags as seen from here (for Replaces, RFC 3891)."""
        usage, _ = self._usages.get((call_id, local_tag, remote_tag), NOBODYS)
        return usage if isinstance(usage, Session) else None

    def new_tag(self) -> str:
        """A tag for a dialog that is about to be made."""
        return self._token()

    # What sessions need of us (session.session.Host)

    def tell(self, event: Event) -> None:
        """Queue an event."""
        self._events.append(event)

    def new_via(self, flow: Flow, target: str = "") -> str:
        """A Via of ours with a fresh branch; ``target``: where the INVITE goes that begins a call."""
        return self._author.via(flow, target)

    def contact(self, flow: Flow) -> str:
        """Where we want to be reached."""
        return self._author.contact(flow)

    def start(self, request: Request, flow: Flow, user: ClientUser, now: float) -> ClientTransaction:
        """Send a request in a client transaction."""
        return self._layer.start(request, flow, user, now)

    def send(self, data: bytes, flow: Flow) -> None:
        """Put bytes on the wire."""
        self._outgoing.append((data, flow))

    def adopt(self, usage: DialogUsage, dialog: Dialog) -> None:
        """Requests of this dialog are the usage's."""
        self._usages[dialog.id] = usage, dialog

    def drop(self, dialog: Dialog) -> None:
        """The dialog is over."""
        self._usages.pop(dialog.id, None)

    # What belongs to no transaction yet (transaction.layer.LayerUser)

    def request_received(self, transaction: ServerTransaction, request: Request, now: float) -> None:
        """A new request: into its dialog, or to the user; one that turns out unreadable is refused."""
        try:
            self._dispatch(transaction, request, now)
        except ParseError as error:
            self.figures.unreadable += 1
            transaction.respond(respond(request, error.status, tag=self._token()), now)

    def _dispatch(self, transaction: ServerTransaction, request: Request, now: float) -> None:
        if (found := objection(request)) is not None:
            self._object(transaction, found, now)
        elif request.to_tag:
            self._within_dialog(transaction, request, now)
        elif isinstance(transaction, InviteServer):
            self._new_session(transaction, request, now)
        elif (found := misplaced(request)) is not None:
            self._object(transaction, found, now)
        else:
            self.tell(RequestReceived(transaction, request))

    def _object(self, transaction: ServerTransaction, found: Objection, now: float) -> None:
        refusal = respond(transaction.request, found.status, tag=self._token())
        for key, value in found.fields:
            refusal.add(key, value)
        transaction.respond(refusal, now)

    def _new_session(self, transaction: InviteServer, request: Request, now: float) -> None:
        request.number("max-forwards")  # read now or refused
        if self._author.loops.looped(request):
            self._object(transaction, Objection(482), now)
            return
        session = Session.offered(self, transaction, self._token())
        self.tell(SessionOffered(session, request))

    def _within_dialog(self, transaction: ServerTransaction, request: Request, now: float) -> None:
        usage, dialog = self._usages.get((request.call_id, request.to_tag, request.from_tag), NOBODYS)
        if usage is None or dialog is None:
            transaction.respond(respond(request, 481), now)
        elif not dialog.accepts(request):
            # Section 12.2.2: out of order.
            transaction.respond(respond(request, 500, "CSeq goes backwards"), now)
        elif isinstance(transaction, NonInviteServer):
            usage.requested(transaction, request, now)
        elif isinstance(usage, Session):
            usage.invited(transaction, now)
        else:
            transaction.respond(respond(request, 481), now)  # no session is in this dialog

    def request_merged(self, transaction: ServerTransaction, now: float) -> None:
        """Another fork of a request that is being answered (section 8.2.2.2)."""
        self._object(transaction, Objection(482), now)

    def ack_received(self, ack: Request, now: float) -> None:
        """The ACK of a 2xx."""
        unwrap(ack)
        session = self.session_of(ack.call_id, ack.to_tag, ack.from_tag)
        if session is not None:
            session.acknowledged(ack, now)

    def cancel_received(self, cancel: NonInviteServer, invite: InviteServer | None, now: float) -> None:
        """A CANCEL: 200 where its INVITE is known, else 481 (section 9.2)."""
        request = cancel.request
        if invite is None:
            cancel.respond(respond(request, 481, tag=self._token()), now)
            return
        answering = invite.user
        owner = answering.session if isinstance(answering, IncomingInvite) else None
        cancel.respond(respond(request, 200, tag=owner.local_tag if owner else self._token()), now)
        if owner is not None:
            owner.cancelled(request.get("reason") or "", now)
