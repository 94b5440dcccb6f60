"""A switch that tells what a test wants it to tell."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any, TypeVar

from acd import events as acd
from acd.live import WorkLive
from control.adapters.callbacks import CallbackDesk, Surroundings
from control.adapters.directory import Directory
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


def callback_desk(
    directory: Directory,
    post: Callable[[acd.Event], None],
    work: Callable[[str], WorkLive | None] = lambda id: None,
) -> CallbackDesk:
    """A desk whose attempts are calls ``back-1``, ``back-2`` and so on, and which writes nothing down."""
    numbers = count(1)
    return CallbackDesk(
        directory, post, Surroundings(work, lambda id, request: None, lambda: f"back-{next(numbers)}", lambda: False)
    )
