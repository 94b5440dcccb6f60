"""The database engine: how SQLite and PostgreSQL are set up, and how transactions begin."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from control.errors import StartError

WRITING = "centrala_writing"
"""The execution option of a connection whose transaction will write."""

POSTGRESQL_DRIVER = "asyncpg"

_PRAGMAS = (
    # Readers never wait for the writer, and a commit is one append.
    "PRAGMA journal_mode = WAL",
    # With WAL a crash of the program loses nothing; a loss of power may lose the last moments, never consistency.
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
    # Another program (a backup, an operator's shell) may hold the lock for a moment.
    "PRAGMA busy_timeout = 5000",
)


_WRITERS = 0x63656E74
"""The advisory lock of those who write to PostgreSQL, by a number that is ours alone ("cent")."""

_BULK_PRAGMAS = (
    # Indexes of a million rows are written all over: what is in memory is not read again, and a page that several
    # transactions changed is brought from the log into the database once.
    "PRAGMA cache_size = -65536",
    "PRAGMA wal_autocheckpoint = 24000",
)


def create_engine(url: str, *, bulk: bool = False) -> AsyncEngine:
    """An engine for a SQLAlchemy URL, not connected yet; ``bulk`` is for masses of rows. Raises StartError."""
    try:
        parsed = _with_driver(make_url(url))
        engine = create_async_engine(parsed, pool_pre_ping=parsed.get_backend_name() != "sqlite")
    except ModuleNotFoundError as error:
        hint = "; install centrala[postgresql]" if error.name == POSTGRESQL_DRIVER else ""
        raise StartError(f"bad setting database_url: {error}{hint}") from error
    except (ArgumentError, NoSuchModuleError) as error:
        raise StartError(f"bad setting database_url: {error}") from error
    if parsed.get_backend_name() == "sqlite":
        if parsed.database:
            _check_file(Path(parsed.database))
        event.listen(engine.sync_engine, "connect", _set_up_sqlite)
        if bulk:
            event.listen(engine.sync_engine, "connect", _set_up_bulk)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
    elif parsed.get_backend_name() == "postgresql":
        event.listen(engine.sync_engine, "begin", _begin_postgresql)
    return engine


def _with_driver(url: URL) -> URL:
    """PostgreSQL's URL as everybody writes it, with the driver that is used here."""
    plain = url.drivername in ("postgresql", "postgres")
    return url.set(drivername=f"postgresql+{POSTGRESQL_DRIVER}") if plain else url


def _check_file(path: Path) -> None:
    """SQLite itself would only say that it was unable to open the file."""
    wanted = path if path.exists() else path.parent
    if not wanted.exists():
        raise StartError(f"cannot open the database {path}: there is no folder {wanted}")
    if path.is_dir() or not os.access(wanted, os.R_OK | os.W_OK):
        raise StartError(f"cannot open the database {path}: {wanted} cannot be written as a file")


def _set_up_sqlite(connection: Any, _: ConnectionPoolEntry) -> None:
    # The driver must not begin transactions by itself: it begins them late, and none for DDL.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _set_up_bulk(connection: Any, _: ConnectionPoolEntry) -> None:
    for pragma in _BULK_PRAGMAS:
        connection.execute(pragma).close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later fails at once when another one committed in between;
    # IMMEDIATE takes the write lock at the beginning, where waiting for it works.
    writing = connection.get_execution_options().get(WRITING, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    # One writer at a time, as with SQLite: what a transaction reads first is still so when it writes.
    if connection.get_execution_options().get(WRITING, False):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS})")
