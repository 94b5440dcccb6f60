"""A trunk's name and password, for whatever realm its carrier challenges with."""

from __future__ import annotations

from collections.abc import Callable

from pbx.sip import digest
from pbx.sip.errors import ParseError
from pbx.sip.headers.auth import Challenge, Credentials


class TrunkKeychain:
    """A ``sip.authentication.Keychain``."""

    def __init__(self, username: str, password: str, token: Callable[[], str]) -> None:
        """``token``: a source of unguessable short strings."""
        self._username = username
        self._password = password
        self._token = token

    def answer(self, challenge: Challenge, method: str, uri: str) -> Credentials | None:
        """Credentials for a challenge; None for an algorithm that is not ours, or without a password."""
        if not self._password:
            return None
        try:
            return digest.answer(challenge, method, uri, self._username, self._password, self._token())
        except ParseError:
            return None
