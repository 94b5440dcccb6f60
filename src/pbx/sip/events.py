"""What the endpoint tells its user: past-tense values, taken with ``Endpoint.take_events``."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pbx.sip.message import Request
    from pbx.sip.session import Session
    from pbx.sip.transaction.non_invite_server import NonInviteServer


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


class SessionProgressed(NamedTuple):
    """The far phone of our INVITE said 101-199; 180 means that it rings."""

    session: Session
    status: int
    body: bytes


class SessionAccepted(NamedTuple):
    """Our INVITE was answered, and its 2xx acknowledged."""

    session: Session
    body: bytes


class SessionRejected(NamedTuple):
    """Our INVITE failed: what was answered, or 408 and 503 for silence and a broken way, 487 after our CANCEL."""

    session: Session
    status: int
    reason: str


class SessionConfirmed(NamedTuple):
    """The far side acknowledged our 2xx; the body is its answer where the offer was ours."""

    session: Session
    body: bytes


class SessionCancelled(NamedTuple):
    """The caller took its INVITE back before we answered."""

    session: Session
    reason: str
    """The CANCEL's Reason header (RFC 3326), '' without one."""


class OfferReceived(NamedTuple):
    """A re-INVITE: answer with ``Session.accept_offer`` or ``refuse_offer``. An empty body asks us to offer."""

    session: Session
    body: bytes


class OfferAnswered(NamedTuple):
    """Our re-INVITE's outcome; the body is the answer where ``status`` is 2xx."""

    session: Session
    status: int
    body: bytes


class SessionEnded(NamedTuple):
    """An established session is over: BYE from the far side, or it went silent."""

    session: Session
    cause: str
    """``bye``, ``unacknowledged`` (no ACK for our 2xx) or ``lost`` (408 or 481 within the dialog)."""
    reason: str


Event = (
    RequestReceived
    | SessionOffered
    | SessionProgressed
    | SessionAccepted
    | SessionRejected
    | SessionConfirmed
    | SessionCancelled
    | OfferReceived
    | OfferAnswered
    | SessionEnded
)
