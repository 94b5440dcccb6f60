"""What the endpoint tells its user: past-tense values, taken with ``Endpoint.take_events``."""

from __future__ import annotations

from typing import NamedTuple

from pbx.sip.message import Request
from pbx.sip.session import Session
from pbx.sip.session.events import (
    OfferAnswered,
    OfferReceived,
    ReferProgressed,
    ReferReceived,
    RequestAnswered,
    RequestWithin,
    SessionAccepted,
    SessionCancelled,
    SessionConfirmed,
    SessionEnded,
    SessionEvent,
    SessionProgressed,
    SessionRejected,
)
from pbx.sip.transaction.non_invite_server import NonInviteServer

__all__ = [
    "Event",
    "OfferAnswered",
    "OfferReceived",
    "ReferProgressed",
    "ReferReceived",
    "RequestAnswered",
    "RequestReceived",
    "RequestWithin",
    "SessionAccepted",
    "SessionCancelled",
    "SessionConfirmed",
    "SessionEnded",
    "SessionEvent",
    "SessionOffered",
    "SessionProgressed",
    "SessionRejected",
]


class RequestReceived(NamedTuple):
    """A request outside any dialog, other than INVITE: REGISTER, OPTIONS ... Answer with ``Endpoint.respond``."""

    transaction: NonInviteServer
    request: Request


class SessionOffered(NamedTuple):
    """An INVITE for a new call: the user rings, accepts or rejects it.

    Nothing was sent yet. A user that will not answer within 200 ms sends 100 itself, with ``Session.ring``
    (RFC 3261 section 17.2.1); one that will spares it.
    """

    session: Session
    request: Request


Event = RequestReceived | SessionOffered | SessionEvent
