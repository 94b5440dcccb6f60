"""What one INVITE, and whatever else is sent within a dialog, needs of the endpoint."""

from __future__ import annotations

from typing import Protocol

from pbx.sip.authentication import Sender
from pbx.sip.flow import Flow
from pbx.sip.timers import TimerQueue


class InviteHost(Sender, Protocol):
    """The endpoint, as one INVITE sees it, whichever side sent it."""

    timers: TimerQueue

    def new_tag(self) -> str:
        """A fresh unguessable string."""

    def contact(self, flow: Flow) -> str:
        """Our Contact on a flow's transport."""

    def send(self, data: bytes, flow: Flow) -> None:
        """Put bytes on the wire outside transactions (the ACK of a 2xx)."""
