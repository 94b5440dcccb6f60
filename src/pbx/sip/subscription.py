"""One watcher's subscription, seen from the notifier (RFC 6665).

    SUBSCRIBE --> ACTIVE --Expires: 0, time out, a NOTIFY refused--> OVER
                    |  SUBSCRIBE again: renewed, and told all anew

NOTIFYs do not overtake each other: one is under way at a time, and of those that wait only the latest goes out.
"""

from __future__ import annotations

from typing import Protocol

from pbx.sip.dialog import Dialog
from pbx.sip.errors import ParseError
from pbx.sip.message import Request, Response, respond
from pbx.sip.session.host import Host
from pbx.sip.session.request import GONE, send_within
from pbx.sip.transaction.non_invite_server import NonInviteServer

MIN_EXPIRES, DEFAULT_EXPIRES, MAX_EXPIRES = 60, 3600, 7200
REFUSED = (*GONE, 489)
"""Answers to a NOTIFY with which the watcher says that it knows no such subscription (section 4.2.2)."""


class Notifier(Protocol):
    """Who knows the state that is subscribed to."""

    def tell_all(self, subscription: Subscription, now: float) -> None:
        """Answer a new or renewed subscription with the whole state, by ``Subscription.notify``."""

    def ended(self, subscription: Subscription) -> None:
        """Nothing more can be told to this watcher."""


class Subscription:
    """One subscription; ``resource``, ``entity`` (its URI) and ``watcher`` are the notifier's own notes."""

    def __init__(self, host: Host, notifier: Notifier, transaction: NonInviteServer, tag: str) -> None:
        """Of a SUBSCRIBE that came outside any dialog. Raises ParseError."""
        request = transaction.request
        self.dialog = Dialog.of_callee(request, tag, transaction.flow)
        self.event = request.get("event") or ""
        """The Event header's value, with its id."""
        self.resource = ""
        self.entity = ""
        self.watcher = ""
        self.version = 0
        """How many documents were sent; a document's own number."""
        self._asked = _asked(request)
        self._host = host
        self._notifier = notifier
        self._expires_at = 0.0
        self._over = False
        self._state = ""
        self._sending = False
        self._waiting: tuple[str, bytes] | None = None

    @property
    def package(self) -> str:
        """The event package: ``dialog``, ``presence``, ``message-summary``."""
        return self.event.partition(";")[0].strip().lower()

    def begin(self, transaction: NonInviteServer, now: float) -> None:
        """Accept the SUBSCRIBE: 200, then the whole state; or refuse it, if it is asked for too briefly."""
        if 0 < self._asked < MIN_EXPIRES:
            self._refuse_brief(transaction, now)
            self._finish("rejected")
            return
        self._host.adopt(self, self.dialog)
        self._grant(transaction, self._asked, now)

    def notify(self, content_type: str, body: bytes, now: float) -> None:
        """Tell the state as it is now."""
        if self._sending:
            self._waiting = (content_type, body)
        else:
            self._send(content_type, body, now)

    def terminate(self, reason: str, now: float) -> None:
        """End it from our side: ``noresource``, ``deactivated`` ... (section 4.1.3)."""
        if not self._over:
            self._finish(reason)
            self.notify("", b"", now)

    # What the endpoint tells

    def requested(self, transaction: NonInviteServer, request: Request, now: float) -> None:
        """A request within the dialog: only SUBSCRIBE belongs here."""
        if request.method != "SUBSCRIBE" or self._over:
            status = 481 if request.method == "SUBSCRIBE" else 405
            transaction.respond(respond(request, status), now)
            return
        try:
            expires = _asked(request)
            self.dialog.aim(request)
        except ParseError as error:
            transaction.respond(respond(request, error.status), now)
            return
        if 0 < expires < MIN_EXPIRES:
            self._refuse_brief(transaction, now)
            return
        self.dialog.flow = transaction.flow
        self._grant(transaction, expires, now)

    def _refuse_brief(self, transaction: NonInviteServer, now: float) -> None:
        refusal = respond(transaction.request, 423, tag=self.dialog.local_tag)
        refusal.add("min-expires", str(MIN_EXPIRES))
        transaction.respond(refusal, now)

    def _grant(self, transaction: NonInviteServer, expires: int, now: float) -> None:
        response = respond(transaction.request, 200, tag=self.dialog.local_tag)
        for route in transaction.request.get_all("record-route"):
            response.add("record-route", route)
        response.add("contact", self._host.contact(transaction.flow))
        response.add("expires", str(expires))
        transaction.respond(response, now)
        if expires == 0:
            # A fetch, or a farewell: the whole state once more, and no more (section 4.4.3).
            self._finish("timeout")
        else:
            self._expires_at = now + expires
            self._host.coarse.set(self, now, expires, self._expired)
        self._notifier.tell_all(self, now)

    def _expired(self, now: float) -> None:
        self.terminate("timeout", now)

    # Sending

    def _send(self, content_type: str, body: bytes, now: float) -> None:
        self._sending = True
        remaining = max(round(self._expires_at - now), 0)
        fields = (
            ("event", self.event),
            ("subscription-state", self._state or f"active;expires={remaining}"),
            ("contact", self._host.contact(self.dialog.flow)),
        )
        send_within(
            self._host, self.dialog, "NOTIFY", now, self._told, fields=fields, content_type=content_type, body=body
        )

    def _told(self, status: int, response: Response | None, now: float) -> None:
        self._sending = False
        if status in REFUSED or response is None:
            self._waiting = None
            self._finish("gone")
        if self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            self._send(*waiting, now)

    def _finish(self, reason: str) -> None:
        if self._over:
            return
        self._over = True
        self._state = f"terminated;reason={reason}"
        self._host.coarse.clear(self)
        self._host.drop(self.dialog)
        self._notifier.ended(self)


def _asked(request: Request) -> int:
    seconds = request.number("expires")
    return min(DEFAULT_EXPIRES if seconds is None else seconds, MAX_EXPIRES)
