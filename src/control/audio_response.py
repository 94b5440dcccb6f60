"""An audio file over HTTP, whole or in part, whether it is sealed at rest or not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from fastapi import Request
from fastapi.responses import StreamingResponse
from starlette.responses import Response

from control.errors import Refused
from control.problems import problem_response
from control.ranges import Part, Unsatisfiable, wanted_part
from control.recording import Recording
from control.recordings.sealed import Audio, Damaged

PIECE = 1 << 16
TYPES = {"opus": "audio/ogg", "wav": "audio/wav"}
ENDINGS = {"opus": "opus", "wav": "wav"}


async def audio_response(request: Request, recording: Recording, audio: Audio) -> Response:
    """Answer a GET or HEAD for a recording's audio (RFC 9110 section 14). Raises Refused for a damaged file."""
    etag = f'"{recording.sha256}"'
    headers = {"Accept-Ranges": "bytes", "ETag": etag, "Cache-Control": "private, no-cache"}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    condition = request.headers.get("if-range")
    asked = request.headers.get("range") if condition in (None, etag) and request.method == "GET" else None
    try:
        part = wanted_part(asked, audio.size)
    except Unsatisfiable:
        headers["Content-Range"] = f"bytes */{audio.size}"
        detail = f"{asked} of {audio.size} octets"
        return problem_response(416, "range", "There is nothing in this range", detail, headers=headers)
    begin, end = part or Part(0, audio.size)
    headers["Content-Length"] = str(end - begin)
    headers["Content-Disposition"] = f'inline; filename="{recording.id}.{ENDINGS[recording.format]}"'
    if part is not None:
        headers["Content-Range"] = f"bytes {begin}-{end - 1}/{audio.size}"
    status, kind = 200 if part is None else 206, TYPES[recording.format]
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=kind)
    try:
        first = await asyncio.to_thread(audio.read, begin, min(PIECE, end - begin))
    except Damaged as error:
        raise Refused(f"recording {recording.id} is damaged: {error}") from None
    return StreamingResponse(_pieces(audio, begin, end, first), status, headers, kind)


async def _pieces(audio: Audio, begin: int, end: int, first: bytes) -> AsyncIterator[bytes]:
    yield first
    for at in range(begin + PIECE, end, PIECE):
        yield await asyncio.to_thread(audio.read, at, min(PIECE, end - at))
