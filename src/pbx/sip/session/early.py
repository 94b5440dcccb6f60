"""The early dialogs of our INVITE: one for each phone that rings, with reliable responses of its own (RFC 3262)."""

from __future__ import annotations

from typing import Protocol

from pbx.sip.authentication import Keychain
from pbx.sip.dialog import Dialog
from pbx.sip.flow import Flow
from pbx.sip.headers.options import tokens
from pbx.sip.headers.rack import RAck
from pbx.sip.message import Request, Response
from pbx.sip.session.invite_host import InviteHost
from pbx.sip.session.request import ignored, send_within

MOST = 16
"""Early dialogs that one INVITE may open; what forks further is heard, but gets no dialog."""


class Opener(Protocol):
    """Who owns the dialogs."""

    def opened(self, dialog: Dialog) -> None:
        """An early dialog began; requests may come in it."""

    def closed(self, dialog: Dialog) -> None:
        """It came to nothing."""


class EarlyDialog:
    """One of them."""

    __slots__ = ("answer", "dialog", "number")

    def __init__(self, dialog: Dialog) -> None:
        self.dialog = dialog
        self.number: int | None = None
        """The RSeq of the last reliable response that was taken."""
        self.answer = b""
        """The answer to our offer, where a reliable response brought it."""


class EarlyDialogs:
    """All of one INVITE."""

    def __init__(
        self, host: InviteHost, opener: Opener, request: Request, flow: Flow, keychain: Keychain | None
    ) -> None:
        self._host = host
        self._opener = opener
        self._request = request
        self._flow = flow
        self._keychain = keychain
        self._by_tag: dict[str, EarlyDialog] = {}

    def heard(self, response: Response, now: float) -> bool:
        """A provisional response: whether it is news. A reliable one is acknowledged. Raises ParseError."""
        tag = response.to_tag
        early = self._by_tag.get(tag) if tag else None
        if early is None and tag and len(self._by_tag) < MOST:
            early = self._open(tag, response)
        number = response.number("rseq") if _reliable(response) else None
        if number is None or early is None:
            return True
        if early.number is not None and number != early.number + 1:
            return False  # repeated, or before its turn: neither acknowledged nor told (section 4)
        early.number = number
        early.answer = early.answer or response.body
        rack = RAck(number, response.cseq)
        send_within(self._host, early.dialog, "PRACK", now, ignored, fields=(("rack", str(rack)),))
        return True

    def answered(self, tag: str) -> bool:
        """Whether our offer was answered in an early dialog, so that it may be changed there (RFC 3311 section 5.1)."""
        return tag in self._by_tag and bool(self._by_tag[tag].answer)

    @property
    def first(self) -> Dialog | None:
        """The one that began first."""
        return next((early.dialog for early in self._by_tag.values()), None)

    def find(self, tag: str) -> Dialog | None:
        """The early dialog with a far tag."""
        early = self._by_tag.get(tag)
        return early.dialog if early is not None else None

    def take(self, response: Response) -> tuple[Dialog, bytes]:
        """The dialog that a 2xx confirms, and the answer to our offer where it came before. Raises ParseError."""
        tag = response.to_tag
        early = self._by_tag.get(tag)
        if early is None:
            return self._dialog_of(response), b""
        early.dialog.confirm(response)
        del self._by_tag[tag]
        return early.dialog, early.answer

    def close(self) -> None:
        """The INVITE is answered or failed: whatever did not become a dialog is over."""
        for early in self._by_tag.values():
            self._opener.closed(early.dialog)
        self._by_tag.clear()

    def _open(self, tag: str, response: Response) -> EarlyDialog:
        early = self._by_tag[tag] = EarlyDialog(self._dialog_of(response))
        self._opener.opened(early.dialog)
        return early

    def _dialog_of(self, response: Response) -> Dialog:
        dialog = Dialog.of_caller(self._request, response, self._flow)
        dialog.keychain = self._keychain
        return dialog


def _reliable(response: Response) -> bool:
    return response.has("require") and "100rel" in tokens(response.get_all("require"))
