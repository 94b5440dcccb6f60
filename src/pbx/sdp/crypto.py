"""Keys for SRTP in a session description: the ``a=crypto`` attribute (SDES, RFC 4568; AES-GCM by RFC 7714).

A key stands in the description as it is, so it is as secret as the signalling; the values here do not show it in
their text, so that it gets into no log.
"""

from __future__ import annotations

import base64
import binascii
import re
from enum import Enum

from msgspec import Struct

AES_GCM = "AEAD_AES_128_GCM"
AES_CM = "AES_CM_128_HMAC_SHA1_80"
SHORT_TAG = "AES_CM_128_HMAC_SHA1_32"

KEY_OCTETS = {AES_GCM: 28, AES_CM: 30, SHORT_TAG: 30}
"""The suites that we can do, the best first (RFC 7714 section 14.2, RFC 4568 section 6.2), with the octets of a master
key and its salt."""
OFFERED = (AES_GCM, AES_CM)
"""Those that we offer, in our order; the third is taken from those who know nothing better."""

TAG = re.compile(r"[1-9][0-9]{0,8}")
KEY = re.compile(r"inline:([A-Za-z0-9+/]{2,64}={0,2})(?:\|(?:2\^)?[0-9]{1,10})?")
"""One key, maybe with a lifetime, which no call outlives. A key that is named by an MKI is not ours to take: packets
would carry it (section 6.1)."""

_SHOWN = re.compile(rb"(inline:|a=ice-pwd:)[A-Za-z0-9+/=]+")


class SrtpPolicy(Enum):
    """Whether audio is secured."""

    NEVER = "never"
    """Secured audio is neither offered nor taken."""
    OFFER = "offer"
    """It is offered where the signalling is secured too, and taken wherever it is offered."""
    REQUIRED = "required"
    """Nothing else is offered or taken."""

    def under(self, general: SrtpPolicy) -> SrtpPolicy:
        """What holds for one peer, where this is its own policy: ``offer`` leaves it to the general one."""
        return general if self is SrtpPolicy.OFFER else self


class Crypto(Struct, frozen=True):
    """One ``a=crypto`` attribute."""

    tag: int
    """Its number; an answer repeats that of what it chose (section 5.1.2)."""
    suite: str
    key: bytes
    """Master key and salt, with which its sender protects."""

    def __repr__(self) -> str:
        return f"Crypto({self.tag}, {self.suite})"

    def __str__(self) -> str:
        """The attribute's value."""
        return f"{self.tag} {self.suite} inline:{base64.b64encode(self.key).decode()}"


def read(value: str) -> Crypto | None:
    """Read an attribute's value; None for one that we cannot use, which is then passed over (section 7.1.2).

    Session parameters change what is protected, and how; only those marked as optional may be overlooked
    (section 6.3.7).
    """
    tag, _, rest = value.partition(" ")
    suite, _, rest = rest.strip().partition(" ")
    suite = suite.upper()
    key, *parameters = rest.split() or [""]
    match = KEY.fullmatch(key)
    if not TAG.fullmatch(tag) or suite not in KEY_OCTETS or match is None:
        return None
    if not all(parameter.startswith("-") for parameter in parameters):
        return None
    try:
        octets = base64.b64decode(_padded(match[1]), validate=True)
    except binascii.Error:
        return None
    return Crypto(int(tag), suite, octets) if len(octets) == KEY_OCTETS[suite] else None


def best(keys: tuple[Crypto, ...]) -> Crypto | None:
    """The one with the best suite, whatever the far side's order; the first of several with that."""
    ranks = list(KEY_OCTETS)
    return min(keys, key=lambda one: ranks.index(one.suite), default=None)


def _padded(key: str) -> str:
    """Base64 as it should be; some leave out the ``=`` at its end."""
    return key.rstrip("=") + "=" * (-len(key.rstrip("=")) % 4)


def without_keys(message: bytes) -> bytes:
    """A message whose keys and passwords are blotted out, of the same length: what may be kept and shown."""
    if b"inline:" not in message and b"a=ice-pwd:" not in message:
        return message
    return _SHOWN.sub(lambda match: match[1].ljust(len(match[0]), b"*"), message)
