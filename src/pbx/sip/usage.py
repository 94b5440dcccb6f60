"""Dialog usages (RFC 5057): what a dialog is for. A session is one kind, a subscription another."""

from __future__ import annotations

from typing import Protocol

from pbx.sip.message import Request
from pbx.sip.transaction.non_invite_server import NonInviteServer


class DialogUsage(Protocol):
    """Who owns a dialog and takes the requests that come within it."""

    def requested(self, transaction: NonInviteServer, request: Request, now: float) -> None:
        """A request within the dialog, its CSeq in order; it must be answered through its transaction."""
