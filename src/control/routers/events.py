"""`WS /events`: a snapshot, then numbered deltas.

The key comes in the `Authorization` header or, from a browser that cannot set one, in the first message:
`{"token": "..."}`. It never comes in the address, since addresses end up in logs. After that the client need not say
anything more. Close codes:

| code | meaning |
|---|---|
| 4401 | no key in time, or one that is not known |
| 4408 | the client did not take its messages fast enough; come back with `?since=` the last `seq` |
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, WebSocket
from starlette.websockets import WebSocketDisconnect

from control.auth import Keys, bearer_token
from control.dependencies import ServedContext
from control.realtime.hub import Hub, TooSlow
from control.routers.declaring import API

router = APIRouter(prefix=API, tags=["events"])

UNAUTHENTICATED = 4401
TOO_SLOW = 4408
FIRST_MESSAGE_S = 10.0


class _Greeting(msgspec.Struct, forbid_unknown_fields=True):
    token: str


@router.websocket("/events")
async def events(socket: WebSocket, context: ServedContext, since: Annotated[int | None, Query(ge=0)] = None) -> None:
    """Tell one client everything that changes, until either side leaves."""
    await socket.accept()
    try:
        if not await _is_admitted(socket, context.keys):
            await socket.close(UNAUTHENTICATED, "send an API key")
            return
        await _tell(socket, context.centre.hub, since)
    except WebSocketDisconnect:
        return


async def _is_admitted(socket: WebSocket, keys: Keys) -> bool:
    token = bearer_token(socket.headers)
    if token is None:
        try:
            async with asyncio.timeout(FIRST_MESSAGE_S):
                first = await socket.receive_text()
            token = msgspec.json.decode(first, type=_Greeting).token
        except (TimeoutError, KeyError, msgspec.DecodeError):
            return False
    return keys.admit(token)


async def _tell(socket: WebSocket, hub: Hub, since: int | None) -> None:
    """Send while listening for the client to leave; whichever ends first ends the other."""
    sending = asyncio.create_task(_send_all(socket, hub, since))
    leaving = asyncio.create_task(_wait_until_left(socket))
    try:
        await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (sending, leaving):
            task.cancel()
        await asyncio.gather(sending, leaving, return_exceptions=True)


async def _send_all(socket: WebSocket, hub: Hub, since: int | None) -> None:
    listening = hub.listen(since)
    try:
        async for message in listening:
            async with asyncio.timeout(hub.patience_s):
                await socket.send_text(message)
    except (TooSlow, TimeoutError):
        # One that reads nothing at all cannot be told why; the connection ends all the same.
        with suppress(TimeoutError):
            async with asyncio.timeout(hub.patience_s):
                await socket.close(TOO_SLOW, "too slow")
    finally:
        await listening.aclose()


async def _wait_until_left(socket: WebSocket) -> None:
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass
