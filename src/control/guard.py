"""What stands before the application: no fault of ours reaches a client, no giant body reaches us."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from fnmatch import fnmatchcase

import structlog
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from control.errors import Problem
from control.problems import problem_response

log = structlog.get_logger(__name__)


class BodyLimit:
    """ASGI middleware: a body larger than any document we know is refused, announced or not."""

    def __init__(self, app: ASGIApp, octets: int, larger: Mapping[str, int] | None = None) -> None:
        """``larger`` has what is taken at paths of such patterns (``fnmatch``)."""
        self._app = app
        self._octets = octets
        self._larger = larger or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting what it brings."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = next((most for path, most in self._larger.items() if fnmatchcase(scope["path"], path)), self._octets)
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdecimal() and int(announced) > limit:
            await problem_response(413, "too-large", "Content Too Large", _detail(limit))(scope, receive, send)
            return
        received = 0

        async def count() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise HTTPException(413, _detail(limit))
            return message

        await self._app(scope, count, send)


class Guard:
    """ASGI middleware, the outermost: an exception nobody expected is logged, and the client told nothing but that."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and catch what comes back."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception:
            incident = secrets.token_hex(4)
            log.exception("a request failed", incident=incident, method=scope["method"], path=scope["path"])
            if started:
                raise
            response = problem_response(
                500, Problem.slug, Problem.title, "please tell the operator the incident's number", incident=incident
            )
            await response(scope, receive, send)


def _detail(limit: int) -> str:
    return f"a body may have {limit} octets"
