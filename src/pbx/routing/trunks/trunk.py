"""A trunk as it is declared: where the carrier is, how numbers are written for it, and what it may carry."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from pbx.routing.hours import Window
from pbx.sdp.crypto import SrtpPolicy
from pbx.sdp.dtmf import DtmfMode
from pbx.sip.uri import Uri, sip_uri

NumberFormat: TypeAlias = Literal["e164", "plus", "national"]
Transport: TypeAlias = Literal["udp", "tcp", "tls"]
Codec: TypeAlias = Literal["PCMU", "PCMA", "G722", "opus"]

IdentityDemand: TypeAlias = Literal["ignore", "note", "require"]

ANYWHERE = "*"
"""In ``Trunk.countries``: every country, also one that cannot be told."""


class Trunk(Struct, frozen=True, kw_only=True):
    """A carrier, or another switch, that takes our calls and brings us some."""

    id: str
    address: str
    """``host`` or ``host:port`` (an IPv6 host in brackets); a domain is resolved as RFC 3263 says."""
    transport: Transport = "udp"
    username: str = ""
    """What we prove to be when challenged; the user of our registration."""
    password: str = ""
    """Kept as it is: the realm that a digest hash needs is known only once the carrier challenges."""
    registers: bool = False
    """Whether we register at the address, and are called at the contact registered."""
    numbers: tuple[str, ...] = ()
    """Numbers and patterns that may come in, as routes write them; empty: all."""
    max_calls: int | None = None
    """Calls at one time, both directions; incoming ones count, and only outgoing ones are refused."""
    calls_per_s: float | None = None
    """Outgoing calls a second, as a token bucket of one second's calls."""
    countries: tuple[str, ...] = ()
    """ISO 3166 countries that may be called (``001``: satellites and the like); empty: the home region alone."""
    hours: tuple[Window, ...] = ()
    """When calls may go out; empty: always."""
    time_zone: str = "UTC"
    """IANA name; hours are read in it, and the day of ``spend_per_day`` begins at its midnight."""
    spend_per_day: float | None = None
    """Once so much was spent, or is being spent by calls in progress, no further call goes out that day."""
    rates: dict[str, float] = {}
    """The price of a minute by prefix of the E.164 number without ``+``; the longest wins, ``""`` is for all others."""
    currency: str = "EUR"
    """ISO 4217; for people, nothing is converted."""
    caller_id: str = ""
    """The number shown to those called; empty: that of the caller."""
    number_format: NumberFormat = "plus"
    """How called numbers are written: ``381641234567``, ``+381641234567``, or as dialled within the home region."""
    strip: int = 0
    """Digits to drop from the front of the dialled number before it is read (an outside line's ``9``)."""
    prepend: str = ""
    """What the carrier wants in front of the number sent (a technical prefix)."""
    codecs: tuple[Codec, ...] = ("PCMA", "PCMU")
    """Those offered, the preferred one first."""
    options_interval_s: float | None = 30.0
    """How often the carrier is asked with OPTIONS whether it lives; None: never, and it counts as up."""
    srtp: SrtpPolicy = SrtpPolicy.OFFER
    """Whether audio is secured, both directions; ``offer`` leaves it to the switch's own policy."""
    dtmf: DtmfMode = DtmfMode.AUTO
    """How digits come over it, and go."""
    trusted: bool = False
    """Whether asserted identities (RFC 3325) are believed from it and sent to it."""
    signs: bool = False
    """Whether we vouch for the callers of outgoing calls (STIR/SHAKEN), where the centre has a certificate."""
    identity: IdentityDemand = "ignore"
    """What its calls must prove of their callers: nothing, nothing but noted in the record, or an identity that we
    trust, without which they are refused (RFC 8224)."""
    emergency: bool = False
    """Whether emergency calls go out here before they try any other trunk."""
    priority: int = 0
    """The lower goes first, where neither a route nor the price says which."""

    @property
    def host(self) -> str:
        """The address without port and brackets."""
        return self._split[0]

    @property
    def port(self) -> int | None:
        """The address's port, None where it names none."""
        return self._split[1]

    @property
    def tells_keys(self) -> bool:
        """Whether audio that has to be secured has its keys read by whoever listens to the signalling."""
        return self.srtp is SrtpPolicy.REQUIRED and self.transport != "tls"

    def uri(self, user: str = "") -> Uri:
        """Where requests for a user of the trunk, or for itself, are addressed."""
        params = () if self.transport == "udp" else (("transport", self.transport),)
        return sip_uri(user, self.host, self.port, params)

    def aor(self, user: str) -> Uri:
        """A user of the trunk as From and To name one: without port and parameters (RFC 3261 section 19.1.1)."""
        return sip_uri(user, self.host)

    @property
    def _split(self) -> tuple[str, int | None]:
        if self.address.startswith("["):
            host, _, rest = self.address[1:].partition("]")
            return host, int(rest[1:]) if rest else None
        host, colon, port = self.address.partition(":")
        return host, int(port) if colon else None
