"""Carriers in virtual time, and the switch's trunks that lead to them."""

from __future__ import annotations

from tests.scenario.exchange import Exchange, Handset
from tests.scenario.network import Party

from pbx.call.trunk import TrunkCalls
from pbx.guard.tolls import TollLedger, TollRules
from pbx.routing.trunks.board import TrunkBoard
from pbx.routing.trunks.trunk import Trunk
from pbx.sip import events as sip
from pbx.sip.digest import Authenticator, Secrets, Verdict, secret_hash
from pbx.sip.flow import Flow
from pbx.sip.headers.auth import Credentials
from pbx.sip.message import Request
from pbx.trunking.keeper import Found, TrunkKeeper

REALM = "carrier.example"
USUAL = TollRules()


class Registrar:
    """A carrier's registrar: challenges, grants what it likes, or refuses."""

    def __init__(self, party: Party, username: str = "", password: str = "", *, grants: int = 600) -> None:
        self._party = party
        self._username = username
        self._secrets = Secrets(*(secret_hash(username, REALM, password, name) for name in ("MD5", "SHA-256")))
        self._authenticator = Authenticator(REALM, b"key")
        self.grants = grants
        self.refuses_with = 0
        self.min_expires = 0
        self.alive = 200
        """What it answers to OPTIONS."""
        self.contacts: list[str] = []
        """The contacts of the REGISTERs it accepted, with what each asked for."""
        party.react = self._react

    def _react(self, event: sip.Event, now: float) -> None:
        if not isinstance(event, sip.RequestReceived):
            return
        request, fields = event.request, ()
        status = self.alive
        if request.method == "REGISTER":
            status, fields = self._register(request, now)
        self._party.endpoint.respond(event.transaction, request, status, now, fields=fields)

    def _register(self, request: Request, now: float) -> tuple[int, tuple[tuple[str, str], ...]]:
        expires = request.number("expires") or 0
        if self.refuses_with:
            return self.refuses_with, (("retry-after", "7"),)
        given = request.get("authorization")
        if given is None or self._verdict(given, now) is not Verdict.GOOD:
            [challenge] = self._authenticator.challenges(now)
            return 401, (("www-authenticate", str(challenge)),)
        if 0 < expires < self.min_expires:
            return 423, (("min-expires", str(self.min_expires)),)
        self.contacts.append(f"{request.get('contact')} {expires}")
        return 200, (("contact", f"{request.get('contact')};expires={min(expires, self.grants)}"),)

    def _verdict(self, given: str, now: float) -> Verdict:
        return self._authenticator.check(Credentials.parse(given), "REGISTER", self._secrets, now)


class Trunks:
    """The trunks of an exchange, kept by a keeper that finds each name where a test says it is."""

    def __init__(self, exchange: Exchange, tolls: TollRules = USUAL) -> None:
        self.exchange = exchange
        self.names: dict[str, tuple[Party, ...]] = {}
        self.board = TrunkBoard("RS")
        numbers = iter(range(1_000_000))
        self.keeper = TrunkKeeper(
            exchange.switch.endpoint, self.board, self._resolve, exchange.control.publish,
            lambda: exchange.network.now, lambda: f"token-{next(numbers)}",
        )  # fmt: skip

        self.tolls = TollLedger(tolls, "RS")
        self.outside = TrunkCalls(self.board, self.tolls, self.keeper.keychain_of, self.keeper.suspect)
        exchange.control.destinations["trunk"] = self.outside

    def answering(self, name: str, will: str | int = "answer") -> Handset:
        """A carrier that does as a handset does with each call, and refuses all else."""
        handset = self.exchange.phone(name, will, registered=False)
        takes_calls = handset.party.react

        def react(event: sip.Event, now: float) -> None:
            if isinstance(event, sip.RequestReceived):
                handset.party.endpoint.respond(event.transaction, event.request, 405, now)
            else:
                takes_calls(event, now)

        handset.party.react = react
        self.names[f"{name}.example"] = (handset.party,)
        return handset

    def carrier(self, name: str) -> Party:
        """A carrier that is found under its name."""
        party = self.exchange.network.party(name)
        self.names[f"{name}.example"] = (party,)
        return party

    def declare(self, *trunks: Trunk) -> None:
        """Replace all trunks."""
        self.keeper.declare({trunk.id: trunk for trunk in trunks}, self.exchange.network.now)
        self.exchange.plan.emergency = self.board.emergency if trunks else ()
        self.exchange.network.flush()

    def _resolve(self, wanted: Flow, found: Found) -> None:
        places = self.names.get(wanted.host, ())
        found(tuple(party.flow for party in places), self.exchange.network.now)

    def down(self, trunk: str) -> str:
        """Why a trunk is down, empty while it is up."""
        state = self.keeper.state(trunk)
        assert state is not None
        return state.down
