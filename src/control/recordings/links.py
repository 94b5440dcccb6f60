"""Links to audio that work without a key, for a while: a page's player sends no headers of ours."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os

import msgspec

LASTS_S = 3600.0
"""An hour: a player asks for further parts while one listens."""


class Links:
    """Makes and reads them; they end with the program, too."""

    def __init__(self) -> None:
        self._secret = os.urandom(32)

    def make(self, id: str, now: float) -> tuple[str, float]:
        """The token of a link to a recording, and until when it works."""
        until = now + LASTS_S
        said = msgspec.json.encode((id, until))
        return base64.urlsafe_b64encode(self._sign(said) + said).decode().rstrip("="), until

    def read(self, token: str, now: float) -> str | None:
        """The recording that a token leads to; None for one that is false, or too old."""
        try:
            data = base64.urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
        except (UnicodeEncodeError, binascii.Error):
            return None
        signature, said = data[:32], data[32:]
        if not hmac.compare_digest(signature, self._sign(said)):
            return None
        id, until = msgspec.json.decode(said, type=tuple[str, float])
        return id if now < until else None

    def _sign(self, said: bytes) -> bytes:
        return hmac.digest(self._secret, said, hashlib.sha256)
