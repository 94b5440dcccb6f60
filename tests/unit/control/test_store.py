"""The database: migrations, transactions, and what survives."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlalchemy import create_engine as create_sync_engine

from control.errors import StartError
from control.nouns import Agent, Forward, Queue
from control.store.database import create_engine
from control.store.migrate import run_migrations, upgrade
from control.store.store import Store
from control.store.tables import metadata

SUPPORT = Queue(id="support", name="Support", extension="700", requires="sr >= 5")
ANA = Agent(id="ana", name="Ana", extension="1001", ha1_md5="a", ha1_sha256="b", skills={"sr": 7}, clients=("acme",),
            forward=Forward(busy="1002", after_s=12), do_not_disturb=True)  # fmt: skip


def open_files() -> list[Path]:
    return [path.resolve() for path in Path("/proc/self/fd").iterdir()]


def migrated() -> Engine:
    engine = create_sync_engine("sqlite://")
    with engine.begin() as connection:
        run_migrations(connection)
    return engine


def test_the_migrations_make_the_tables_of_the_models() -> None:
    with migrated().connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_new_database_is_what_all_migrations_make() -> None:
    new = create_sync_engine("sqlite://")
    with new.begin() as connection:
        upgrade(connection)
    assert contents(new) == contents(migrated())


INDEXES = "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = :name"


def contents(engine: Engine) -> dict[str, dict[str, list[str]]]:
    """The columns, keys, indexes and rows of every table; in which order columns came is no difference."""
    tables = inspect(engine)
    with engine.connect() as connection:
        return {
            name: {
                "columns": sorted(map(str, tables.get_columns(name))),
                "key": tables.get_pk_constraint(name)["constrained_columns"],
                "foreign": sorted(map(str, tables.get_foreign_keys(name))),
                "unique": sorted(map(str, tables.get_unique_constraints(name))),
                "indexes": sorted(connection.scalars(text(INDEXES), {"name": name})),
                "rows": [str(row) for row in connection.execute(text(f"SELECT * FROM {name}"))],
            }
            for name in tables.get_table_names()
        }


async def test_values_survive_a_restart_unchanged(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'centrala.sqlite'}"
    first = await Store.open(url)
    async with first.write() as records:
        await records.queues.put(SUPPORT)
        await records.agents.put(ANA)
    await first.close()
    second = await Store.open(url)
    async with second.read() as records:
        assert await records.queues.all() == [SUPPORT]
        assert await records.agents.get("ana") == ANA
    await second.close()


async def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    async def put_and_fail() -> None:
        async with store.write() as records:
            await records.queues.put(SUPPORT)
            raise LookupError

    with pytest.raises(LookupError):
        await put_and_fail()
    async with store.read() as records:
        assert await records.queues.all() == []


async def test_closing_leaves_no_connection_of_a_transaction_under_way_behind(tmp_path: Path) -> None:
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'centrala.sqlite'}")
    opened, go_on = asyncio.Event(), asyncio.Event()

    async def read() -> None:
        async with store.read() as records:
            opened.set()
            await go_on.wait()
            assert await records.queues.all() == []

    reading = asyncio.create_task(read())
    await opened.wait()
    closing = asyncio.create_task(store.close())
    await asyncio.wait([closing], timeout=0.05)
    assert not closing.done()
    go_on.set()
    await asyncio.gather(closing, reading)
    assert tmp_path / "centrala.sqlite" not in open_files()


async def test_readers_do_not_wait_for_a_writer(store: Store) -> None:
    async with store.write() as writing:
        await writing.queues.put(SUPPORT)
        async with store.read() as reading:
            assert await reading.queues.all() == []


async def test_sqlite_is_set_up_for_a_crash(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite+aiosqlite:///{tmp_path / 'centrala.sqlite'}")
    async with engine.connect() as connection:
        assert (await connection.execute(text("PRAGMA journal_mode"))).scalar() == "wal"
        assert (await connection.execute(text("PRAGMA foreign_keys"))).scalar() == 1
    await engine.dispose()


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "oracle+nothing://x/y",
        "sqlite+aiosqlite:////no/such/folder/centrala.sqlite",
        "postgresql://nobody@127.0.0.1:1/nothing",
    ],
)
async def test_a_database_that_cannot_be_opened_is_one_clear_line(url: str) -> None:
    with pytest.raises(StartError) as error:
        await Store.open(url)
    assert "database" in str(error.value)
    assert "\n" not in str(error.value)


async def test_a_file_that_is_no_database_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "centrala.sqlite").write_text("dear diary " * 100)
    with pytest.raises(StartError, match="not a database"):
        await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'centrala.sqlite'}")


async def test_a_database_of_a_newer_program_is_one_clear_line(store: Store, tmp_path: Path) -> None:
    engine = create_engine(f"sqlite+aiosqlite:///{tmp_path / 'centrala.sqlite'}")
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await engine.dispose()
    with pytest.raises(StartError, match="9999"):
        await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'centrala.sqlite'}")
