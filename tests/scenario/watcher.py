"""A phone that watches lamps and sends messages."""

from __future__ import annotations

from itertools import count

from tests.scenario.front import Front

from pbx.messages import MessageDesk
from pbx.presence.desk import PresenceDesk
from pbx.sip.dialog import Dialog
from pbx.sip.digest import answer
from pbx.sip.headers.address import Address
from pbx.sip.headers.auth import Challenge, Credentials
from pbx.sip.message import Request, Response, respond
from pbx.sip.session.request import send_within
from pbx.sip.transaction.machine import Transaction
from pbx.sip.transaction.non_invite_server import NonInviteServer
from pbx.sip.uri import sip_uri


def desks(front: Front) -> PresenceDesk:
    """Put the desks for presence and messages behind a front; returns the first."""
    exchange = front.exchange
    desk = PresenceDesk(exchange.switch.endpoint, exchange.control.legs)
    messages = MessageDesk(exchange.switch.endpoint, exchange.registrar, lambda: exchange.network.now)
    front.access.served.update(SUBSCRIBE=desk.subscribe, MESSAGE=messages.pass_on)
    front.access.on_removed = lambda extension: desk.forget(extension, exchange.network.now)
    exchange.on_event = lambda event: desk.happened(event, exchange.network.now)
    return desk


class Keys:
    """What proves an account."""

    def __init__(self, extension: str, password: str) -> None:
        self._extension = extension
        self._password = password

    def answer(self, challenge: Challenge, method: str, uri: str) -> Credentials:
        """Credentials for a challenge."""
        return answer(challenge, method, uri, self._extension, self._password, "a cnonce")


class Watcher:
    """One account's phone with one subscription at most."""

    def __init__(self, front: Front, extension: str, password: str) -> None:
        self._front = front
        self._extension = extension
        self._keys = Keys(extension, password)
        self._numbers = count(1)
        self.party = front.exchange.network.party(f"watcher-{extension}-{len(front.exchange.network.parties)}")
        self.statuses: list[int] = []
        """The final answers to what it asked."""
        self.answer: Response | None = None
        self.told: list[tuple[str, str]] = []
        """Each NOTIFY: Subscription-State and body."""
        self.answers_with = 200
        """What it says to a NOTIFY."""
        self.dialog: Dialog | None = None

    def ask(self, method: str, number: str, *fields: tuple[str, str], body: bytes = b"") -> None:
        """Send a request outside dialogs; its answer is noted when it comes."""
        switch, network = self._front.exchange.switch, self._front.exchange.network
        host = switch.flow.host
        self.party.endpoint.request(
            method,
            str(sip_uri(number, host)),
            switch.flow,
            self,
            caller=Address(sip_uri(self._extension, host)),
            callee=Address(sip_uri(number, host)),
            now=network.now,
            fields=(("contact", self.party.endpoint.contact(switch.flow)), *fields),
            content_type="text/plain" if body else "",
            body=body,
            keychain=self._keys,
        )
        network.flush()

    def register(self, expires: int = 3600) -> None:
        """Register, or renew that."""
        self.ask("REGISTER", self._extension, ("expires", str(expires)))

    def watch(self, number: str, package: str = "dialog", expires: int = 3600) -> None:
        """Subscribe."""
        self.ask("SUBSCRIBE", number, ("event", package), ("expires", str(expires)))

    def renew(self, expires: int) -> None:
        """Subscribe again, within the subscription."""
        assert self.dialog is not None
        fields = (("event", "dialog"), ("expires", str(expires)))
        network = self._front.exchange.network
        send_within(self.party.endpoint, self.dialog, "SUBSCRIBE", network.now, self._renewed, fields=fields)
        network.flush()

    def _renewed(self, status: int, response: Response | None, now: float) -> None:
        self.statuses.append(status)

    # The user of its requests

    def responded(self, transaction: Transaction, response: Response, now: float) -> None:
        if response.status < 200:
            return
        self.statuses.append(response.status)
        self.answer = response
        if transaction.request.method == "SUBSCRIBE" and response.status < 300:
            self.dialog = Dialog.of_caller(transaction.request, response, self._front.exchange.switch.flow)
            self.party.endpoint.adopt(self, self.dialog)

    def timed_out(self, transaction: Transaction, now: float) -> None:
        self.statuses.append(408)

    def transport_failed(self, transaction: Transaction, now: float) -> None:
        self.statuses.append(503)

    # The usage of its dialog

    def requested(self, transaction: NonInviteServer, request: Request, now: float) -> None:
        self.told.append((request.get("subscription-state") or "", request.body.decode()))
        if self.answers_with:
            transaction.respond(respond(request, self.answers_with), now)
