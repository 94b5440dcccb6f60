"""Voicemail: messages of all boxes, their sound, and what becomes of them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import FileResponse

from control.dependencies import DryRun, ServedCentre
from control.errors import NotFound
from control.leftovers import Voicemail
from control.paging import Cursor, Limit, cut, read_cursor
from control.routers.declaring import BODY, FOUND, api_router, get_one
from control.schemas.common import Page
from control.schemas.voicemail import VoicemailChanged, VoicemailShown
from control.store.voicemails import VoicemailPosition

router = api_router("/voicemails", "voicemails")

SOUND: dict[int | str, dict[str, Any]] = {
    200: {"content": {"audio/wav": {"schema": {"type": "string", "format": "binary"}}}},
    206: {"description": "The range that was asked for"},
}


@router.get("")
async def list_voicemails(
    centre: ServedCentre,
    box: Annotated[str | None, Query(max_length=64, description="Of one box only.")] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[VoicemailShown]:
    """Messages, the newest first."""
    after = read_cursor(cursor, VoicemailPosition) if cursor else None
    async with centre.store.read() as records:
        found = await records.voicemails.newest(box, limit + 1, after)
    page, next_cursor = cut(found, limit, _position)
    return Page(items=[VoicemailShown.model_validate(message) for message in page], next_cursor=next_cursor)


@router.get("/{id}", responses=FOUND)
async def get_voicemail(id: str, centre: ServedCentre) -> VoicemailShown:
    """One message."""
    async with centre.store.read() as records:
        return await get_one(records.voicemails, id, VoicemailShown, "voicemail")


@router.get("/{id}/audio", response_class=FileResponse, responses=SOUND | FOUND)
async def get_sound(id: str, centre: ServedCentre) -> FileResponse:
    """The sound of a message: WAV, 8000 Hz, mono, 16 bits. A `Range` of it may be asked for."""
    async with centre.store.read() as records:
        message = await records.voicemails.get(id)
    path = centre.mailboxes.sound(id)
    if message is None or not path.is_file():
        raise NotFound(f"there is no sound of a voicemail {id}")
    return FileResponse(path, media_type="audio/wav", filename=f"voicemail-{message.box}-{message.id}.wav")


@router.put("/{id}", responses=BODY | FOUND)
async def put_voicemail(
    id: str, body: VoicemailChanged, centre: ServedCentre, dry_run: DryRun = False
) -> VoicemailShown:
    """Mark a message as heard, or as new again."""
    return VoicemailShown.model_validate(await centre.mailboxes.mark(id, heard=body.heard, dry_run=dry_run))


@router.delete("/{id}", status_code=204, responses=FOUND)
async def delete_voicemail(id: str, centre: ServedCentre, dry_run: DryRun = False) -> None:
    """Delete a message and its sound."""
    await centre.mailboxes.delete(id, dry_run=dry_run)


def _position(message: Voicemail) -> VoicemailPosition:
    return VoicemailPosition(message.left_at, message.id)
