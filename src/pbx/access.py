"""The switch's front desk: who may register and who calls (RFC 3261 sections 10, 22; RFC 8760).

A request that names an extension must prove it; one that does not is a guest's. Wrong credentials on a good nonce
get 403; an old nonce is challenged with ``stale``; anything else is challenged afresh. Nothing in an answer, nor in
what is computed for it, tells an extension that exists from one that might.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from msgspec import Struct

from pbx.guard.guard import Guard
from pbx.guard.offence import Offence
from pbx.routing.accounts import Account
from pbx.routing.identity import claimed
from pbx.sip.abilities import ALLOW
from pbx.sip.digest import NOBODY, Authenticator, Verdict
from pbx.sip.endpoint import Endpoint
from pbx.sip.errors import ParseError
from pbx.sip.flow import Flow
from pbx.sip.headers.auth import Credentials
from pbx.sip.message import Request
from pbx.sip.transaction.non_invite_server import NonInviteServer
from pbx.whereabouts import Fields, Whereabouts

VOUCHED_S = 7200.0
"""Seconds for which a source is known after a password was proven from it: as long as a registration lasts."""

Service: TypeAlias = Callable[[NonInviteServer, Request, Account, Mapping[str, Account], float], None]
"""Serves a request of an account, ``(transaction, request, account, all accounts, now)``. May raise ParseError."""


class Denied(Struct, frozen=True):
    """A request that proved nothing (yet)."""

    status: int
    fields: Fields


class Access:
    """Authentication, REGISTER and OPTIONS."""

    def __init__(
        self,
        endpoint: Endpoint,
        authenticator: Authenticator,
        whereabouts: Whereabouts,
        guard: Guard,
        clock: Callable[[], float],
    ) -> None:
        self._endpoint = endpoint
        self._authenticator = authenticator
        self._whereabouts = whereabouts
        self._guard = guard
        self._clock = clock
        self.accounts: dict[str, Account] = {}
        self.served: dict[str, Service] = {}
        """Who serves the requests of accounts that proved themselves, by method."""
        self._lengths: frozenset[int] = frozenset()
        """How many digits our extensions have."""
        self.on_removed: Callable[[str], None] = lambda extension: None
        """Told of each account that is gone."""

    def declare(self, accounts: dict[str, Account]) -> None:
        """Replace all accounts; the phones of those that are gone are forgotten."""
        gone = set(self.accounts) - set(accounts)
        self.accounts = accounts
        self._lengths = frozenset(map(len, accounts))
        for extension in gone:
            self.on_removed(extension)
            self._whereabouts.forget(extension)

    def identify(self, request: Request, flow: Flow, now: float) -> Account | Denied | None:
        """Who calls: an account that proved itself, a guest (None), or nobody yet (Denied). Raises ParseError.

        Whoever calls as a number with as many digits as ours have is challenged, whether there is such an extension
        or not: else the challenge itself would tell.
        """
        extension = claimed(request, self._authenticator.realm)
        claims = extension.isdigit() and len(extension) in self._lengths
        if not claims and not request.has("authorization"):
            return None
        return self._prove(request, extension, flow, now)

    def person_at(self, phone: Account) -> Account:
        """Whose calls those of a phone are."""
        return self.accounts.get(self._whereabouts.person_at(phone.extension), phone)

    def _prove(self, request: Request, extension: str, flow: Flow, now: float) -> Account | Denied:
        at = self._clock()
        account = self.accounts.get(extension)
        given = self._credentials(request, extension)
        if given is None:
            return self._challenge(flow, now)
        secrets = account.secrets if account is not None else NOBODY
        verdict = self._authenticator.check(given, request.method, secrets, at)
        if verdict is Verdict.GOOD and account is not None:
            self._guard.vouch(flow.host, at + VOUCHED_S)
            return account
        if verdict is Verdict.BAD:
            self._guard.offended(flow, Offence.PASSWORD, now)
            return Denied(403, ())
        return self._challenge(flow, now, stale=verdict is Verdict.STALE)

    def _credentials(self, request: Request, extension: str) -> Credentials | None:
        for value in request.get_all("authorization"):
            try:
                credentials = Credentials.parse(value)
            except ParseError:
                continue
            if credentials.realm == self._authenticator.realm and credentials.username == extension:
                return credentials
        return None

    def _challenge(self, flow: Flow, now: float, *, stale: bool = False) -> Denied:
        if not stale:
            self._guard.offended(flow, Offence.CHALLENGES, now)
        challenges = self._authenticator.challenges(self._clock(), stale=stale)
        return Denied(401, tuple(("www-authenticate", str(one)) for one in challenges))

    def request_received(self, transaction: NonInviteServer, request: Request, now: float) -> None:
        """Answer a request outside any dialog. Raises nothing."""
        if (service := self.served.get(request.method)) is not None:
            self._serve(service, transaction, request, now)
            return
        if request.method == "REGISTER":
            status, reason, fields = self._register(request, transaction.flow, now)
        elif request.method == "OPTIONS":
            status, reason, fields = 200, "", (("allow", ALLOW), ("accept", "application/sdp"))
        elif request.method == "REFER":
            status, reason, fields = 403, "", ()  # only who is in a call may have it transferred
        else:
            status, reason, fields = 405, "", (("allow", ALLOW),)
        self._endpoint.respond(transaction, request, status, now, reason=reason, fields=fields)

    def _serve(self, service: Service, transaction: NonInviteServer, request: Request, now: float) -> None:
        proof = self._prove(request, request.from_.uri.username, transaction.flow, now)
        if isinstance(proof, Denied):
            self._endpoint.respond(transaction, request, proof.status, now, fields=proof.fields)
            return
        try:
            service(transaction, request, proof, self.accounts, now)
        except ParseError as error:
            reason = f"Bad Request: {error.message[:80]}"
            self._endpoint.respond(transaction, request, error.status, now, reason=reason)

    def _register(self, request: Request, flow: Flow, now: float) -> tuple[int, str, Fields]:
        # Section 10.2: the address-of-record is in To; whoever registers it must be its owner.
        extension = request.to.uri.username
        proof = self._prove(request, extension, flow, now)
        if isinstance(proof, Denied):
            return proof.status, "", proof.fields
        return self._whereabouts.register(extension, request, flow)
