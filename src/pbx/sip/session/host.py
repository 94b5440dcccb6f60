"""What an INVITE needs of the endpoint that holds it, whichever side sent it."""

from __future__ import annotations

from typing import Protocol

from pbx.sip.flow import Flow
from pbx.sip.headers.auth import Challenge, Credentials
from pbx.sip.message import Request
from pbx.sip.timers import TimerQueue
from pbx.sip.transaction.layer import ClientTransaction
from pbx.sip.transaction.machine import ClientUser


class InviteHost(Protocol):
    """The endpoint, as one INVITE sees it."""

    timers: TimerQueue

    def new_via(self, flow: Flow) -> str:
        """A Via of ours with a fresh branch."""

    def contact(self, flow: Flow) -> str:
        """Our Contact on a flow's transport."""

    def start(self, request: Request, flow: Flow, user: ClientUser, now: float) -> ClientTransaction:
        """Send a request in a client transaction."""

    def send(self, data: bytes, flow: Flow) -> None:
        """Put bytes on the wire outside transactions (the ACK of a 2xx)."""

    def credentials(self, challenge: Challenge, method: str, uri: str) -> Credentials | None:
        """How to answer a challenge, None where we have nothing to say."""
