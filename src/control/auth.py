"""Who may use the API.

A key is a bearer token (RFC 6750). Its SHA-256 is kept, not the key: against a stolen database that suffices, since a
generated key has 256 random bits and cannot be guessed at any speed. A slow hash such as Argon2 guards secrets that
people choose; here it would only cost a quarter of a second a request.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from control.problems import problem_response
from control.store.keys import ApiKey
from control.store.store import Store

ADMIN = "admin"
_PROTECTED = ("/api/v1/", "/metrics")
_OPEN = frozenset({"/api/v1/openapi.json"})


def digest_of(token: str) -> str:
    """What is kept of a key: its hexadecimal SHA-256."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


async def ensure_admin_key(store: Store, token: str | None) -> str | None:
    """Make ``token`` the administrator's key; without one, keep the key there is or generate the first.

    Returns the generated key, to be shown once; None when nothing was generated.
    """
    async with store.write() as records:
        if token is not None:
            await records.keys.put(ApiKey(ADMIN, digest_of(token)))
            return None
        if await records.keys.get(ADMIN) is not None:
            return None
        generated = secrets.token_urlsafe(32)
        await records.keys.put(ApiKey(ADMIN, digest_of(generated)))
        return generated


class Keys:
    """The keys that are good now."""

    def __init__(self, digests: list[str]) -> None:
        self._digests = digests

    @classmethod
    async def load(cls, store: Store) -> Keys:
        """The keys in the store."""
        async with store.read() as records:
            return cls([key.digest for key in await records.keys.all()])

    def admit(self, token: str) -> bool:
        """Whether the token is a key. Takes as long for a near miss as for any other."""
        digest = digest_of(token)
        matches = [hmac.compare_digest(digest, known) for known in self._digests]
        return any(matches)


def bearer_token(headers: Headers) -> str | None:
    """The token of an ``Authorization: Bearer`` header, None without one."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


class RequireKey:
    """ASGI middleware: answers 401 before a request without a key is read, routed or validated.

    WebSockets pass; they may show their key in their first message (``routers/events.py``).
    """

    def __init__(self, app: ASGIApp, keys: Keys) -> None:
        self._app = app
        self._keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 401, or pass the request on."""
        if scope["type"] == "http" and scope["path"].startswith(_PROTECTED) and scope["path"] not in _OPEN:
            token = bearer_token(Headers(scope=scope))
            if token is None or not self._keys.admit(token):
                detail = "send an API key: Authorization: Bearer KEY" if token is None else "the API key is not known"
                response = problem_response(
                    401, "unauthenticated", "Who are you?", detail, headers={"WWW-Authenticate": "Bearer"}
                )
                await response(scope, receive, send)
                return
        await self._app(scope, receive, send)
