"""The Identity header: signing the calls that leave, and judging those that come in (RFC 8224)."""

from __future__ import annotations

from collections.abc import Callable

from joserfc.jwk import ECKey
from msgspec import Struct

from pbx.stir import passport as passports
from pbx.stir.chain import Anchors, CertificateError
from pbx.stir.passport import Attestation, Number, Numbers, Passport, PassportError

FRESH_S = 60
"""How far a PASSporT's time may lie from ours (RFC 8224 section 5.2.1)."""

STALE, USE_IDENTITY, BAD_INFO, UNSUPPORTED, INVALID = 403, 428, 436, 437, 438
PHRASES = {
    STALE: "Stale Date", USE_IDENTITY: "Use Identity Header", BAD_INFO: "Bad Identity Info",
    UNSUPPORTED: "Unsupported Credential", INVALID: "Invalid Identity Header",
}  # fmt: skip
"""The statuses of a call whose identity is not accepted (RFC 8224 section 6.2)."""


class Verdict(Struct, frozen=True):
    """What an Identity header turned out to be worth."""

    attestation: Attestation | None
    """The signer's, once all proved good."""
    status: int = 0
    """The refusal that the finding would deserve; 0 where all is good."""
    reason: str = ""


class Signer:
    """Signs for the service provider whose certificate is published at ``certificate_url``."""

    def __init__(self, key: ECKey, certificate_url: str, new_origid: Callable[[], str]) -> None:
        self._key = key
        self._url = certificate_url
        self._new_origid = new_origid

    def header(self, attestation: Attestation, caller: str, called: str, now: float) -> str:
        """The Identity header's value for a call; numbers in E.164."""
        claims = Passport(
            attest=attestation,
            dest=Numbers((passports.canonical(called),)),
            iat=int(now),
            orig=Number(passports.canonical(caller)),
            origid=self._new_origid(),
        )
        token = passports.sign(claims, self._key, self._url)
        return f"{token};info=<{self._url}>;alg={passports.ALGORITHM};ppt={passports.KIND}"


def certificate_url(header: str) -> str:
    """Where an Identity header's certificate is. Raises PassportError."""
    token, *params = (part.strip() for part in header.split(";"))
    url = passports.certificate_url(token)
    info = next((value[5:].strip("<>") for value in params if value.startswith("info=")), None)
    if info is not None and info != url:
        raise PassportError("info and x5u name two certificates")
    return url


def judge(header: str, chain: bytes, anchors: Anchors, caller: str, called: str, now: float) -> Verdict:
    """Whether an Identity header proves that ``caller`` calls ``called`` (both E.164) now; never raises."""
    try:
        key = anchors.trusted_key(chain, now)
    except CertificateError as error:
        return Verdict(None, UNSUPPORTED, str(error))
    try:
        claims = passports.verify(header.partition(";")[0].strip(), key)
    except PassportError as error:
        return Verdict(None, INVALID, str(error))
    if abs(now - claims.iat) > FRESH_S:
        return Verdict(None, STALE, f"signed {now - claims.iat:.0f} s ago")
    if claims.orig.tn != passports.canonical(caller):
        return Verdict(None, INVALID, "another number is vouched for than the one that calls")
    if passports.canonical(called) not in claims.dest.tn:
        return Verdict(None, INVALID, "signed for a call to another number")
    return Verdict(claims.attest)
