"""Keys of recordings: each file has one of its own, which is kept beside it, wrapped in a key from outside the store.

The outside keys come from a setting or a file, the one in use first; older ones still open what they sealed. A key is
known by a fingerprint, so that nobody has to name it, and none can be taken for another.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from collections.abc import Iterable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_OCTETS = 32
NONCE_OCTETS = 12
ID_LENGTH = 16
WRAPPED_OCTETS = NONCE_OCTETS + KEY_OCTETS + 16


class KeyMissing(Exception):
    """A recording is sealed with a key that is not at hand, or not its own; the text names it."""


class KeyRing:
    """All outside keys; empty where nothing is sealed."""

    def __init__(self, keys: Iterable[bytes] = ()) -> None:
        """``keys`` are of 32 octets; the first one seals, all of them open."""
        self._keys = {fingerprint(key): key for key in keys}

    @classmethod
    def parse(cls, text: str) -> KeyRing:
        """Read keys in base64 with commas, spaces or lines between them; ``#`` begins a remark. Raises ValueError."""
        words = " ".join(line.partition("#")[0] for line in text.splitlines()).replace(",", " ").split()
        keys = []
        for place, word in enumerate(words, start=1):
            try:
                key = base64.b64decode(word, validate=True)
            except binascii.Error:
                key = b""
            if len(key) != KEY_OCTETS:
                raise ValueError(f"key {place} is not {KEY_OCTETS} octets in base64, as of `openssl rand -base64 32`")
            keys.append(key)
        return cls(keys)

    @property
    def current(self) -> str | None:
        """The id of the key that seals; None where nothing is sealed."""
        return next(iter(self._keys), None)

    def new_key(self) -> tuple[bytes, bytes]:
        """A key for one file, and the same wrapped in the current one."""
        key, nonce = os.urandom(KEY_OCTETS), os.urandom(NONCE_OCTETS)
        return key, nonce + AESGCM(self._keys[self.current or ""]).encrypt(nonce, key, None)

    def unwrap(self, key_id: str, wrapped: bytes) -> bytes:
        """The key of a file. Raises KeyMissing."""
        outside = self._keys.get(key_id)
        if outside is None:
            raise KeyMissing(f"it is sealed with key {key_id}, which is not among those given")
        try:
            return AESGCM(outside).decrypt(wrapped[:NONCE_OCTETS], wrapped[NONCE_OCTETS:], None)
        except (InvalidTag, ValueError):
            raise KeyMissing(f"its own key cannot be opened with key {key_id}: the file was changed") from None


def fingerprint(key: bytes) -> str:
    """What a key is known by: 16 hexadecimal digits that tell nothing of it."""
    return hashlib.sha256(b"centrala recording key\0" + key).hexdigest()[:ID_LENGTH]
