"""PASSporT: the signed statement of who calls whom (RFC 8225), in its SHAKEN form (RFC 8588)."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from msgspec import Struct

Attestation: TypeAlias = Literal["A", "B", "C"]
"""How well the signer knows the caller: ``A`` (the customer, and the number as the customer's own), ``B`` (the
customer, not the number), ``C`` (a gateway: only where the call came in). ATIS-1000074 section 5.2.3."""

ALGORITHM, KIND, TYPE = "ES256", "shaken", "passport"
_REGISTRY = jws.JWSRegistry(algorithms=[ALGORITHM], strict_check_header=False)
_SEPARATORS = re.compile(r"[^0-9*#]")


class PassportError(ValueError):
    """Not a SHAKEN PASSporT, or not one signed with that key."""


class Number(Struct, frozen=True):
    """The claim ``orig``."""

    tn: str


class Numbers(Struct, frozen=True):
    """The claim ``dest``."""

    tn: tuple[str, ...]


class Passport(Struct, frozen=True):
    """The claims; the fields stand in the order in which RFC 8225 section 9 wants them written."""

    attest: Attestation
    dest: Numbers
    iat: int
    """Seconds since the epoch."""
    orig: Number
    origid: str
    """A UUID that tells the signer where the call came from, and nobody else."""


class Header(Struct, frozen=True):
    """The protected header."""

    alg: str
    ppt: str
    typ: str
    x5u: str
    """Where the certificate chain of the signer is."""


def canonical(number: str) -> str:
    """A telephone number as PASSporTs hold it: no ``+``, no separators (RFC 8224 section 8.3)."""
    return _SEPARATORS.sub("", number)


def sign(passport: Passport, key: ECKey, certificate_url: str) -> str:
    """The compact form, signed with a P-256 key."""
    header = msgspec.to_builtins(Header(ALGORITHM, KIND, TYPE, certificate_url))
    return jws.serialize_compact(header, msgspec.json.encode(passport), key, registry=_REGISTRY)


def certificate_url(token: str) -> str:
    """Where the certificate of a compact PASSporT is said to be; nothing is verified. Raises PassportError."""
    try:
        header = msgspec.convert(jws.extract_compact(token.encode(), registry=_REGISTRY).headers(), Header)
    except (JoseError, ValueError, msgspec.MsgspecError) as error:
        raise PassportError(f"not a PASSporT: {error}") from error
    if (header.alg, header.ppt, header.typ) != (ALGORITHM, KIND, TYPE):
        raise PassportError(f"expected alg {ALGORITHM}, ppt {KIND}, typ {TYPE}")
    return header.x5u


def verify(token: str, key: ECKey) -> Passport:
    """The claims of a compact PASSporT, once its signature proved good. Raises PassportError."""
    try:
        payload = jws.deserialize_compact(token, key, registry=_REGISTRY).payload
    except (JoseError, ValueError) as error:
        raise PassportError("the signature does not fit the certificate") from error
    try:
        return msgspec.json.decode(payload, type=Passport)
    except msgspec.MsgspecError as error:
        raise PassportError(f"not SHAKEN claims: {error}") from error
