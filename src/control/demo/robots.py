"""Robot softphones, as a process of their own: ``python -m control.demo.robots HOST PORT``.

Eight of them log in as agents by dialling ``*70``, answer after a moment, talk and hang up; callers come at random to
the queues, some of them by a trunk, and some give up. One plays the carrier at the trunk's other end, and the customers
whom a campaign calls. They end when their standard input closes: with the centre that started them.
"""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

import uvloop

from control.demo.campaign import CALLER_ID
from control.demo.configuration import CARRIER, CUSTOMER_NAMES, ROBOTS, password
from pbx.media import g711, tone
from pbx.phone import CallState, Phone, PhoneCall, PhoneError

BETWEEN_CALLS_S = 6.0
"""The mean time between two callers; eight agents who talk for 20 s and wrap up for 5 s can take one every 3.1 s, and
what they have left is the campaign's."""
TALK_S = 20.0
PATIENCE_S = 45.0
ANSWER_S = (1.0, 4.0)
REGISTER_TRIES = 20
GOODBYE_S = 2.0
DIALLED = ("700", "700", "701", "+381114000700")
AT_HOME, BUSY = 0.5, 0.1
"""How many customers answer when a campaign calls them, and how many talk to somebody else; the others are out."""


class Robots:
    """All the robots of one switch."""

    def __init__(self, host: str, port: int) -> None:
        self._switch = (host, port)
        self._phones: set[Phone] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._carrier: Phone | None = None

    async def work(self) -> None:
        """Seat the agents, then send callers without end."""
        await self._lay_the_line()
        async with asyncio.TaskGroup() as group:
            for extension in ROBOTS:
                group.create_task(self._agent(extension))
        while True:
            await asyncio.sleep(random.expovariate(1 / BETWEEN_CALLS_S))
            self._begin(self._caller())

    async def go_home(self) -> None:
        """Hang up everywhere and log off."""
        for task in self._tasks:
            task.cancel()
        async with asyncio.timeout(GOODBYE_S):
            await asyncio.gather(*(phone.stop() for phone in self._phones))

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _lay_the_line(self) -> None:
        """Become the carrier; where its port is another's there is none, and the trunk is shown as down."""
        carrier = Phone(*self._switch, "carrier", on_call=lambda call: self._begin(_pick_up(call)))
        with suppress(OSError):
            await carrier.start(CARRIER.host, CARRIER.port or 0)
            self._carrier = carrier
            self._phones.add(carrier)

    async def _agent(self, extension: str) -> None:
        phone = Phone(
            *self._switch,
            extension,
            password(extension),
            name=ROBOTS[extension],
            on_call=lambda call: self._begin(_answer(call)),
        )
        await phone.start()
        self._phones.add(phone)
        for _ in range(REGISTER_TRIES):
            with suppress(PhoneError):
                await phone.register()
                break
            await asyncio.sleep(1)
        await phone.call("*70").wait_for(CallState.ENDED)

    async def _caller(self) -> None:
        """A customer: dials, waits with limited patience, talks, hangs up."""
        caller = f"+3816{random.randint(0, 9)}{random.randint(1_000_000, 9_999_999)}"
        name, number = random.choice(CUSTOMER_NAMES), random.choice(DIALLED)
        if number.startswith("+") and self._carrier is not None:
            await _talk(self._carrier.call(number, caller=caller, name=name))
            return
        phone = Phone(*self._switch, caller, name=name)
        await phone.start()
        self._phones.add(phone)
        await _talk(phone.call(number))
        self._phones.discard(phone)
        await phone.stop()


async def _talk(call: PhoneCall) -> None:
    """A customer's part: what the agent does ends most calls; otherwise patience, or all that was to be said, does."""
    with suppress(TimeoutError):
        async with asyncio.timeout(random.expovariate(1 / PATIENCE_S) + TALK_S / 2):
            await call.wait_for(CallState.ENDED)
    call.hangup()


async def _pick_up(call: PhoneCall) -> None:
    """Whoever is called by the trunk: answers, as a rule; a campaign meets some who do not."""
    chance = random.random()
    if call.number != CALLER_ID or chance < AT_HOME:
        await _answer(call)
    elif chance < AT_HOME + BUSY:
        call.deny(486)


async def _answer(call: PhoneCall) -> None:
    """An agent: picks up after a moment (at once where she is asked to), hums, now and then is the one who hangs up."""
    if not call.asks_for_answer:
        await asyncio.sleep(random.uniform(*ANSWER_S))
    if call.state is not CallState.RINGING:
        return
    call.answer()
    call.write_audio(g711.encode(tone.sine(330, 2.0, level_db=-25), call.law))
    with suppress(TimeoutError):
        async with asyncio.timeout(random.expovariate(1 / (TALK_S * 2)) + 5):
            await call.wait_for(CallState.ENDED)
    call.hangup()


async def _until_told() -> None:
    """Return when standard input closes."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()


async def _run(host: str, port: int) -> None:
    robots = Robots(host, port)
    working = asyncio.create_task(robots.work())
    await _until_told()
    working.cancel()
    with suppress(TimeoutError):
        await robots.go_home()


if __name__ == "__main__":
    uvloop.run(_run(sys.argv[1], int(sys.argv[2])))
