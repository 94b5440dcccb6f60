"""Music classes at rest."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from control.nouns import Music
from control.store.repository import Repository
from control.store.tables import music


class MusicClasses(Repository[Music]):
    """The music classes."""

    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__(connection, music, "id", Music)
