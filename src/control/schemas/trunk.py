"""Trunks on the wire. The password goes in and never comes out."""

from __future__ import annotations

from typing import Annotated, Literal

import phonenumbers
from pydantic import AfterValidator, Field, SecretStr, StringConstraints

from control.schemas.common import Declared, Instant, OutsideNumber, Shown, Slug
from control.schemas.dtmf import DTMF
from control.schemas.hours import TimeZone, WindowDeclared, WindowShown
from control.schemas.route import NumberPattern
from pbx.routing.trunks.trunk import ANYWHERE, Codec, IdentityDemand, NumberFormat, Transport
from pbx.sdp.crypto import SrtpPolicy
from pbx.sdp.dtmf import DtmfMode

HIGHEST_PORT = 65535


def _address(text: str) -> str:
    _, colon, port = text.rpartition("]")[2].partition(":")
    if colon and not 1 <= int(port) <= HIGHEST_PORT:
        raise ValueError(f"a port lies within 1-{HIGHEST_PORT}")
    return text


def _country(code: str) -> str:
    if code not in phonenumbers.SUPPORTED_REGIONS and code not in ("001", ANYWHERE):
        raise ValueError("expected an ISO 3166 country such as RS, 001 for numbers of no country, or * for all")
    return code


def _once(codecs: list[Codec]) -> list[Codec]:
    if len(set(codecs)) < len(codecs):
        raise ValueError("each codec may stand once")
    return codecs


TrunkAddress = Annotated[
    str,
    StringConstraints(
        pattern=r"^(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?)(:[0-9]{1,5})?$"
    ),
    AfterValidator(_address),
]
Country = Annotated[str, StringConstraints(max_length=3), AfterValidator(_country)]
Money = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)]
RatePrefix = Annotated[str, StringConstraints(pattern=r"^[0-9]{0,15}$")]


class TrunkDeclared(Declared):
    """A carrier, or another switch."""

    address: TrunkAddress = Field(description="Host or host:port; a domain is looked up as RFC 3263 says.")
    transport: Transport = "udp"
    username: Annotated[str, StringConstraints(pattern=r"^[^\x00-\x20\x7f\"<>@:;]{0,128}$")] = Field(
        default="", description="What we prove to be when the carrier challenges."
    )
    password: Annotated[SecretStr, Field(min_length=1, max_length=128)] | None = Field(
        default=None,
        description="Stored readable, since a carrier names its realm only when it challenges; never returned. "
        "Without one the present one is kept.",
    )
    registers: bool = Field(
        default=False, alias="register", description="Register at the address, and be called there."
    )
    numbers: Annotated[list[NumberPattern], Field(max_length=1000)] = Field(
        default_factory=list, description="Numbers and patterns that may come in; routes lead them on. Empty: all."
    )
    max_calls: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    calls_per_s: Annotated[float, Field(gt=0, le=10_000, allow_inf_nan=False)] | None = None
    countries: Annotated[list[Country], Field(max_length=300)] = Field(
        default_factory=list, description="Countries that may be called. Empty: the home region alone."
    )
    hours: Annotated[list[WindowDeclared], Field(max_length=50)] = Field(
        default_factory=list, description="When calls may go out. Empty: always."
    )
    time_zone: TimeZone = "UTC"
    spend_per_day: Money | None = Field(default=None, description="Needs `rates`.")
    rates: Annotated[dict[RatePrefix, Money], Field(max_length=50_000)] = Field(
        default_factory=dict, description="Price of a minute by prefix of the E.164 number; the longest wins."
    )
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "EUR"
    caller_id: OutsideNumber = Field(
        default="", description="The number shown to those called; empty: the caller's own. An agent's goes before it."
    )
    number_format: NumberFormat = "plus"
    strip: Annotated[int, Field(ge=0, le=15)] = 0
    prepend: Annotated[str, StringConstraints(pattern=r"^[0-9+*#]{0,16}$")] = ""
    codecs: Annotated[list[Codec], Field(min_length=1, max_length=4), AfterValidator(_once)] = Field(
        default=["PCMA", "PCMU"], description="Those offered, the preferred one first."
    )
    options_interval_s: Annotated[float, Field(ge=1, le=3600, allow_inf_nan=False)] | None = 30.0
    srtp: SrtpPolicy = Field(
        default=SrtpPolicy.OFFER,
        strict=False,
        description="Secured audio, both directions: never, required (all else is refused with 488), or as "
        "`CENTRALA_SRTP` has it (offer). Over another transport than tls its keys can be read.",
    )
    dtmf: DtmfMode = Field(default=DtmfMode.AUTO, strict=False, description=DTMF)
    trusted: bool = False
    signs: bool = Field(
        default=False, description="Vouch for callers (STIR/SHAKEN); needs `CENTRALA_STIR_CERTIFICATE`."
    )
    identity: IdentityDemand = Field(
        default="ignore", description="What its calls must prove: nothing, noted in the record, or else refused."
    )
    emergency: bool = False
    priority: Annotated[int, Field(ge=-1000, le=1000)] = 0


class TrunkShown(Shown):
    """A trunk."""

    id: Slug
    address: str
    transport: str
    username: str
    registers: bool = Field(serialization_alias="register")
    numbers: list[str]
    max_calls: int | None
    calls_per_s: float | None
    countries: list[str]
    hours: list[WindowShown]
    time_zone: str
    spend_per_day: float | None
    rates: dict[str, float]
    currency: str
    caller_id: str
    number_format: str
    strip: int
    prepend: str
    codecs: list[str]
    options_interval_s: float | None
    srtp: SrtpPolicy
    dtmf: DtmfMode
    trusted: bool
    signs: bool
    identity: str
    emergency: bool
    priority: int


class TrunkLive(Shown):
    """A trunk now."""

    id: str
    state: Literal["up", "down"] = Field(description="Whether calls go out by it.")
    reason: str = Field(description="Why it is down; empty while it is up.")
    since: Instant = Field(description="When the state began.")
    registered: bool | None = Field(description="Null where it is not to register.")
    last_error: str = Field(description="What went wrong last, also when it is up again.")
    ways: list[str] = Field(description="The addresses it is reached at, the preferred one first.")
    calls: int = Field(description="In progress, both directions.")
    spent_today: float
    currency: str
