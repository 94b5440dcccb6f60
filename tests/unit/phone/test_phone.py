"""Two softphones that call each other directly, on loopback."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from pbx.phone import CallState, Phone, PhoneCall, PhoneError

LIMIT_S = 10.0
TONE = bytes(range(160)) * 5
"""100 ms that cannot be mistaken for silence."""


def free_port() -> int:
    with socket.socket(type=socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def two_phones(on_call: Callable[[PhoneCall], None] | None) -> AsyncIterator[tuple[Phone, Phone]]:
    """Ana, and Boris whose phone she calls."""
    port = free_port()
    ana = Phone("127.0.0.1", port, "ana", name="Ana")
    boris = Phone("127.0.0.1", port, "boris", on_call=on_call)
    await boris.start(port=port)
    await ana.start()
    try:
        async with asyncio.timeout(LIMIT_S):
            yield ana, boris
    finally:
        await ana.stop()
        await boris.stop()


async def over(*calls: PhoneCall) -> None:
    for call in calls:
        assert await call.wait_for(CallState.ENDED) is CallState.ENDED


async def test_they_talk_and_what_one_says_the_other_hears() -> None:
    taken: list[PhoneCall] = []

    def take(call: PhoneCall) -> None:
        taken.append(call)
        call.answer()
        call.write_audio(TONE)

    async with two_phones(take) as (ana, boris):
        call = ana.call("boris")
        assert await call.wait_for(CallState.ANSWERED) is CallState.ANSWERED
        heard = await call.read_audio(1600)
        assert TONE[:160] in heard
        assert taken[0].number == "ana"
        call.hangup()
        await over(call, *taken)
        assert not ana.calls
        assert not boris.calls


async def test_digits_are_heard_once_each() -> None:
    taken: list[PhoneCall] = []

    def take(call: PhoneCall) -> None:
        taken.append(call)
        call.answer()

    async with two_phones(take) as (ana, _):
        call = ana.call("boris")
        await call.wait_for(CallState.ANSWERED)
        call.press("1*9")
        digits = ""
        while len(digits) < 3:
            await taken[0].read_audio(160)
            digits += taken[0].get_dtmf()
        assert digits == "1*9"
        taken[0].hangup()
        await over(call)


async def test_a_call_that_is_refused_says_with_what() -> None:
    async with two_phones(lambda call: call.deny(486)) as (ana, _):
        call = ana.call("boris")
        await over(call)
        assert call.status == 486


async def test_a_phone_that_takes_no_calls_is_unavailable() -> None:
    async with two_phones(None) as (ana, boris):
        call = ana.call("boris")
        await over(call)
        assert call.status == 480
        assert not boris.calls


async def test_a_call_that_rings_is_taken_back() -> None:
    ringing: list[PhoneCall] = []
    async with two_phones(ringing.append) as (ana, _):
        call = ana.call("boris")
        assert await call.wait_for(CallState.RINGING) is CallState.RINGING
        call.hangup()
        await over(call, *ringing)
        assert len(ringing) == 1


async def test_a_server_that_takes_no_registrations_is_an_error_with_its_status() -> None:
    async with two_phones(None) as (ana, _):
        with pytest.raises(PhoneError, match="ana could not register: 405"):
            await ana.register()


async def test_stopping_hangs_up() -> None:
    taken: list[PhoneCall] = []

    def take(call: PhoneCall) -> None:
        taken.append(call)
        call.answer()

    async with two_phones(take) as (ana, boris):
        call = ana.call("boris")
        await call.wait_for(CallState.ANSWERED)
        await taken[0].read_audio(160)
        await boris.stop()
        await over(call)
