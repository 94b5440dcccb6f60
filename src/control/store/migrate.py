"""Brings a database to the tables of this program."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Column, Connection, MetaData, String, Table, inspect, select

from control.store.ledger_tables import BEFORE_THE_FIRST, ledger_head
from control.store.tables import metadata

SCRIPTS = "control.store:migrations"
NEWEST = max(path.name for path in (Path(__file__).parent / "migrations" / "versions").glob("*.py")).partition("_")[0]
"""The revision of this program: each script's name begins with its own."""

_VERSION = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))


class UnknownRevision(Exception):
    """The database was written by another program, a newer one for example; the text says more."""


def upgrade(connection: Connection) -> None:
    """Make all tables in a database that is empty, and run the migrations that an older one misses, within the
    connection's transaction. Raises UnknownRevision.
    """
    present = inspect(connection).get_table_names()
    if not present:
        make_tables(connection)
    elif _VERSION.name not in present or connection.scalar(select(_VERSION.c.version_num)) != NEWEST:
        run_migrations(connection)


def make_tables(connection: Connection) -> None:
    """All tables at once, as the migrations would leave them behind."""
    metadata.create_all(connection, checkfirst=False)
    connection.execute(ledger_head.insert().values(BEFORE_THE_FIRST))
    _VERSION.create(connection, checkfirst=False)
    connection.execute(_VERSION.insert().values(version_num=NEWEST))


def run_migrations(connection: Connection) -> None:
    """Run those that are missing. Raises UnknownRevision."""
    # Imported here: it takes a tenth of a start, and is needed once a release.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", SCRIPTS)
    config.set_main_option("path_separator", "os")
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise UnknownRevision(str(error)) from error
