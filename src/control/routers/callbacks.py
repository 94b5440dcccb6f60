"""Requests to be called back, which callers leave in flows; whoever calls back marks them as done."""

from __future__ import annotations

import msgspec
from fastapi import APIRouter

from control.dependencies import ServedCentre
from control.errors import NotFound
from control.paging import Cursor, Limit
from control.routers.declaring import BODY, FOUND, get_one, get_page
from control.schemas.callback import CallbackChanged, CallbackShown
from control.schemas.common import Page

router = APIRouter(prefix="/callbacks", tags=["callbacks"])


@router.get("")
async def list_callbacks(centre: ServedCentre, limit: Limit = 100, cursor: Cursor = None) -> Page[CallbackShown]:
    """All requests, by the calls in which they were made."""
    async with centre.store.read() as records:
        return await get_page(records.callbacks, limit, cursor, CallbackShown)


@router.get("/{id}", responses=FOUND)
async def get_callback(id: str, centre: ServedCentre) -> CallbackShown:
    """One request."""
    async with centre.store.read() as records:
        return await get_one(records.callbacks, id, CallbackShown, "callback request")


@router.put("/{id}", responses=BODY | FOUND)
async def put_callback(id: str, body: CallbackChanged, centre: ServedCentre) -> CallbackShown:
    """Mark a request as done, or as open again."""
    async with centre.store.write() as records:
        request = await records.callbacks.get(id)
        if request is None:
            raise NotFound(f"there is no callback request {id}")
        changed = msgspec.structs.replace(request, done=body.done)
        await records.callbacks.put(changed)
    return CallbackShown.model_validate(changed)


@router.delete("/{id}", status_code=204, responses=FOUND)
async def delete_callback(id: str, centre: ServedCentre) -> None:
    """Forget a request."""
    async with centre.store.write() as records:
        if await records.callbacks.get(id) is None:
            raise NotFound(f"there is no callback request {id}")
        await records.callbacks.delete(id)
