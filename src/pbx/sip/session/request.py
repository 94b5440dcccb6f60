"""A request of ours within a dialog, other than INVITE: sent, proven where it is challenged, its outcome told."""

from __future__ import annotations

from collections.abc import Callable

from pbx.sip.authentication import ProvenRequest, Sender
from pbx.sip.dialog import Dialog
from pbx.sip.message import Fields, Request, Response
from pbx.sip.transaction.machine import Transaction

Done = Callable[[int, Response | None, float], None]
"""Told once: (final status, the response, now); 408 and 503 without a response for silence and a broken way."""
GONE = (408, 481)
"""Statuses after which a dialog is over (RFC 3261 section 12.2.1.2)."""


def send_within(
    sender: Sender,
    dialog: Dialog,
    method: str,
    now: float,
    done: Done,
    *,
    fields: Fields = (),
    content_type: str = "",
    body: bytes = b"",
) -> Request:
    """Send a request within a dialog; returns it."""
    way = dialog.next_hop()
    request = dialog.request(method, sender.new_via(way))
    for key, value in fields:
        request.add(key, value)
    if body:
        request.add("content-type", content_type)
        request.body = body
    ProvenRequest(sender, request, way, _Asker(done), dialog.keychain, dialog.next_number).start(now)
    return request


def ignored(status: int, response: Response | None, now: float) -> None:
    """For a request whose outcome changes nothing, such as BYE (section 15.1.1)."""


class _Asker:
    """The request's user."""

    def __init__(self, done: Done) -> None:
        self._done = done

    def responded(self, transaction: Transaction, response: Response, now: float) -> None:
        if response.status >= 200:
            self._done(response.status, response, now)

    def timed_out(self, transaction: Transaction, now: float) -> None:
        self._done(408, None, now)

    def transport_failed(self, transaction: Transaction, now: float) -> None:
        self._done(503, None, now)
