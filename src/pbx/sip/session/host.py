"""What a session needs of the endpoint that holds it."""

from __future__ import annotations

from typing import Protocol

from pbx.sip.coarse_timers import CoarseTimers
from pbx.sip.dialog import Dialog
from pbx.sip.session.events import SessionEvent
from pbx.sip.session.invite_host import InviteHost
from pbx.sip.usage import DialogUsage


class Host(InviteHost, Protocol):
    """The endpoint, as its sessions see it."""

    coarse: CoarseTimers
    """For session timers."""

    def tell(self, event: SessionEvent) -> None:
        """Queue an event for the endpoint's user."""

    def adopt(self, usage: DialogUsage, dialog: Dialog) -> None:
        """From now on, requests of this dialog are the usage's."""

    def drop(self, dialog: Dialog) -> None:
        """The dialog is over."""
