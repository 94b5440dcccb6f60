"""Waiting for something that can only be asked for, never awaited."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

POLL_S = 0.05


async def eventually(
    probe: Callable[[], Awaitable[T]], accept: Callable[[T], bool], *, within_s: float, what: str
) -> T:
    """Ask ``probe`` again and again until ``accept`` is content; returns what it was content with.

    Raises AssertionError with the last answer when ``within_s`` seconds have passed.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + within_s
    while True:
        answer = await probe()
        if accept(answer):
            return answer
        if loop.time() >= deadline:
            raise AssertionError(f"{what}: not within {within_s:g} s; last seen: {answer!r}")
        await asyncio.sleep(POLL_S)
