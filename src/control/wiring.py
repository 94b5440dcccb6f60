"""The program: builds everything in the order in which it depends on each other, runs it, and takes it down again."""

from __future__ import annotations

import asyncio
import gc
import resource
import signal
import socket
import sys
import time
import uuid
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

import structlog
import uvicorn
import uvloop
from fastapi import FastAPI
from redis import exceptions as redis_errors

from acd.journal import JournalLost, JournalUnavailable
from control.adapters.locations import StoredLocations
from control.app import create_app
from control.auth import Keys, ensure_admin_key
from control.campaigns.importing.desk import ImportDesk
from control.centre import RunningCentre
from control.compliance.seal import Seal
from control.configuration import Configuration
from control.demo import demo_centre, demo_key, guide
from control.edge import media_plane
from control.errors import Invalid, StartError
from control.listening import listeners, network, renew_certificates, tells_keys
from control.live.bans import StoredBans
from control.live.connection import LiveStore, RedisUnavailable
from control.live.countries import StoredCountries
from control.live.days import JOURNAL_FOLDER, DayKeeper
from control.live.embedded import EmbeddedServerError
from control.live.journal import LeaseHeld, RedisJournal
from control.live.registrations import Registrations
from control.options import switch_options
from control.prompts import Prompts
from control.recordings.setting_up import keep_of, open_library
from control.settings import Address, Settings
from control.store.store import Store
from pbx.io.listener import ListenFailed
from pbx.plane.local import PlaneFailed

log = structlog.get_logger()

GARBAGE_THRESHOLDS = (10_000, 2_500, 1_000)
"""Calls leave no cycles behind (tests/scenario/test_no_garbage.py), so looking through all that lives for some finds
nothing and makes every call wait: only the youngest objects are looked at under load, few at a time."""
QUIET_CALLS = 20
"""With fewer calls than this in progress, the pause of a whole collection disturbs nobody."""
QUIET_INTERVAL_S = 60.0
LEASE_TRIES_S = 12.0
"""How long a start waits for the lease of a node that died: a little longer than the lease lasts."""


def serve(settings: Settings) -> int:
    """Run the centre until it is told to stop; the exit status. Raises StartError.

    The garbage collector may be disabled while it starts; it is enabled once calls can come.
    """
    return uvloop.run(_serve(settings))


async def _serve(settings: Settings) -> int:
    stopping = _stop_signal()
    _raise_file_limit()
    async with AsyncExitStack() as stack:
        http = stack.enter_context(_listen(settings.http))
        key = await _start(settings, stack, http)
        _tell_where(settings, key)
        gc.freeze()  # what a start makes is there to stay, but for next to nothing
        gc.set_threshold(*GARBAGE_THRESHOLDS)
        gc.enable()
        await stopping.wait()
        log.info("draining", limit_s=settings.drain_s)
    log.info("stopped")
    return 0


async def _start(settings: Settings, stack: AsyncExitStack, http: socket.socket) -> str | None:
    """Start all parts; ``stack`` takes them down. Returns the API key, where it is one to be shown."""
    _make_folder(settings.data)
    live = await _open_live(settings)
    stack.push_async_callback(live.close)
    store = await Store.open(settings.resolved_database_url)
    stack.push_async_callback(store.close)
    given = settings.admin_token.get_secret_value() if settings.admin_token is not None else None
    shown = demo_key(settings.data) if settings.demo and given is None else None
    generated = await ensure_admin_key(store, given or shown)
    keys = await Keys.load(store)
    journal = RedisJournal(live.client, _node_id(settings.data))
    await stack.enter_async_context(_lease(journal))
    registrations = Registrations(live.client, clock=time.time)
    stack.push_async_callback(registrations.stop)
    locations = StoredLocations(registrations)
    bans = StoredBans(live.client)
    stack.push_async_callback(bans.stop)
    countries = StoredCountries(live.client)
    stack.push_async_callback(countries.stop)
    served = network(settings)
    for address in tells_keys(settings):
        log.warning("sip.srtp_keys_in_the_clear", address=str(address), expected="sip_tls with tls_only")
    try:
        plane = media_plane(settings)
    except ValueError as error:
        raise StartError(str(error)) from error
    centre = RunningCentre(
        store=store,
        journal=journal,
        history=DayKeeper(settings.data / JOURNAL_FOLDER, settings.journal_days) if settings.journal_days else None,
        plane=plane,
        locations=locations,
        bans=bans,
        countries=countries,
        prompts=Prompts(settings.data / "prompts", settings.data / "spoken"),
        library=open_library(settings, store),
        imports=ImportDesk(store, (settings.data / "imports").resolve(), settings.resolved_database_url),
        keep=keep_of(settings),
        recording_codes=settings.recording_codes,
        party_codes=settings.party_codes,
        options=switch_options(settings, served, _make_folder((settings.data / "voicemail").resolve())),
        seal=Seal.open(settings.data),
        supervision_tone=settings.supervision_tone,
        dialer_auto_answer=settings.dialer_auto_answer,
    )
    stack.push_async_callback(centre.stop)
    try:
        centre.restore_defence(await bans.load(), [first.country for first in await countries.load()])
        await centre.start(await locations.load())
    except (PlaneFailed, ListenFailed, Invalid) as error:
        raise StartError(str(error)) from error
    except (JournalUnavailable, JournalLost, redis_errors.RedisError) as error:
        raise StartError(f"cannot read the live state in Redis: {error}") from error
    app = create_app(centre, keys, realm=settings.realm, region=settings.region)
    await stack.enter_async_context(_http_server(app, http))
    await stack.enter_async_context(_running(renew_certificates(served.security), "certificates"))
    await stack.enter_async_context(_running(_collect_when_quiet(centre), "garbage collector"))
    await stack.enter_async_context(_running(centre.archive.sweep_for_ever(time.time), "retention"))
    # Entered last, so taken down first: while calls end, all else still runs.
    stack.push_async_callback(centre.drain, settings.drain_s)
    if settings.demo:
        configuration: Configuration = app.state.context.configuration
        await stack.enter_async_context(demo_centre(configuration, store, centre.dialer, settings))
    return generated or shown


