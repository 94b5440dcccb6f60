"""What every noun's repository can do: get, page, put, delete."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import msgspec
from msgspec import Struct
from sqlalchemy import Column, Row, Table, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

Value = TypeVar("Value", bound=Struct)


class Repository(Generic[Value]):
    """The values of one noun in one table, whose columns are named as the value's fields.

    Works within the transaction of ``connection``; whoever opened that commits it.
    """

    def __init__(self, connection: AsyncConnection, table: Table, key: str, kind: type[Value]) -> None:
        self._connection = connection
        self._table = table
        self._key: Column[str] = table.c[key]
        self._kind = kind

    async def get(self, id: str) -> Value | None:
        """The value with that id, or None."""
        found = await self._connection.execute(select(self._table).where(self._key == id))
        row = found.one_or_none()
        return None if row is None else self._read(row)

    async def page(self, limit: int, after: str = "") -> list[Value]:
        """At most ``limit`` values in the order of their ids, beginning after the id ``after``."""
        rows = await self._connection.execute(
            select(self._table).where(self._key > after).order_by(self._key).limit(limit)
        )
        return [self._read(row) for row in rows]

    async def all(self) -> list[Value]:
        """Every value, in the order of their ids."""
        rows = await self._connection.execute(select(self._table).order_by(self._key))
        return [self._read(row) for row in rows]

    async def put(self, value: Value) -> None:
        """Replace the value with this id, or add it."""
        row = msgspec.to_builtins(value)
        changed = await self._connection.execute(
            update(self._table).where(self._key == row[self._key.name]).values(row)
        )
        if changed.rowcount == 0:
            await self._connection.execute(insert(self._table).values(row))

    async def delete(self, id: str) -> None:
        """Remove the value with that id, if it is there."""
        await self._connection.execute(delete(self._table).where(self._key == id))

    async def owner_of(self, column: str, value: str) -> str | None:
        """The id of a value whose ``column`` equals ``value``."""
        found = await self._connection.execute(
            select(self._key).where(self._table.c[column] == value).order_by(self._key).limit(1)
        )
        return found.scalar()

    def _read(self, row: Row[Any]) -> Value:
        return msgspec.convert({name: row._mapping[name] for name in self._kind.__struct_fields__}, self._kind)
