"""Requests to be called back, at rest."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from control.leftovers import CallbackRequest
from control.store.repository import Repository
from control.store.tables import callbacks


class Callbacks(Repository[CallbackRequest]):
    """What callers asked for; ids are those of their calls, which grow with time."""

    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__(connection, callbacks, "id", CallbackRequest)
