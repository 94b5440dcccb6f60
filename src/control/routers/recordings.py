"""Recordings: found, heard, verified, held, deleted."""

from __future__ import annotations

import time
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse
from starlette.responses import Response

from control.audio_response import audio_response
from control.dependencies import DryRun, ServedCentre, ServedContext
from control.errors import NotFound
from control.numbers import spellings
from control.paging import Cursor, Limit, cut, read_cursor
from control.recording import Recording
from control.recording_csv import csv_of_recordings
from control.routers.cdrs import CSV_RESPONSE, Moment, Name, seconds_of
from control.routers.declaring import BODY, FOUND, PROBLEM, api_router
from control.schemas.common import Page
from control.schemas.recording import AudioLink, HoldDeclared, RecordingShown, Verified
from control.store.recordings import RecordingFilter, RecordingPosition

router = api_router("/recordings", "recordings")
listening = APIRouter(tags=["recordings"], include_in_schema=False)
"""What stands outside of the API, where no key is asked for."""

AUDIO: dict[int | str, dict[str, Any]] = {
    200: {"content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in ("audio/ogg", "audio/wav")}},
    206: {"description": "The range that was asked for"},
    304: {"description": "It is what the client has"},
    409: PROBLEM | {"description": "It cannot be opened: its key is not at hand, or it is damaged"},
    416: PROBLEM | {"description": "There is nothing in this range"},
}
HELD: dict[int | str, dict[str, Any]] = {409: PROBLEM | {"description": "It is under legal hold"}}


def _wanted(
    context: ServedContext,
    queue: Name = None,
    agent: Name = None,
    client: Name = None,
    call: Name = None,
    since: Annotated[Moment | None, Query(description="Begun then or later; UTC where no offset is given.")] = None,
    until: Annotated[Moment | None, Query(description="Begun before then.")] = None,
    number: Annotated[
        str | None, Query(max_length=64, description="The caller's or the dialled number, E.164 or national.")
    ] = None,
) -> RecordingFilter:
    return RecordingFilter(
        queue=queue,
        agent=agent,
        client=client,
        call=call,
        since=seconds_of(since),
        until=seconds_of(until),
        numbers=spellings(number, context.region) if number else None,
    )


@router.get("", response_model=Page[RecordingShown], responses=CSV_RESPONSE)
async def list_recordings(
    request: Request,
    centre: ServedCentre,
    wanted: Annotated[RecordingFilter, Depends(_wanted)],
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response | Page[RecordingShown]:
    """Recordings that are complete, newest first. With `Accept: text/csv` all that match; `limit` does not apply."""
    after = read_cursor(cursor, RecordingPosition) if cursor else None
    if "text/csv" in request.headers.get("accept", ""):
        rows = csv_of_recordings(centre.store, wanted, after)
        headers = {"Content-Disposition": 'attachment; filename="recordings.csv"'}
        return StreamingResponse(rows, media_type="text/csv", headers=headers)
    async with centre.store.read() as records:
        found = await records.recordings.newest(wanted, limit + 1, after)
    page, next_cursor = cut(found, limit, _position)
    return Page(items=[RecordingShown.of(recording) for recording in page], next_cursor=next_cursor)


@router.get("/{id}", responses=FOUND)
async def get_recording(id: str, centre: ServedCentre) -> RecordingShown:
    """One recording."""
    return RecordingShown.of(await centre.archive.get(id))


@router.get("/{id}/audio", response_class=StreamingResponse, responses=AUDIO | FOUND)
async def get_recording_audio(id: str, request: Request, centre: ServedCentre) -> Response:
    """The sound: Ogg Opus or WAV (G.711), stereo; left the customer, right what the customer heard.

    A `Range` of it may be asked for, also where it is encrypted at rest.
    """
    return await audio_response(request, *await centre.archive.open(id))


@router.head("/{id}/audio", include_in_schema=False)
async def head_recording_audio(id: str, request: Request, centre: ServedCentre) -> Response:
    """The same without the sound."""
    return await audio_response(request, *await centre.archive.open(id))


@router.post("/{id}/links", status_code=201, responses=FOUND)
async def link_recording(id: str, centre: ServedCentre) -> AudioLink:
    """A link to the sound for an hour, for players that cannot send a key."""
    await centre.archive.get(id)
    token, until = centre.archive.links.make(id, time.time())
    return AudioLink(url=f"/audio/{token}", until=until)


@router.post("/{id}/verify", responses=FOUND)
async def verify_recording(id: str, centre: ServedCentre) -> Verified:
    """Compare the sound with the hash that was taken when it was kept."""
    recording, intact = await centre.archive.verify(id)
    return Verified(id=id, sha256=recording.sha256, intact=intact)


@router.put("/{id}/hold", responses=BODY | FOUND)
async def hold_recording(id: str, body: HoldDeclared, centre: ServedCentre, dry_run: DryRun = False) -> RecordingShown:
    """Put a recording under legal hold, or end that."""
    return RecordingShown.of(await centre.archive.hold(id, held=body.held, reason=body.reason, dry_run=dry_run))


@router.delete("/{id}", status_code=204, responses=FOUND | HELD)
async def delete_recording(id: str, centre: ServedCentre, dry_run: DryRun = False) -> None:
    """Delete the sound of a recording; its hash stays in the call's record."""
    await centre.archive.delete(id, time.time(), dry_run=dry_run)


@listening.get("/audio/{token}")
@listening.head("/audio/{token}")
async def listen(token: str, request: Request, centre: ServedCentre) -> Response:
    """The sound that a link leads to."""
    id = centre.archive.links.read(token, time.time())
    if id is None:
        raise NotFound("this link leads nowhere, or no longer")
    return await audio_response(request, *await centre.archive.open(id))


def _position(recording: Recording) -> RecordingPosition:
    return RecordingPosition(recording.started_at, recording.id)
