"""Every error as a problem document (RFC 9457), with a stable slug as its ``type``.

| type | status | when |
|---|---|---|
| `malformed` | 400 | the body is not JSON, or the request is not HTTP as we speak it |
| `unauthenticated` | 401 | no API key, or one that is not known |
| `not-found` | 404 | no such path, or nothing with that id |
| `method-not-allowed` | 405 | the path exists, the method does not; `Allow` names those that do |
| `number-taken`, `in-use`, `refused` | 409 | the present state does not allow it |
| `too-large` | 413 | the body is larger than any document we know, or lasts longer than any recording |
| `invalid` | 422 | a field is unknown or holds what cannot be accepted; `errors` names each |
| `internal` | 500 | our fault; the log has the same `incident` |
| `draining` | 503 | the centre is about to stop |
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from control.errors import Invalid, Problem

MEDIA_TYPE = "application/problem+json"

_SLUGS = {400: "malformed", 404: "not-found", 405: "method-not-allowed", 413: "too-large"}

# Where a field lies is said by FastAPI's first word; to a client the name alone matters.
_PLACES = frozenset({"body", "query", "path", "header"})


def problem_response(
    status: int,
    slug: str,
    title: str,
    detail: str,
    *,
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
    **members: str,
) -> Response:
    """A problem document as an answer; ``members`` are further members of it."""
    document: dict[str, Any] = {"type": slug, "title": title, "status": status, "detail": detail, **members}
    if errors:
        document["errors"] = list(errors)
    # The standard library escapes lone surrogates, which a client may put into the name of a field.
    return Response(json.dumps(document), status, headers, MEDIA_TYPE)


def install_problems(app: FastAPI) -> None:
    """Let every exception of the app become a problem document."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(RequestValidationError, _on_validation_error)


async def _on_problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    errors = [{"field": error.field, "detail": error.detail}] if error.field else []
    detail = f"{error.field}: {error.detail}" if error.field else error.detail
    return problem_response(error.status, error.slug, error.title, detail, errors=errors)


async def _on_http_exception(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    slug = _SLUGS.get(status, status.phrase.lower().replace(" ", "-"))
    return problem_response(status, slug, status.phrase, str(error.detail), headers=error.headers)


async def _on_validation_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if found[0]["type"] == "json_invalid":
        reason = found[0].get("ctx", {}).get("error", "it cannot be read")
        return problem_response(400, "malformed", "Bad Request", f"the body is not JSON: {reason}")
    errors = [{"field": _path(item["loc"]), "detail": _explain(item)} for item in found]
    detail = "; ".join(f"{item['field']}: {item['detail']}" for item in errors)
    return problem_response(Invalid.status, Invalid.slug, Invalid.title, detail, errors=errors)


def _path(location: Sequence[str | int]) -> str:
    parts = [str(part) for part in location if part != "[key]"]
    if len(parts) > 1 and parts[0] in _PLACES:
        parts = parts[1:]
    return ".".join(parts)


def _explain(item: Mapping[str, Any]) -> str:
    if item["type"] == "extra_forbidden":
        return "there is no such field"
    if item["type"] == "missing":
        return "this field is required"
    if item["type"] == "model_attributes_type":
        return "expected a JSON object, sent as application/json"
    return str(item["msg"])
