"""Robot softphones, as a process of their own: ``python -m control.demo.robots HOST PORT``.

Eight of them log in as agents by dialling ``*70``, answer after a moment, talk and hang up; callers come at random to
the queues, and some give up. They end when their standard input closes: with the centre that started them.
"""

from __future__ import annotations

import asyncio
import random
import sys
from contextlib import suppress

import uvloop

from control.demo.configuration import ROBOTS, password
from pbx.media import g711, tone
from pbx.phone import CallState, Phone, PhoneCall, PhoneError

BETWEEN_CALLS_S = 4.0
"""The mean time between two callers; eight agents who talk for 20 s and wrap up for 5 s can take one every 3.1 s."""
TALK_S = 20.0
PATIENCE_S = 45.0
ANSWER_S = (1.0, 4.0)
REGISTER_TRIES = 20
CALLERS = ("Mila", "Luka", "Sara", "Nikola", "Tara", "Vuk", "Iva", "Petar", "Una", "Marko", "Nina", "Stefan")


async def _answer(call: PhoneCall) -> None:
    """An agent: picks up after a moment, hums while she talks, now and then is the one who hangs up."""
    await asyncio.sleep(random.uniform(*ANSWER_S))
    if call.state is not CallState.RINGING:
        return
    call.answer()
    call.write_audio(g711.encode(tone.sine(330, 2.0, level_db=-25), call.law))
    with suppress(TimeoutError):
        async with asyncio.timeout(random.expovariate(1 / (TALK_S * 2)) + 5):
            await call.wait_for(CallState.ENDED)
    call.hangup()


async def _agent(host: str, port: int, extension: str, tasks: set[asyncio.Task[None]]) -> None:
    def take(call: PhoneCall) -> None:
        task = asyncio.create_task(_answer(call))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    phone = Phone(host, port, extension, password(extension), name=ROBOTS[extension], on_call=take)
    await phone.start()
    for _ in range(REGISTER_TRIES):
        with suppress(PhoneError):
            await phone.register()
            break
        await asyncio.sleep(1)
    await phone.call("*70").wait_for(CallState.ENDED)


async def _caller(host: str, port: int) -> None:
    """A customer: dials, waits with limited patience, talks, hangs up."""
    number = f"+3816{random.randint(0, 9)}{random.randint(1_000_000, 9_999_999)}"
    phone = Phone(host, port, number, name=random.choice(CALLERS))
    await phone.start()
    call = phone.call(random.choice(("700", "700", "701", "+381114000700")))
    with suppress(TimeoutError):
        # What the agent does ends most calls; otherwise patience, or all that was to be said, does.
        async with asyncio.timeout(random.expovariate(1 / PATIENCE_S) + TALK_S / 2):
            await call.wait_for(CallState.ENDED)
    await phone.stop()


async def _until_told() -> None:
    """Return when standard input closes."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()


async def _work(host: str, port: int) -> None:
    tasks: set[asyncio.Task[None]] = set()
    async with asyncio.TaskGroup() as group:
        for extension in ROBOTS:
            group.create_task(_agent(host, port, extension, tasks))
    while True:
        await asyncio.sleep(random.expovariate(1 / BETWEEN_CALLS_S))
        task = asyncio.create_task(_caller(host, port))
        tasks.add(task)
        task.add_done_callback(tasks.discard)


async def _run(host: str, port: int) -> None:
    working = asyncio.create_task(_work(host, port))
    await _until_told()
    working.cancel()


if __name__ == "__main__":
    uvloop.run(_run(sys.argv[1], int(sys.argv[2])))
