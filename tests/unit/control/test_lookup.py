"""HTTP requests on behalf of flows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from control.lookup import MAX_BODY, Lookups

Answer = Callable[[httpx.Request], httpx.Response]


async def ask(answer: Answer, **more: str) -> bytes | None:
    lookups = Lookups(httpx.MockTransport(answer))
    try:
        return await lookups.ask(
            more.get("method", "GET"), "http://crm.example/x", {"X-Key": "k"}, more.get("body", ""), 1.0
        )
    finally:
        await lookups.close()


async def test_a_good_answer_is_handed_on() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, content=b'{"tier": "gold"}')

    assert await ask(answer, method="POST", body='{"a": 1}') == b'{"tier": "gold"}'
    [request] = seen
    assert (request.method, request.headers["x-key"], request.content) == ("POST", "k", b'{"a": 1}')
    assert request.headers["content-type"] == "application/json"


@pytest.mark.parametrize("status", [302, 404, 500])
async def test_anything_but_success_is_no_answer(status: int) -> None:
    assert await ask(lambda request: httpx.Response(status, headers={"Location": "http://elsewhere/"})) is None


async def test_an_answer_that_is_too_large_is_none() -> None:
    assert await ask(lambda request: httpx.Response(200, content=b"x" * (MAX_BODY + 1))) is None
    assert await ask(lambda request: httpx.Response(200, content=b"x" * MAX_BODY)) == b"x" * MAX_BODY


async def test_a_host_that_is_not_there_is_no_answer() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    assert await ask(answer) is None


class Endless(httpx.AsyncByteStream):
    """A body that never ends and never grows."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()


async def test_an_answer_that_drips_is_cut_off_in_time() -> None:
    lookups = Lookups(httpx.MockTransport(lambda request: httpx.Response(200, stream=Endless())))
    async with asyncio.timeout(5):
        assert await lookups.ask("GET", "http://crm.example/", {}, "", 0.05) is None
    await lookups.close()
