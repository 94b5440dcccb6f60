"""Meeting a challenge (RFC 3261 section 22.2): the request once more, with credentials, one CSeq number on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from pbx.sip.errors import ParseError
from pbx.sip.flow import Flow
from pbx.sip.headers.auth import Challenge, Credentials
from pbx.sip.message import Request, Response
from pbx.sip.transaction.layer import ClientTransaction
from pbx.sip.transaction.machine import ClientUser, Transaction

CHALLENGES = {401: ("www-authenticate", "authorization"), 407: ("proxy-authenticate", "proxy-authorization")}


class Keychain(Protocol):
    """Who knows our passwords at other servers."""

    def answer(self, challenge: Challenge, method: str, uri: str) -> Credentials | None:
        """Credentials for a challenge, None where we have none for its realm."""


class Sender(Protocol):
    """The endpoint, as one who sends requests sees it."""

    keychain: Keychain | None
    """What proves us where a call brings no keychain of its own."""

    def new_via(self, flow: Flow, target: str = "") -> str:
        """A Via of ours with a fresh branch; ``target``: where the INVITE goes that begins a call."""

    def start(self, request: Request, flow: Flow, user: ClientUser, now: float) -> ClientTransaction:
        """Send a request in a client transaction."""


def meet_challenge(request: Request, response: Response, keychain: Keychain | None) -> bool:
    """Put our credentials into a request that was challenged; whether we have any."""
    if keychain is None or response.status not in CHALLENGES:
        return False
    asked, answered = CHALLENGES[response.status]
    for value in response.get_all(asked):
        try:
            challenge = Challenge.parse(value)
        except ParseError:
            continue
        credentials = keychain.answer(challenge, request.method, request.uri_text)
        if credentials is not None:
            request.set(answered, str(credentials))
            return True
    return False


class ProvenRequest:
    """A request that meets its challenge by itself, once; its user hears all else."""

    def __init__(
        self,
        sender: Sender,
        request: Request,
        flow: Flow,
        user: ClientUser,
        keychain: Keychain | None,
        next_number: Callable[[], int],
    ) -> None:
        """``next_number`` gives the CSeq number of the second attempt."""
        self._sender = sender
        self._request = request
        self._flow = flow
        self._user = user
        self._keychain = keychain or sender.keychain
        self._next_number = next_number
        self._challenged = False

    def start(self, now: float) -> ClientTransaction:
        """Send it."""
        return self._sender.start(self._request, self._flow, self, now)

    def responded(self, transaction: Transaction, response: Response, now: float) -> None:
        """A response: a challenge is met, anything else is the user's."""
        request = self._request
        if self._challenged or not meet_challenge(request, response, self._keychain):
            self._user.responded(transaction, response, now)
            return
        self._challenged = True
        request.set("via", self._sender.new_via(self._flow))
        request.set("cseq", f"{self._next_number()} {request.method}")
        self.start(now)

    def timed_out(self, transaction: Transaction, now: float) -> None:
        """Nobody answered."""
        self._user.timed_out(transaction, now)

    def transport_failed(self, transaction: Transaction, now: float) -> None:
        """The way is broken."""
        self._user.transport_failed(transaction, now)