def _stop_signal() -> asyncio.Event:
    """Set by SIGTERM or SIGINT; a second one ends the process at once."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()

    def stop() -> None:
        stopping.set()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
            signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    return stopping


def _raise_file_limit() -> None:
    """Every connection is a file: take as many as the system lets us."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _make_folder(folder: Path) -> Path:
    """Make a folder, where it is not there yet. Raises StartError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StartError(f"cannot use the data folder {folder}: {error.strerror}") from error
    return folder


def _node_id(folder: Path) -> str:
    """This node's name in Redis; the same over restarts, so that it takes up its own lease again."""
    path = folder / "node"
    try:
        if not path.exists():
            path.write_text(uuid.uuid4().hex)
        return path.read_text().strip()
    except OSError as error:
        raise StartError(f"cannot use {path}: {error.strerror}") from error


async def _open_live(settings: Settings) -> LiveStore:
    try:
        return await LiveStore.open(settings.redis_url, settings.data)
    except (RedisUnavailable, EmbeddedServerError) as error:
        raise StartError(str(error)) from error


@asynccontextmanager
async def _lease(journal: RedisJournal) -> AsyncIterator[None]:
    """Hold the routing domain's lease for as long as the context lasts. Raises StartError."""
    deadline = time.monotonic() + LEASE_TRIES_S
    while True:
        try:
            await journal.acquire()
            break
        except LeaseHeld as error:
            if time.monotonic() + error.remaining_s > deadline:
                raise StartError(f"another node routes already: {error}") from error
            log.info("waiting for the routing lease", remaining_s=error.remaining_s)
            await asyncio.sleep(max(error.remaining_s, 0.1))
        except JournalUnavailable as error:
            raise StartError(f"cannot use the journal in Redis: {error}") from error
    try:
        async with _running(journal.keep(), "lease keeper"):
            yield
    finally:
        with suppress(JournalUnavailable, JournalLost):
            await journal.release()


@asynccontextmanager
async def _running(work: Coroutine[Any, Any, None], name: str) -> AsyncIterator[None]:
    """Run a task for as long as the context lasts."""
    task = asyncio.create_task(work, name=name)
    try:
        yield
    finally:
        while not task.done():
            task.cancel()
            await asyncio.wait([task], timeout=1.0)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("ended early", task=name, error=str(error))


async def _collect_when_quiet(centre: RunningCentre) -> None:
    """Free what HTTP requests and the like leave behind, at times when few calls would notice the pause."""
    while True:
        await asyncio.sleep(QUIET_INTERVAL_S)
        if centre.calls_in_progress < QUIET_CALLS:
            gc.collect()


@contextmanager
def _listen(address: Address) -> Iterator[socket.socket]:
    """A bound HTTP socket. Raises StartError."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(tuple(address))
            listening.listen(512)
        except OSError as error:
            raise StartError(f"cannot serve HTTP on {address}: {error.strerror}") from error
        yield listening


class _Server(uvicorn.Server):
    """A server that leaves the signals to us."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are ``_stop_signal``'s."""
        yield


@asynccontextmanager
async def _http_server(app: FastAPI, listening: socket.socket) -> AsyncIterator[None]:
    """Serve HTTP for as long as the context lasts."""
    config = uvicorn.Config(
        app,
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=2,
        server_header=False,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]), name="http server")
    try:
        yield
    finally:
        server.should_exit = True
        await serving


def _tell_where(settings: Settings, key: str | None) -> None:
    """Say on standard error where things are; it is for people, so it is not a log line."""
    lines = ["", f"Centrala serves SIP on {', '.join(map(str, listeners(settings)))} and HTTP on {settings.http}."]
    if key is not None:
        once = "" if settings.demo else " (kept as a hash only: note it now)"
        lines += [f"Look:     http://{settings.http}/#key={key}", f"API key:  {key}{once}"]
    else:
        lines.append(f"Look:     http://{settings.http}/")
    lines.append(f"API docs: http://{settings.http}/docs")
    if settings.demo:
        lines += ["", *guide(settings)]
    print("\n".join(lines), file=sys.stderr, flush=True)
