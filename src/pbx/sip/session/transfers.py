"""The referrals of one session, theirs and ours: REFER, and the NOTIFY and SUBSCRIBE that belong to it."""

from __future__ import annotations

from pbx.sip.dialog import Dialog
from pbx.sip.errors import ParseError, StateError
from pbx.sip.headers.address import Address
from pbx.sip.headers.refer_to import ReferTo
from pbx.sip.headers.replaces import Replaces
from pbx.sip.message import Request, respond
from pbx.sip.session.events import ReferProgressed, ReferReceived, Teller
from pbx.sip.session.host import Host
from pbx.sip.session.refer import Refer
from pbx.sip.session.referral import EXPIRES_S, Referral, Stage
from pbx.sip.session.request import send_within
from pbx.sip.text import find_param, parse_params
from pbx.sip.transaction.non_invite_server import NonInviteServer
from pbx.sip.uri import Uri

MOST = 4
"""Referrals of one far side that may be under way at once."""


class Transfers:
    """Made with a session's first REFER."""

    def __init__(self, host: Host, session: Teller, dialog: Dialog) -> None:
        self._host = host
        self._session = session
        self._dialog = dialog
        self._theirs: list[Referral] = []
        self._numbered = False
        self._ours: Refer | None = None

    def refer(self, target: str, now: float, replaces: str, referred_by: str) -> None:
        """Ask the far side to call somebody. Raises ParseError for an unreadable target, StateError while one runs."""
        if self._ours is not None and not self._ours.over:
            raise StateError("another REFER is under way")
        address = ReferTo(Address(Uri.parse(target)), replaces=Replaces.parse(replaces) if replaces else None)
        way = self._dialog.next_hop()
        fields = [("refer-to", str(address)), ("contact", self._host.contact(way))]
        if referred_by:
            fields.append(("referred-by", referred_by))
        self._ours = Refer(lambda status, final: self._host.tell(ReferProgressed(self._session, status, final)))
        send_within(self._host, self._dialog, "REFER", now, self._ours.answered, fields=fields)

    def take(self, transaction: NonInviteServer, request: Request, now: float) -> None:
        """A REFER, NOTIFY or SUBSCRIBE within the dialog. Raises ParseError."""
        match request.method:
            case "REFER":
                self._referred(transaction, request, now)
            case "NOTIFY":
                self._notified(transaction, request, now)
            case _:
                self._subscribed(transaction, request, now)

    def _referred(self, transaction: NonInviteServer, request: Request, now: float) -> None:
        self._theirs = [one for one in self._theirs if one.stage is not Stage.OVER]
        if len(self._theirs) >= MOST:
            busy = respond(request, 500, "Too many referrals")
            busy.add("retry-after", "10")
            transaction.respond(busy, now)
            return
        referral = Referral(self._host, self._dialog, transaction, numbered=self._numbered)
        self._numbered = True
        self._theirs.append(referral)
        transaction.expire(now)
        self._host.tell(ReferReceived(self._session, referral))

    def _notified(self, transaction: NonInviteServer, request: Request, now: float) -> None:
        package, _ = _event(request)
        ours = self._ours
        if package != "refer" or ours is None:
            # Nothing that we asked for: it belongs to no subscription of ours (RFC 6665 section 4.1.3).
            transaction.respond(respond(request, 481), now)
            return
        transaction.respond(respond(request, 200), now)
        ours.notified(request)

    def _subscribed(self, transaction: NonInviteServer, request: Request, now: float) -> None:
        """The implicit subscription of a REFER is renewed or, with Expires 0, ended."""
        package, number = _event(request)
        found = [one for one in self._theirs if one.id == number and one.stage is Stage.ACTIVE]
        if package != "refer" or not found:
            transaction.respond(respond(request, 481), now)
            return
        ended = request.number("expires") == 0
        response = respond(request, 200)
        response.add("contact", self._host.contact(transaction.flow))
        response.add("expires", "0" if ended else str(EXPIRES_S))
        transaction.respond(response, now)
        if ended:
            found[0].end(now)


def _event(request: Request) -> tuple[str, str]:
    """The Event header's package and id."""
    value = request.get("event")
    if value is None:
        raise ParseError("Event is missing", status=489)
    package, _, params = value.partition(";")
    return package.strip().lower(), find_param(parse_params(params), "id") or ""
