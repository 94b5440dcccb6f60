"""Conference rooms: who is in them now. A room is there while somebody is in it."""

from __future__ import annotations

from fastapi import APIRouter

from control.dependencies import ServedCentre
from control.errors import NotFound
from control.paging import Cursor, Limit, cut, read_cursor
from control.ports import Centre
from control.routers.declaring import FOUND
from control.schemas.call import LiveCall
from control.schemas.common import Page
from control.schemas.conference import ConferenceShown

router = APIRouter(prefix="/conferences", tags=["conferences"])

KIND = "conference:"


@router.get("")
async def list_conferences(centre: ServedCentre, limit: Limit = 100, cursor: Cursor = None) -> Page[ConferenceShown]:
    """The rooms in which somebody is, by name."""
    after = read_cursor(cursor, str) if cursor else ""
    rooms = [room for room in _rooms(centre) if room.id > after]
    page, next_cursor = cut(rooms[: limit + 1], limit, lambda room: room.id)
    return Page(items=list(page), next_cursor=next_cursor)


@router.get("/{id}", responses=FOUND)
async def get_conference(id: str, centre: ServedCentre) -> ConferenceShown:
    """One room."""
    for room in _rooms(centre):
        if room.id == id:
            return room
    raise NotFound(f"nobody is in a conference {id}")


def _rooms(centre: Centre) -> list[ConferenceShown]:
    found: dict[str, list[LiveCall]] = {}
    for call in centre.calls():
        if call.target is not None and call.target.startswith(KIND) and call.answered_at is not None:
            found.setdefault(call.target.removeprefix(KIND), []).append(call)
    return [ConferenceShown(id=name, calls=found[name]) for name in sorted(found)]
