"""The centre's own secret: it hides called numbers in the ledger's chain, and signs where the chain ends.

Whoever holds a signed end can show later that nothing before it was changed or taken away, for nobody else could have
signed it (Ed25519, RFC 8032), and the chain must still pass through it.
"""

from __future__ import annotations

import hmac
import os
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Struct
from msgspec.structs import replace

from control.errors import StartError
from dialer.ledger import Head, pseudonym

OCTETS = 32
FILE = "ledger.key"

_encode = msgspec.json.Encoder().encode


class SignedHead(Struct, frozen=True):
    """Where a chain ended at some time, by the word of whoever holds the key."""

    seq: int
    """The number of the last record; 0 of an empty chain."""
    hash: str
    at: float
    """Seconds since the epoch."""
    key: str
    """The public key, hexadecimal."""
    signature: str = ""
    """Of the JSON of all this, the signature empty; hexadecimal."""

    @property
    def head(self) -> Head:
        """The end itself."""
        return Head(self.seq, self.hash)


class Seal:
    """What can be done with the secret."""

    def __init__(self, secret: bytes) -> None:
        """``secret`` has 32 octets. What it is used for has keys of their own, made from it."""
        self.number_key = hmac.digest(secret, b"centrala ledger numbers", "sha256")
        """For ``dialer.ledger.pseudonym``."""
        self._private = Ed25519PrivateKey.from_private_bytes(hmac.digest(secret, b"centrala ledger head", "sha256"))
        self.key = self._private.public_key().public_bytes_raw().hex()
        """The public key, hexadecimal."""

    @classmethod
    def open(cls, folder: Path, *, make: bool = True) -> Seal:
        """The seal of a data folder; where there is none, one is made if it may be. Raises StartError."""
        path = folder / FILE
        try:
            if make and not path.exists():
                # No other user, and no half a key: made under another name, then moved.
                new = path.with_suffix(".new")
                with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                    file.write(os.urandom(OCTETS).hex() + "\n")
                new.replace(path)
            secret = bytes.fromhex(path.read_text())
        except OSError as error:
            raise StartError(f"cannot use {path}: {error.strerror}") from error
        except ValueError:
            secret = b""
        if len(secret) != OCTETS:
            raise StartError(f"cannot use {path}: expected {OCTETS} octets in hexadecimal")
        return cls(secret)

    def hide(self, number: str) -> str:
        """What stands in the chain for a number (E.164)."""
        return pseudonym(self.number_key, number)[0]

    def sign(self, head: Head, at: float) -> SignedHead:
        """Say where the chain ends."""
        unsigned = SignedHead(head.seq, head.hash, at, self.key)
        return replace(unsigned, signature=self._private.sign(_encode(unsigned)).hex())


def is_genuine(signed: SignedHead, key: str | None = None) -> bool:
    """Whether a signed end was signed by whoever holds its key, which is to be ``key`` where that is given."""
    if key is not None and signed.key != key:
        return False
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(signed.key))
        public.verify(bytes.fromhex(signed.signature), _encode(replace(signed, signature="")))
    except (ValueError, InvalidSignature):
        return False
    return True
