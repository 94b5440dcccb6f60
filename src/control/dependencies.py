"""What routers ask for by type: the running centre, the configuration, and how to read a number."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query
from msgspec import Struct
from starlette.requests import HTTPConnection

from control.auth import Keys
from control.configuration import Configuration
from control.ports import Centre


class Context(Struct, frozen=True):
    """What one application serves."""

    centre: Centre
    configuration: Configuration
    keys: Keys
    realm: str
    """What agents' phones authenticate for."""
    region: str
    """ISO 3166 country of numbers without ``+``."""


def _context(connection: HTTPConnection) -> Context:
    context: Context = connection.app.state.context
    return context


def _centre(context: ServedContext) -> Centre:
    return context.centre


def _configuration(context: ServedContext) -> Configuration:
    return context.configuration


ServedContext = Annotated[Context, Depends(_context)]
ServedCentre = Annotated[Centre, Depends(_centre)]
ServedConfiguration = Annotated[Configuration, Depends(_configuration)]
DryRun = Annotated[bool, Query(description="Check and answer as if, and change nothing.")]
