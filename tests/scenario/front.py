"""The switch's front in virtual time: guard, access and entrance before an exchange, and strangers before them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import httpx
from tests.scenario.carrier import Trunks
from tests.scenario.exchange import Exchange
from tests.scenario.network import Party

from pbx.access import Access
from pbx.entrance import Entrance
from pbx.guard.bans import Ban
from pbx.guard.guard import Guard
from pbx.guard.occupancy import Occupancy
from pbx.guard.rules import GuardRules
from pbx.io.certificates import CertificateStore
from pbx.routing.accounts import Account
from pbx.routing.registrar import Binding
from pbx.sip import events as sip
from pbx.sip.digest import Authenticator, Secrets, answer, secret_hash
from pbx.sip.headers.auth import Challenge
from pbx.sip.message import Request, Response, parse_message
from pbx.sip.uri import sip_uri
from pbx.stir.chain import Anchors
from pbx.vouching import Vouching
from pbx.whereabouts import Whereabouts

REALM = "centrala"


class Shelf:
    """Keeps locations for as long as the test lasts."""

    def __init__(self) -> None:
        self.bindings: set[tuple[str, str]] = set()

    def save(self, extension: str, binding: Binding) -> None:
        self.bindings.add((extension, binding.contact))

    def remove(self, extension: str, binding: Binding) -> None:
        self.bindings.discard((extension, binding.contact))


class BanShelf:
    """Keeps bans."""

    def __init__(self) -> None:
        self.kept: dict[str, Ban] = {}

    def save(self, ban: Ban) -> None:
        self.kept[ban.source] = ban

    def remove(self, source: str) -> None:
        self.kept.pop(source, None)


class Front:
    """An exchange whose calls come in through the whole front, and the accounts that it knows."""

    def __init__(
        self,
        exchange: Exchange,
        rules: GuardRules,
        *,
        anchors: Anchors | None = None,
        web: httpx.AsyncBaseTransport | None = None,
        **passwords: str,
    ) -> None:
        """``passwords``: by extension, written ``n1001="secret"``. ``anchors``: the roots trusted; ``web``: where
        certificates are fetched.
        """
        self.exchange = exchange
        network, switch = exchange.network, exchange.switch
        self.occupancy = Occupancy(rules.guest_calls, rules.account_calls)
        self.bans = BanShelf()
        self.guard = Guard(
            rules,
            send=switch.endpoint.send,
            store=self.bans,
            publish=exchange.published.append,
            clock=lambda: network.now,
            calls_of=self.occupancy.of_source,
        )
        authenticator = Authenticator(REALM, b"a key for the tests")
        self.whereabouts = Whereabouts(
            switch.endpoint, exchange.registrar, Shelf(), exchange.published.append, lambda: network.now
        )
        self.access = Access(switch.endpoint, authenticator, self.whereabouts, self.guard, lambda: network.now)
        accounts = {name.lstrip("n"): password for name, password in passwords.items()}
        self.access.declare({extension: _account(extension, password) for extension, password in accounts.items()})
        self.trunks = Trunks(exchange)
        self.vouching = Vouching(anchors, CertificateStore(transport=web), "RS", lambda: network.now, self._later)
        self.entrance = Entrance(
            self.access, self.guard, self.occupancy, exchange.plan, exchange.control, self.trunks.keeper, self.vouching
        )
        switch.react = self._react

    def _later(self, action: Callable[[float], None]) -> None:
        action(self.exchange.network.now)
        self.exchange.network.flush()

    def _react(self, event: sip.Event, now: float) -> None:
        match event:
            case sip.SessionOffered(session, request):
                self.entrance.call_arrived(session, request, now)
            case sip.RequestReceived(transaction, request):
                self.access.request_received(transaction, request, now)
            case _:
                self.exchange.control.sip_event(event, now)


class Stranger:
    """Somebody who sends single requests and reads what comes back."""

    def __init__(self, front: Front, name: str = "stranger") -> None:
        self._front = front
        self.party: Party = front.exchange.network.party(name)
        self._numbers = count(1)

    def ask(
        self,
        method: str,
        to: str,
        *,
        caller: str,
        authorization: str = "",
        body: bytes = b"",
        content_type: str = "application/sdp",
    ) -> Response:
        """Send one request, past the guard if it lets it; the last answer to it."""
        network, switch = self._front.exchange.network, self._front.exchange.switch
        number, host = next(self._numbers), self.party.flow.host
        request = Request(
            method,
            str(sip_uri(to, switch.flow.host)),
            (
                ("via", f"SIP/2.0/UDP {host}:5060;branch=z9hG4bK{self.party.name}{number}"),
                ("max-forwards", "70"),
                ("from", f"<sip:{caller}@{host}>;tag=t{number}"),
                ("to", f"<sip:{to}@{switch.flow.host}>"),
                ("call-id", f"{self.party.name}-{number}"),
                ("cseq", f"1 {method}"),
                ("contact", f"<sip:{caller}@{host}:5060>"),
            ),
            body,
        )
        if authorization:
            request.add("authorization", authorization)
        if body:
            request.add("content-type", content_type)
        sent_before = len(network.sent)
        if self._front.guard.admit(bytes(request), self.party.flow, network.now):
            network.deliver(bytes(request), self.party, switch)
        network.flush()
        heard = [parse_message(one.data) for one in network.sent[sent_before:] if one.receiver == self.party.name]
        answers = [one for one in heard if isinstance(one, Response)]
        if len(answers) and answers[-1].status >= 300 and method == "INVITE":
            self._acknowledge(request, answers[-1])
        return answers[-1]

    def prove(
        self, method: str, to: str, *, caller: str, password: str, challenge: Response, body: bytes = b""
    ) -> Response:
        """Ask again with credentials for a challenge that came."""
        offered = Challenge.parse(challenge.get("www-authenticate") or "")
        uri = str(sip_uri(to, self._front.exchange.switch.flow.host))
        proof = answer(offered, method, uri, caller, password, "a cnonce")
        return self.ask(method, to, caller=caller, authorization=str(proof), body=body)

    def _acknowledge(self, request: Request, response: Response) -> None:
        ack = Request("ACK", request.uri_text)
        for key in ("via", "from", "call-id"):
            ack.add(key, request.get(key) or "")
        ack.add("to", response.get("to") or "")
        ack.add("cseq", "1 ACK")
        self._front.exchange.network.deliver(bytes(ack), self.party, self._front.exchange.switch)


def _account(extension: str, password: str) -> Account:
    hashes = (secret_hash(extension, REALM, password, algorithm) for algorithm in ("MD5", "SHA-256"))
    return Account(extension, f"Phone {extension}", Secrets(*hashes))
