"""API keys at rest: their digests alone."""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from control.store.repository import Repository
from control.store.tables import api_keys


class ApiKey(Struct, frozen=True):
    """A key that may use the API. ``digest`` is the hexadecimal SHA-256 of its text."""

    name: str
    digest: str


class ApiKeys(Repository[ApiKey]):
    """The keys that may use the API."""

    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__(connection, api_keys, "name", ApiKey)
