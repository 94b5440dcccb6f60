"""A switch that tells what a test wants it to tell."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from acd import events as acd
from acd.live import AgentLive, WorkLive
from control.adapters.attendance import Attendance
from control.adapters.callbacks import CallbackDesk, Surroundings
from control.adapters.directory import Directory
from control.adapters.visit import Visit
from control.campaigns.desk import CampaignDesk
from control.campaigns.surroundings import ListDesk
from control.campaigns.surroundings import Surroundings as DialingSurroundings
from control.compliance.do_not_call import DoNotCall
from control.prompts import Prompts
from control.realtime.hub import Hub, Kind
from control.schemas.live import Snapshot
from control.store.store import Store
from control.voice import Voice
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


_AHEAD_S = (11 * 3600 - time.time()) % (24 * 3600)


def by_day() -> float:
    """The time, on a clock that showed noon in Belgrade when the tests began: when anybody may be called."""
    return time.time() + _AHEAD_S


def campaign_desk(
    store: Store,
    directory: Directory,
    hub: Hub,
    *,
    visits: dict[str, Visit] | None = None,
    lists: ListDesk | None = None,
    **around: Any,
) -> CampaignDesk:
    """A desk for campaigns whose switch and distributor do nothing but what ``around`` has of them."""
    silent: dict[str, Any] = {
        "execute": lambda commands: None,
        "bring": lambda call, leg, queue: None,
        "post": lambda event: None,
        "agent": lambda agent: None,
        "serves": lambda agent: frozenset({"support"}),
        "service_level": lambda queue: None,
        "look_at_agents": lambda: None,
        "free_lines": lambda: None,
        "draining": lambda: False,
        "clock": by_day,
    }
    ids = count(1)
    voice = Voice(Prompts(Path("none"), Path("none-spoken"), program="no-such-program"))
    return CampaignDesk(
        store, directory, visits if visits is not None else {}, voice, hub, lists or DoNotCall(store), b"key",
        DialingSurroundings(**silent | around), new_id=lambda: f"c{time.time_ns()}-{next(ids)}",
        free=lambda agent: None,
    )  # fmt: skip
