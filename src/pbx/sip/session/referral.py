"""A REFER that came in: accepted or refused, its progress told in NOTIFYs until the end (RFC 3515 section 2.4)."""

from __future__ import annotations

from enum import Enum, auto

from pbx.sip.dialog import Dialog
from pbx.sip.errors import ParseError, StateError
from pbx.sip.headers.refer_to import ReferTo
from pbx.sip.message import REASONS, Response, respond
from pbx.sip.session.invite_host import InviteHost
from pbx.sip.session.request import GONE, send_within
from pbx.sip.transaction.non_invite_server import NonInviteServer

EXPIRES_S = 180
"""Seconds for which the referrer is promised to hear of its referral; longer than any phone rings."""
FRAGMENT = "message/sipfrag;version=2.0"


class Stage(Enum):
    """How far a referral is: WAITING --accept--> ACTIVE --a final status--> OVER; reject leads to OVER at once."""

    WAITING = auto()
    ACTIVE = auto()
    OVER = auto()


class Referral:
    """One REFER. Its NOTIFYs go on when the session has ended: the referrer may hang up before it hears the end."""

    def __init__(self, host: InviteHost, dialog: Dialog, transaction: NonInviteServer, *, numbered: bool) -> None:
        """``numbered``: not the first within its dialog, so that its NOTIFYs carry its number (section 2.4.6).

        Raises ParseError for a Refer-To that is missing, doubled or unreadable.
        """
        self._host = host
        self._dialog = dialog
        self._transaction = transaction
        request = transaction.request
        values = request.values("refer-to")
        if len(values) != 1:
            raise ParseError(f"a REFER needs one Refer-To, found {len(values)}")
        refer_to = ReferTo.parse(values[0])
        self.method = refer_to.method
        """What to send to the target; mostly INVITE."""
        self.target = refer_to.target
        """Whom to call."""
        self.replaces = refer_to.replaces
        """The dialog that the new call is to take the place of (an attended transfer)."""
        self.referred_by = request.get("referred-by") or ""
        """Who sends us there, as written (RFC 3892)."""
        self.id = str(request.cseq.number) if numbered else ""
        self.stage = Stage.WAITING
        self._untold: list[tuple[str, bytes]] = []
        """Subscription states and fragments not acknowledged yet, the one under way first: NOTIFYs that overtook each
        other would be refused for their CSeq."""

    def accept(self, now: float) -> None:
        """Take it on: 202, and the first NOTIFY (100 Trying). Raises StateError unless it still waits."""
        self._respond(202, now)
        self.stage = Stage.ACTIVE
        self.notify(100, REASONS[100], now)

    def reject(self, status: int, now: float) -> None:
        """Refuse it with a final status. Raises StateError unless it still waits."""
        self._respond(status, now)
        self.stage = Stage.OVER

    def notify(self, status: int, reason: str, now: float) -> None:
        """Tell how the new call does; a final status is the last word. Nothing is told of one that is over."""
        if self.stage is Stage.WAITING:
            raise StateError("accept the referral first")
        if self.stage is Stage.OVER:
            return
        if status >= 200:
            self.stage = Stage.OVER
        self._tell(status, reason, "noresource", now)

    def end(self, now: float) -> None:
        """The referrer wants to hear no more of it (RFC 6665 section 4.1.2.3)."""
        self.stage = Stage.OVER
        self._tell(100, REASONS[100], "timeout", now)

    def _respond(self, status: int, now: float) -> None:
        if self.stage is not Stage.WAITING:
            raise StateError("the referral was answered already")
        response = respond(self._transaction.request, status)
        if status < 300:
            response.add("contact", self._host.contact(self._transaction.flow))
        self._transaction.respond(response, now)

    def _tell(self, status: int, reason: str, end: str, now: float) -> None:
        over = self.stage is Stage.OVER
        state = f"terminated;reason={end}" if over else f"active;expires={EXPIRES_S}"
        under_way = self._untold[:1]
        self._untold = [*under_way, (state, f"SIP/2.0 {status} {reason}\r\n".encode())]  # only the latest matters
        if not under_way:
            self._send(now)

    def _send(self, now: float) -> None:
        state, line = self._untold[0]
        fields = (
            ("event", f"refer;id={self.id}" if self.id else "refer"),
            ("subscription-state", state),
            ("contact", self._host.contact(self._dialog.flow)),
        )
        send_within(
            self._host, self._dialog, "NOTIFY", now, self._told, fields=fields, content_type=FRAGMENT, body=line
        )

    def _told(self, status: int, response: Response | None, now: float) -> None:
        self._untold.pop(0)
        if status in GONE or status == 489:
            self.stage, self._untold = Stage.OVER, []  # the referrer wants to hear no more (RFC 6665 section 4.2.2)
        elif self._untold:
            self._send(now)
