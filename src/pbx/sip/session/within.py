"""Requests within a session's dialog, other than INVITE and ACK: which room takes each, and what is answered here."""

from __future__ import annotations

from typing import Protocol

from pbx.sip.abilities import ALLOW, METHODS
from pbx.sip.dialog import Dialog
from pbx.sip.headers.rack import RAck
from pbx.sip.message import Request, respond
from pbx.sip.session.changes import Changed, Changes
from pbx.sip.session.events import OfferAnswered, RequestWithin
from pbx.sip.session.phase import Phase
from pbx.sip.session.transfers import Transfers
from pbx.sip.transaction.non_invite_server import NonInviteServer

BEFORE_THE_ANSWER = ("UPDATE", "OPTIONS", "INFO")
"""What a phone that still rings may send us in its early dialog."""


class Addressed(Changed, Protocol):
    """The session, as requests within its dialog see it."""

    @property
    def changes(self) -> Changes:
        """The room of its changes."""

    def transfers(self, dialog: Dialog) -> Transfers:
        """The room of its transfers."""

    def withdrawn(self, reason: str, now: float) -> None:
        """The caller is gone before we answered, or before it could hear our answer."""


def take(session: Addressed, transaction: NonInviteServer, request: Request, now: float) -> None:
    """Answer a request, or give it to whom it concerns. Raises ParseError."""
    method, dialog = request.method, session.dialog
    if dialog is None and session.outgoing is not None and method in BEFORE_THE_ANSWER:
        dialog = session.outgoing.early_dialog(request.from_tag)
    if dialog is None:
        transaction.respond(respond(request, 481), now)
    elif method == "BYE":
        _left(session, transaction, request, now)
    elif method == "OPTIONS":
        transaction.respond(respond(request, 200), now)
    elif method == "UPDATE":
        session.changes.updated(transaction, dialog, now)
    elif method == "PRACK":
        _pracked(session, transaction, dialog, now)
    elif method in ("REFER", "NOTIFY", "SUBSCRIBE"):
        session.transfers(dialog).take(transaction, request, now)
    elif method in METHODS:
        transaction.expire(now)
        session.host.tell(RequestWithin(session, transaction, request))
    else:
        refusal = respond(request, 501)
        refusal.add("allow", ALLOW)
        transaction.respond(refusal, now)


def _left(session: Addressed, transaction: NonInviteServer, request: Request, now: float) -> None:
    reason, invite = request.get("reason") or "", session.incoming
    transaction.respond(respond(request, 200), now)
    if session.phase is Phase.OFFERED and invite is not None:
        invite.respond(487, now)  # section 15.1.2: pending requests are answered 487
        session.withdrawn(reason, now)
    else:
        session.lost("bye", reason, now)


def _pracked(session: Addressed, transaction: NonInviteServer, dialog: Dialog, now: float) -> None:
    """RFC 3262 section 3: 200 for a response of ours that waits, 481 for any other."""
    request, invite = transaction.request, session.incoming
    rack = RAck.parse(request.get("rack") or "")
    if invite is None or not invite.pracked(rack):
        transaction.respond(respond(request, 481), now)
        return
    if request.body and invite.request.body:
        session.changes.updated(transaction, dialog, now)  # a new offer
    else:
        transaction.respond(respond(request, 200), now)
        if request.body:
            session.host.tell(OfferAnswered(session, 200, request.body))
    invite.go_on(now)
