"""Whether the callers whom trunks bring are vouched for (STIR/SHAKEN, RFC 8224 section 6.2).

A certificate that is not at hand is fetched while the caller waits, two seconds at most; call control hears of the
call when the verdict is there. What a trunk's calls must prove is the trunk's own setting: nothing (``ignore``),
nothing but noted in the record (``note``), or an identity without which no call gets in (``require``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeAlias

import msgspec

from pbx.io.certificates import CertificateStore, CertificateUnavailable
from pbx.routing.identity import caller_of
from pbx.routing.trunks.board import Arrival
from pbx.routing.trunks.numbers import read_number
from pbx.sip.message import Request
from pbx.sip.session import Phase, Session
from pbx.stir.chain import Anchors
from pbx.stir.identity import BAD_INFO, INVALID, PHRASES, USE_IDENTITY, Verdict, certificate_url, judge
from pbx.stir.passport import PassportError

MOST_AWAITED = 500
"""Calls that may wait for a certificate at one time; any more are judged as if theirs could not be had."""
FAILED = "failed"
"""What a call's record says of an identity that proved nothing."""

Admit: TypeAlias = Callable[[Session, Request, Arrival, float], None]
"""Lets a call in: ``(session, request, arrival, now)``, the arrival bearing the attestation."""


class Vouching:
    """Judges the identities of calls that come in."""

    def __init__(
        self,
        anchors: Anchors | None,
        certificates: CertificateStore,
        region: str,
        clock: Callable[[], float],
        later: Callable[[Callable[[float], None]], None],
    ) -> None:
        """``anchors``: the roots we trust, None for none at all. ``later`` runs an action with the endpoint's time."""
        self._anchors = anchors
        self._certificates = certificates
        self._region = region
        self._clock = clock
        self._later = later
        self._awaited: set[asyncio.Task[None]] = set()

    def examine(self, session: Session, request: Request, arrival: Arrival, admit: Admit, now: float) -> None:
        """Let a call in, or refuse it, once it is clear who vouches for its caller. Raises ParseError."""
        if arrival.line.trunk.identity == "ignore":
            admit(session, request, arrival, now)
            return
        examined = _Examined(self, session, request, arrival, admit)
        header = request.get("identity")
        if header is None:
            examined.found(Verdict(None, USE_IDENTITY), now)
            return
        try:
            url = certificate_url(header)
        except PassportError as error:
            examined.found(Verdict(None, INVALID, str(error)), now)
            return
        chain = self._certificates.known(url)
        if chain is not None or len(self._awaited) >= MOST_AWAITED:
            examined.found(self.judge(header, chain or b"", request, arrival), now)
            return
        session.ring(now, 100)
        task = asyncio.get_running_loop().create_task(self._fetch(url, header, examined))
        self._awaited.add(task)
        task.add_done_callback(self._awaited.discard)

    def judge(self, header: str, chain: bytes, request: Request, arrival: Arrival) -> Verdict:
        """What an identity proves, by a certificate chain (empty: it could not be had). Raises ParseError."""
        if not chain:
            return Verdict(None, BAD_INFO, "its certificate cannot be had")
        if self._anchors is None:
            return Verdict(None, BAD_INFO, "no root is trusted here")
        caller = caller_of(request, None, trusted=arrival.line.trunk.trusted).number
        called = arrival.number or request.uri.number
        return judge(header, chain, self._anchors, self._e164(caller), self._e164(called), self._clock())

    def _e164(self, number: str) -> str:
        return read_number(number, self._region).e164 or number

    async def _fetch(self, url: str, header: str, examined: _Examined) -> None:
        try:
            chain = await self._certificates.fetch(url)
        except CertificateUnavailable:
            chain = b""
        self._later(lambda now: examined.fetched(header, chain, now))

    async def close(self) -> None:
        """Wait for no certificate any more."""
        for task in self._awaited:
            task.cancel()
        await asyncio.gather(*self._awaited, return_exceptions=True)
        await self._certificates.close()


class _Examined:
    """One call that is being examined."""

    def __init__(self, vouching: Vouching, session: Session, request: Request, arrival: Arrival, admit: Admit) -> None:
        self._vouching = vouching
        self._session = session
        self._request = request
        self._arrival = arrival
        self._admit = admit

    def fetched(self, header: str, chain: bytes, now: float) -> None:
        """The certificate is there, or never will be; the caller may be gone by now."""
        if self._session.phase is Phase.OFFERED:
            self.found(self._vouching.judge(header, chain, self._request, self._arrival), now)

    def found(self, verdict: Verdict, now: float) -> None:
        """It is clear what the identity is worth."""
        if verdict.attestation is None and self._arrival.line.trunk.identity == "require":
            self._session.reject(verdict.status, now, reason=PHRASES[verdict.status])
            return
        worth = verdict.attestation or (FAILED if self._request.has("identity") else None)
        self._admit(self._session, self._request, msgspec.structs.replace(self._arrival, attestation=worth), now)
