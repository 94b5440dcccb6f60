"""What a session tells its user: past-tense values."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from pbx.sip.message import Request, Response
from pbx.sip.session.referral import Referral
from pbx.sip.transaction.non_invite_server import NonInviteServer


class Teller(Protocol):
    """The session that an event is about."""

    user: object | None
    """What the endpoint's user attached, to find it again."""


class SessionProgressed(NamedTuple):
    """The far phone of our INVITE said 101-199; 180 means that it rings."""

    session: Teller
    status: int
    body: bytes
    response: Response


class SessionAccepted(NamedTuple):
    """Our INVITE was answered, and its 2xx acknowledged, unless that needs our answer."""

    session: Teller
    body: bytes
    answer_due: bool
    """Whether the body is the far side's offer, to be answered with ``Session.answer`` (our INVITE had none)."""
    response: Response


class SessionRejected(NamedTuple):
    """Our INVITE failed: what was answered, or 408 and 503 for silence and a broken way, 487 after our CANCEL."""

    session: Teller
    status: int
    reason: str
    response: Response | None
    """What was answered, with the Contacts of a 3xx and the reasons of others; None for silence and a broken way."""


class SessionConfirmed(NamedTuple):
    """The far side acknowledged our 2xx; the body is its answer where the offer was ours."""

    session: Teller
    body: bytes


class SessionCancelled(NamedTuple):
    """The caller took its INVITE back before we answered."""

    session: Teller
    reason: str
    """The CANCEL's Reason header (RFC 3326), '' without one."""


class OfferReceived(NamedTuple):
    """A re-INVITE: answer with ``Session.accept_offer`` or ``refuse_offer``. An empty body asks us to offer."""

    session: Teller
    body: bytes


class OfferAnswered(NamedTuple):
    """Our re-INVITE's outcome; the body is the answer where ``status`` is 2xx."""

    session: Teller
    status: int
    body: bytes
    answer_due: bool = False
    """Whether the body is an offer, to be answered with ``Session.answer`` (our re-INVITE had none)."""


class RequestWithin(NamedTuple):
    """A request within the dialog that is the user's to answer, with ``Endpoint.respond``: INFO, MESSAGE ..."""

    session: Teller
    transaction: NonInviteServer
    request: Request


class RequestAnswered(NamedTuple):
    """The outcome of ``Session.send``."""

    session: Teller
    method: str
    status: int
    response: Response | None
    """None for silence (408) and a broken way (503)."""


class ReferReceived(NamedTuple):
    """The far side asks us to call somebody (REFER): accept or reject the referral, and tell it how that goes."""

    session: Teller
    referral: Referral


class ReferProgressed(NamedTuple):
    """How the far side does with a referral of ours, from its answer and its NOTIFYs."""

    session: Teller
    status: int
    """The status of the call that it makes, or of its refusal to make one."""
    final: bool
    """Whether this is the last that is told."""


class SessionEnded(NamedTuple):
    """An established session is over: BYE from the far side, or it went silent."""

    session: Teller
    cause: str
    """``bye``, ``unacknowledged`` (no ACK for our 2xx) or ``lost`` (408 or 481 within the dialog)."""
    reason: str


SessionEvent = (
    SessionProgressed
    | SessionAccepted
    | SessionRejected
    | SessionConfirmed
    | SessionCancelled
    | OfferReceived
    | OfferAnswered
    | RequestWithin
    | RequestAnswered
    | ReferReceived
    | ReferProgressed
    | SessionEnded
)
