"""Conference rooms: who is in them now, and who may be. A room is there while somebody is in it."""

from __future__ import annotations

from control.dependencies import ServedCentre
from control.paging import Cursor, Limit, cut, read_cursor
from control.routers.declaring import FOUND, api_router
from control.schemas.common import Page
from control.schemas.conference import ConferenceShown

router = api_router("/conferences", "conferences")


@router.get("")
async def list_conferences(centre: ServedCentre, limit: Limit = 100, cursor: Cursor = None) -> Page[ConferenceShown]:
    """The rooms in which somebody is, by name."""
    after = read_cursor(cursor, str) if cursor else ""
    rooms = [room for room in centre.conferences.all() if room.id > after]
    page, next_cursor = cut(rooms[: limit + 1], limit, lambda room: room.id)
    return Page(items=list(page), next_cursor=next_cursor)


@router.get("/{id}", responses=FOUND)
async def get_conference(id: str, centre: ServedCentre) -> ConferenceShown:
    """One room."""
    return centre.conferences.one(id)


@router.post("/{id}/lock", status_code=204, responses=FOUND)
async def lock_conference(id: str, centre: ServedCentre) -> None:
    """Let nobody else in until it is unlocked, or empty."""
    centre.conferences.lock(id, True)


@router.post("/{id}/unlock", status_code=204, responses=FOUND)
async def unlock_conference(id: str, centre: ServedCentre) -> None:
    """Let all in again."""
    centre.conferences.lock(id, False)


@router.post("/{id}/members/{call}/mute", status_code=204, responses=FOUND)
async def mute_member(id: str, call: str, centre: ServedCentre) -> None:
    """Let nobody hear a member, who hears all and may end that by the key 0."""
    centre.conferences.mute(id, call, True)


@router.post("/{id}/members/{call}/unmute", status_code=204, responses=FOUND)
async def unmute_member(id: str, call: str, centre: ServedCentre) -> None:
    """Let all hear a member again."""
    centre.conferences.mute(id, call, False)


@router.delete("/{id}/members/{call}", status_code=204, responses=FOUND)
async def put_member_out(id: str, call: str, centre: ServedCentre) -> None:
    """Put a member out of the room: its call ends."""
    centre.conferences.put_out(id, call)
