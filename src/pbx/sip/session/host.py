"""What sessions need of the endpoint that holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from pbx.sip.dialog import Dialog
from pbx.sip.flow import Flow
from pbx.sip.headers.auth import Challenge, Credentials
from pbx.sip.message import Request
from pbx.sip.timers import TimerQueue
from pbx.sip.transaction.layer import ClientTransaction
from pbx.sip.transaction.machine import ClientUser

if TYPE_CHECKING:
    from pbx.sip.events import Event
    from pbx.sip.session.session import Session


class Host(Protocol):
    """The endpoint, as its sessions see it."""

    timers: TimerQueue

    def tell(self, event: Event) -> None:
        """Queue an event for the endpoint's user."""

    def new_via(self, flow: Flow) -> str:
        """A Via of ours with a fresh branch."""

    def contact(self, flow: Flow) -> str:
        """Our Contact on a flow's transport."""

    def start(self, request: Request, flow: Flow, user: ClientUser, now: float) -> ClientTransaction:
        """Send a request in a client transaction."""

    def send(self, data: bytes, flow: Flow) -> None:
        """Put bytes on the wire outside transactions (the ACK of a 2xx)."""

    def adopt(self, session: Session, dialog: Dialog) -> None:
        """From now on, requests of this dialog are the session's."""

    def drop(self, session: Session) -> None:
        """The session is over."""

    def credentials(self, session: Session, challenge: Challenge, method: str, uri: str) -> Credentials | None:
        """How to answer a challenge to a request of this session, None where we have nothing to say."""
