"""A switch that tells what a test wants it to tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count
from typing import Any, TypeVar

from pydantic import BaseModel

from acd import events as acd
from acd.live import AgentLive, WorkLive
from control.adapters.attendance import Attendance
from control.adapters.callbacks import CallbackDesk, Surroundings
from control.adapters.directory import Directory
from control.realtime.hub import Hub, Kind
from control.schemas.live import Snapshot
from pbx.commands import Command
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


class Told(Hub):
    """A hub that keeps what it is told."""

    def __init__(self) -> None:
        super().__init__(lambda: Snapshot(queues=[], agents=[], calls=[]))
        self.told: list[tuple[Kind, str, BaseModel | None]] = []

    @property
    def awake(self) -> bool:
        return True

    def publish(self, kind: Kind, id: str, value: BaseModel | None) -> None:
        self.told.append((kind, id, value))


async def _flushed() -> None:
    """Nothing waits to be written."""


def attendance(
    directory: Directory,
    post: Callable[[acd.Event], None],
    execute: Callable[[Iterable[Command]], None] = lambda many: None,
    live: Callable[[str], AgentLive | None] = lambda agent: None,
    hub: Hub | None = None,
    seat: Callable[[dict[str, str]], None] = lambda phones: None,
) -> Attendance:
    """A desk whose journal is always written."""
    return Attendance(directory, hub or Told(), post=post, flush=_flushed, live=live, execute=execute, seat=seat)
