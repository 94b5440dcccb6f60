"""Calendars at rest."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from control.opening import Calendar
from control.store.repository import Repository
from control.store.tables import calendars


class Calendars(Repository[Calendar]):
    """The calendars."""

    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__(connection, calendars, "id", Calendar)
