"""Brings the demo to life beside a running centre, and says how to join in."""

from __future__ import annotations

import asyncio
import secrets
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from control.configuration import Configuration
from control.demo.campaign import QUALITY, customers
from control.demo.configuration import PEOPLE, declare, password
from control.errors import StartError
from control.ports import DialerDesk
from control.settings import Settings
from control.store.store import Store
from dialer.campaign import Run

LAST_WORDS_S = 3.0


def demo_key(folder: Path) -> str:
    """The demo's API key, made once and kept readable in its data folder so that each start can show it again.

    Raises StartError. A real centre keeps only the hash of a key.
    """
    path = folder / "demo-key"
    try:
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(24))
        return path.read_text().strip()
    except OSError as error:
        raise StartError(f"cannot use {path}: {error.strerror}") from error


@asynccontextmanager
async def demo_centre(
    configuration: Configuration, store: Store, dialer: DialerDesk, settings: Settings
) -> AsyncIterator[None]:
    """Declare the demo's configuration in an empty centre, and keep robots calling for as long as this lasts."""
    if await declare(configuration, store, settings.realm):
        async with configuration.edit() as edit:
            await edit.put(QUALITY)
        async with store.write() as records:
            await records.leads.add(tuple(customers()), time.time())
        await dialer.set_run(QUALITY.id, Run.RUNNING)
    robots = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "control.demo.robots",
        settings.sip[0].host,
        str(settings.sip[0].port),
        stdin=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield
    finally:
        assert robots.stdin is not None
        robots.stdin.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORDS_S):
                await robots.wait()
        if robots.returncode is None:
            robots.kill()
            await robots.wait()


def guide(settings: Settings) -> list[str]:
    """What a newcomer can do now."""
    seats = ", ".join(f"{extension} ({name}, password {password(extension)})" for extension, name in PEOPLE.items())
    return [
        f"Robots answer and call already. Join in with a softphone registered at {settings.sip[0]}:",
        f"  log in as   {seats}",
        "  as an agent dial *70 to take calls, *71 for a break",
        "  or dial     700 support, 701 sales, 604 a menu, 600 echo, 601 music, 602 a conference room",
        "              (a softphone without an account may, too); 603 tells agents their voicemail",
        "  the campaign `quality` calls customers, and gives those who answer to agents of 701",
        "  as an agent dial 0112223333 or the like: it goes out by a trunk, to a robot that plays the carrier",
    ]
