"""Trunks at rest."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from control.nouns import Trunk
from control.store.repository import Repository
from control.store.tables import trunks


class Trunks(Repository[Trunk]):
    """The trunks, with their passwords as carriers gave them."""

    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__(connection, trunks, "id", Trunk)
