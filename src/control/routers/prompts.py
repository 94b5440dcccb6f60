"""Recordings: prompts and music that callers hear, uploaded as files of any common format."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import Query, Request, Response
from fastapi.responses import FileResponse
from starlette.requests import ClientDisconnect

from control.dependencies import DryRun, ServedCentre, ServedConfiguration
from control.errors import Invalid, NotFound
from control.paging import Cursor, Limit, cut, read_cursor
from control.prompt_files import Prompt, PromptFile
from control.prompt_rules import check_prompt_unused
from control.routers.declaring import DELETED, FOUND, PROBLEM, api_router
from control.routers.voicemails import SOUND
from control.schemas.common import Page
from control.schemas.prompt import Client, Language, PromptId, PromptShown

router = api_router("/prompts", "prompts")

OfClient = Annotated[Client | None, Query(description="The client whose own it is; without it, the house's.")]

_AUDIO: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The file itself: WAV, MP3, OGG (Vorbis, Opus), FLAC, M4A, AIFF ...",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
_STORED: dict[int | str, dict[str, Any]] = {
    200: {"description": "Replaced"},
    201: {"model": PromptShown, "description": "Created"},
    413: PROBLEM | {"description": "The file is too large, or lasts too long"},
}


@router.get("")
async def list_prompts(
    centre: ServedCentre,
    client: Annotated[Client | None, Query(description="Of one client only.")] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[PromptShown]:
    """All recordings: the house's first, then each client's, by language and id."""
    after = read_cursor(cursor, Prompt) if cursor else None
    found = await asyncio.to_thread(centre.prompts.page, limit + 1, after, client=client)
    page, next_cursor = cut(found, limit, lambda file: file.prompt)
    return Page(items=[PromptShown.of(file) for file in page], next_cursor=next_cursor)


@router.get("/{language}/{id}", responses=FOUND)
async def get_prompt(language: Language, id: PromptId, centre: ServedCentre, client: OfClient = None) -> PromptShown:
    """One recording."""
    return PromptShown.of(_found(centre, Prompt(client or "", language, id)))


@router.get("/{language}/{id}/audio", response_class=FileResponse, responses=SOUND | FOUND)
async def get_audio(language: Language, id: PromptId, centre: ServedCentre, client: OfClient = None) -> FileResponse:
    """Its sound: WAV, 8000 Hz, mono, 16 bits. A `Range` of it may be asked for."""
    file = _found(centre, Prompt(client or "", language, id))
    return FileResponse(file.path, media_type="audio/wav", filename=f"{language}-{id}.wav")


@router.put("/{language}/{id}", responses=_STORED, openapi_extra=_AUDIO)
async def put_prompt(
    language: Language,
    id: PromptId,
    request: Request,
    centre: ServedCentre,
    response: Response,
    client: OfClient = None,
    dry_run: DryRun = False,
) -> PromptShown:
    """Upload a recording; it is converted once. Calls that hear it now hear the old one to its end.

    Music and chimes, which hold no words, have the language `zxx` and serve in all of them.
    """
    if request.headers.get("content-type", "").startswith("multipart/"):
        raise Invalid("send the file itself as the body, not a form (curl -T FILE)", field="content-type")
    prompt = Prompt(client or "", language, id)
    file, new = await centre.prompts.put(prompt, _body(request), dry_run=dry_run)
    if new:
        response.status_code = 201
    return PromptShown.of(file)


@router.delete("/{language}/{id}", status_code=204, responses=DELETED)
async def delete_prompt(
    language: Language,
    id: PromptId,
    centre: ServedCentre,
    configuration: ServedConfiguration,
    client: OfClient = None,
    dry_run: DryRun = False,
) -> None:
    """Delete a recording that nothing uses."""
    prompt = Prompt(client or "", language, id)
    async with configuration.edit(dry_run=dry_run) as edit:
        _found(centre, prompt)
        await check_prompt_unused(edit.records, prompt)
        if not dry_run:
            centre.prompts.delete(prompt)


async def _body(request: Request) -> AsyncIterator[bytes]:
    try:
        async for piece in request.stream():
            yield piece
    except ClientDisconnect:
        raise Invalid("the file was not sent to its end", field="body") from None


def _found(centre: ServedCentre, prompt: Prompt) -> PromptFile:
    file = centre.prompts.get(prompt)
    if file is None:
        raise NotFound(f"there is no recording {prompt.clip} for the language {prompt.language}")
    return file
