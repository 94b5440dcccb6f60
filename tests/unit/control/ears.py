"""A switch that tells what a test wants it to tell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from pbx.events import Event

E = TypeVar("E", bound=Event)


class Ears:
    """A ``control.adapters.attending.Switchboard``."""

    def __init__(self) -> None:
        self._handlers: dict[type[Event], Callable[[Any], None]] = {}

    def also_hear(self, kind: type[E], handler: Callable[[E], None]) -> None:
        self._handlers[kind] = handler

    def tell(self, event: Event) -> None:
        """The switch tells an event."""
        self._handlers[type(event)](event)
