"""Digest authentication for SIP (RFC 7616 as RFC 8760 applies it; MD5 as in RFC 3261 section 22.4).

Only hashes of a password are known here: H(user:realm:password), one an algorithm. Nonces carry their own time
and a keyed hash, so that none is stored before it is used; a used one is remembered with its highest count.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import OrderedDict
from enum import Enum
from functools import lru_cache
from itertools import count

from msgspec import Struct

from pbx.sip.errors import ParseError
from pbx.sip.headers.auth import Challenge, Credentials
from pbx.sip.text import encode

ALGORITHMS = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}
NONCE_LIFE = 300.0
"""Seconds for which a nonce is good."""
STAMP = 20
"""Characters of a nonce before its seal: 12 of milliseconds, 8 of a counter that makes it unique."""
MAX_COUNTED = 100_000
"""Used nonces whose counts are kept; beyond it the oldest must be asked anew."""


def secret_hash(username: str, realm: str, password: str, algorithm: str) -> str:
    """H(A1) in hex: what is stored instead of a password. Raises KeyError for an unknown algorithm."""
    return _hash(algorithm, f"{username}:{realm}:{password}")


def _hash(algorithm: str, text: str) -> str:
    return ALGORITHMS[algorithm](encode(text)).hexdigest()


@lru_cache(maxsize=1024)
def _request_hash(algorithm: str, method: str, uri: str) -> str:
    """H(A2) in hex; no secret, and the same for most requests of a kind."""
    return _hash(algorithm, f"{method}:{uri}")


def response_hash(credentials: Credentials, method: str, ha1: str) -> str:
    """The response that proves the secret (RFC 7616 section 3.4.1; without qop as RFC 2069 did)."""
    algorithm = credentials.algorithm.upper()
    ha2 = _request_hash(algorithm, method, credentials.uri)
    if not credentials.qop:
        return _hash(algorithm, f"{ha1}:{credentials.nonce}:{ha2}")
    counted = f"{credentials.nonce}:{credentials.nc}:{credentials.cnonce}:{credentials.qop}"
    return _hash(algorithm, f"{ha1}:{counted}:{ha2}")


def answer(challenge: Challenge, method: str, uri: str, username: str, password: str, cnonce: str) -> Credentials:
    """A client's credentials for a challenge. Raises ParseError for an algorithm that is not ours."""
    algorithm = challenge.algorithm.upper()
    if algorithm not in ALGORITHMS:
        raise ParseError(f"unknown digest algorithm {challenge.algorithm[:20]!r}")
    qop = "auth" if "auth" in challenge.qop.replace(" ", "").split(",") else ""
    blank = Credentials(
        username, challenge.realm, challenge.nonce, uri, "", algorithm, qop, "00000001" if qop else "",
        cnonce if qop else "", challenge.opaque,
    )  # fmt: skip
    proof = response_hash(blank, method, secret_hash(username, challenge.realm, password, algorithm))
    return Credentials(
        username, challenge.realm, challenge.nonce, uri, proof, algorithm, qop, blank.nc, blank.cnonce, blank.opaque
    )


class Verdict(Enum):
    """What a check of credentials found."""

    GOOD = "good"
    STALE = "stale"
    """The secret is right, the nonce or its count is not: challenge again with ``stale``."""
    UNKNOWN = "unknown"
    """A nonce that is not ours (any more), or another realm or algorithm: challenge afresh."""
    BAD = "bad"
    """The nonce is good and the secret is wrong."""


class Secrets(Struct, frozen=True):
    """What is kept of a password."""

    md5: str
    sha256: str

    def of(self, algorithm: str) -> str:
        """The hash for an algorithm name of ``ALGORITHMS``."""
        return self.sha256 if algorithm == "SHA-256" else self.md5


NOBODY = Secrets("0" * 32, "0" * 64)
"""Checked in place of an account that does not exist, so that both take the same time."""


class Authenticator:
    """Challenges, and checks what comes back; one a realm."""

    def __init__(self, realm: str, key: bytes, algorithms: tuple[str, ...] = ("MD5",)) -> None:
        """``algorithms``: those challenged with, in the order of preference.

        Credentials in any of ``ALGORITHMS`` are accepted for a nonce made for it. Phones on old libraries (libre 2,
        in baresip 1) give up when they see a second challenge that they do not know, so one is the default.
        """
        self.realm = realm
        self._algorithms = algorithms
        self._key = key
        self._counts: OrderedDict[tuple[str, str], int] = OrderedDict()
        """The highest count of each nonce that proved a secret, by nonce and algorithm."""
        self._minted = count()

    def challenges(self, now: float, *, stale: bool = False) -> list[Challenge]:
        """One an algorithm, the preferred one first (RFC 8760 section 2.3)."""
        return [Challenge(self.realm, self._nonce(one, now), one, stale) for one in self._algorithms]

    def _nonce(self, algorithm: str, now: float) -> str:
        stamp = f"{int(now * 1000):012x}{next(self._minted) & 0xFFFFFFFF:08x}"
        return stamp + self._seal(stamp, algorithm)

    def _seal(self, stamp: str, algorithm: str) -> str:
        return hmac.digest(self._key, encode(f"{stamp}:{algorithm}"), "sha256")[:12].hex()

    def check(self, credentials: Credentials, method: str, secrets: Secrets, now: float) -> Verdict:
        """Judge credentials against what is kept of the account's password (or ``NOBODY``)."""
        algorithm = credentials.algorithm.upper()
        if algorithm not in ALGORITHMS or credentials.realm != self.realm:
            return Verdict.UNKNOWN
        nonce = credentials.nonce
        stamp = nonce[:STAMP]
        if (nonce, algorithm) not in self._counts and not self._is_ours(nonce, algorithm):
            return Verdict.UNKNOWN
        expected = response_hash(credentials, method, secrets.of(algorithm))
        if secrets is NOBODY or not hmac.compare_digest(encode(credentials.response.lower()), expected.encode()):
            return Verdict.BAD
        if now - int(stamp[:12], 16) / 1000 > NONCE_LIFE:
            return Verdict.STALE
        return Verdict.GOOD if self._counts_up(credentials, algorithm) else Verdict.STALE

    def _is_ours(self, nonce: str, algorithm: str) -> bool:
        return hmac.compare_digest(encode(nonce[STAMP:]), self._seal(nonce[:STAMP], algorithm).encode())

    def _counts_up(self, credentials: Credentials, algorithm: str) -> bool:
        """Whether the nonce count is higher than any seen with this nonce (RFC 7616 section 3.4: replay)."""
        try:
            count = int(credentials.nc, 16) if credentials.qop else 1
        except ValueError:
            return False
        key = (credentials.nonce, algorithm)
        if count <= self._counts.get(key, 0):
            return False
        self._counts[key] = count
        self._counts.move_to_end(key)
        if len(self._counts) > MAX_COUNTED:
            self._counts.popitem(last=False)
        return True
