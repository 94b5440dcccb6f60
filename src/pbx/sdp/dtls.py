"""What a description says of DTLS: whose certificate is to be expected, and who begins (RFC 8122, 4145, 5763)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from msgspec import Struct

DIGEST_OCTETS = {"sha-512": 64, "sha-384": 48, "sha-256": 32}
"""The hash functions that count, the strongest first; SHA-1 and MD5 prove nothing any more (RFC 8122 section 5)."""


class Setup(Enum):
    """Who begins the handshake (RFC 4145 section 4)."""

    ACTIVE = "active"
    PASSIVE = "passive"
    ACTPASS = "actpass"
    """Either, as the answer says."""


class Fingerprint(Struct, frozen=True):
    """The hash of a certificate."""

    algorithm: str
    """One of ``DIGEST_OCTETS``."""
    digest: bytes

    def __str__(self) -> str:
        """The attribute's value."""
        return f"{self.algorithm} {self.digest.hex(':').upper()}"


def read_fingerprint(value: str) -> Fingerprint | None:
    """Read an attribute's value; None for one that we cannot use, which is then passed over."""
    algorithm, _, octets = value.partition(" ")
    algorithm = algorithm.lower()
    try:
        digest = bytes.fromhex(octets.strip().replace(":", ""))
    except ValueError:
        return None
    return Fingerprint(algorithm, digest) if len(digest) == DIGEST_OCTETS.get(algorithm) else None


def strongest(fingerprints: Iterable[Fingerprint]) -> tuple[Fingerprint, ...]:
    """Those by the best hash function that was used; a certificate has to match one of them (RFC 8122 section 5)."""
    found = tuple(fingerprints)
    for algorithm in DIGEST_OCTETS:
        if chosen := tuple(one for one in found if one.algorithm == algorithm):
            return chosen
    return ()


def read_setup(value: str) -> Setup | None:
    """Read an attribute's value; None for ``holdconn``, which wants no connection, and for what nobody knows."""
    try:
        return Setup(value.strip().lower())
    except ValueError:
        return None
