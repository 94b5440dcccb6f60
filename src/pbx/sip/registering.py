"""Registering somewhere: one contact at one registrar, sent, proven, taken back (RFC 3261 section 10.2)."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from pbx.sip.authentication import Keychain
from pbx.sip.endpoint import Endpoint
from pbx.sip.errors import ParseError
from pbx.sip.flow import Flow
from pbx.sip.headers.address import Address
from pbx.sip.message import Response
from pbx.sip.transaction.machine import Transaction
from pbx.sip.uri import Uri

LONGEST_S = 86_400
"""What a registrar may at most ask for with 423, or grant."""
SILENCE, BROKEN_WAY = 408, 503
"""Section 8.1.3.1: how no answer and a way that cannot be gone count."""


class Outcome(Struct, frozen=True):
    """What became of one REGISTER."""

    status: int
    reason: str
    expires: int = 0
    """Seconds for which the contact stands, where the status is 200."""
    retry_after: int = 0
    """Seconds for which the registrar wants to be left alone, 0 where it says nothing."""

    @property
    def good(self) -> bool:
        """Whether the registrar did as it was asked."""
        return 200 <= self.status < 300


class Registering:
    """One contact at one registrar; a REGISTER at a time."""

    def __init__(
        self,
        endpoint: Endpoint,
        keychain: Keychain,
        flow: Flow,
        *,
        registrar: Uri,
        own: Uri,
        contact: str,
        call_id: str,
        done: Callable[[Outcome, float], None],
    ) -> None:
        """``own`` is the address-of-record, ``contact`` the URI to be called at; ``done`` hears of each outcome."""
        self._endpoint = endpoint
        self._keychain = keychain
        self.flow = flow
        """Where the next REGISTER goes."""
        self._registrar = str(registrar)
        self._own = Address(own)
        self._contact = contact
        self._call_id = call_id
        self._done = done
        self._number = 0
        self._expires = 0

    def register(self, expires: int, now: float) -> None:
        """Ask for ``expires`` seconds; 0 takes the registration back."""
        self._expires = expires
        self._endpoint.request(
            "REGISTER",
            self._registrar,
            self.flow,
            self,
            caller=self._own,
            callee=self._own,
            now=now,
            call_id=self._call_id,
            number=self._number + 1,
            fields=(("contact", f"<{self._contact}>"), ("expires", str(expires))),
            keychain=self._keychain,
        )
        self._number += 2  # the second one is for the challenge, where there is one

    def responded(self, transaction: Transaction, response: Response, now: float) -> None:
        """An answer that is not a challenge which could be met."""
        if response.status < 200:
            return
        try:
            if response.status == 423 and (least := response.number("min-expires") or 0) > self._expires > 0:
                self.register(min(least, LONGEST_S), now)  # section 10.2.8
                return
            outcome = self._read(response)
        except ParseError as error:
            outcome = Outcome(502, f"Bad answer: {error.message}")
        self._done(outcome, now)

    def _read(self, response: Response) -> Outcome:
        if response.status >= 300:
            retry = (response.get("retry-after") or "").split(";")[0].split("(")[0].strip()
            seconds = int(retry) if retry.isascii() and retry.isdigit() and len(retry) < 7 else 0
            return Outcome(response.status, response.reason, retry_after=seconds)
        return Outcome(response.status, response.reason, min(self._granted(response), LONGEST_S))

    def _granted(self, response: Response) -> int:
        """How long our contact stands: its own ``expires``, else the header, else what was asked (section 10.2.4)."""
        ours = Uri.parse(self._contact)
        for text in response.values("contact"):
            address = Address.parse(text)
            own = address.param("expires") or ""
            if (address.uri.username, address.uri.address) == (ours.username, ours.address) and own.isdigit():
                return int(own)
        header = response.number("expires")
        return self._expires if header is None else header

    def timed_out(self, transaction: Transaction, now: float) -> None:
        """The registrar is silent."""
        self._done(Outcome(SILENCE, "no answer"), now)

    def transport_failed(self, transaction: Transaction, now: float) -> None:
        """The registrar cannot be reached."""
        self._done(Outcome(BROKEN_WAY, "cannot be reached"), now)
