"""What a session and its rooms need of the endpoint that holds it."""

from __future__ import annotations

from typing import Protocol

from pbx.sip.authentication import Sender
from pbx.sip.dialog import Dialog
from pbx.sip.flow import Flow
from pbx.sip.session.events import SessionEvent
from pbx.sip.timers import TimerQueue
from pbx.sip.usage import DialogUsage


class InviteHost(Sender, Protocol):
    """The endpoint, as one INVITE sees it, whichever side sent it."""

    timers: TimerQueue

    def contact(self, flow: Flow) -> str:
        """Our Contact on a flow's transport."""

    def send(self, data: bytes, flow: Flow) -> None:
        """Put bytes on the wire outside transactions (the ACK of a 2xx)."""


class Host(InviteHost, Protocol):
    """The endpoint, as its sessions see it."""

    def tell(self, event: SessionEvent) -> None:
        """Queue an event for the endpoint's user."""

    def adopt(self, usage: DialogUsage, dialog: Dialog) -> None:
        """From now on, requests of this dialog are the usage's."""

    def drop(self, usage: DialogUsage) -> None:
        """The usage is over."""
