"""A switch in the test's own process, on real sockets, with a real media worker and a real router for its calls.

It is for what is told of calls, or asked of them, that the HTTP interface does not have: orders go to the switch as
the dialer gives them, and its events come to the test as they come to the dialer.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from acd import events as acd
from acd.agent import AgentStatus
from acd.model import AgentProfile
from acd.model import Queue as RoutedQueue
from acd.router import Router
from control.adapters.calls import CallAdapter
from control.adapters.directory import Directory
from control.cdr import Cdr
from control.credentials import ha1_md5, ha1_sha256
from control.nouns import Agent, Queue, Route
from pbx import commands
from pbx.events import Event
from pbx.guard.guard import BanStore
from pbx.io.listener import Listener, Network
from pbx.io.tls import Security
from pbx.options import SwitchOptions
from pbx.plane.addresses import LOOPBACK as MEDIA
from pbx.plane.local import LocalPlane
from pbx.routing.trunks.trunk import Trunk
from pbx.service import Switch
from pbx.whereabouts import LocationStore
from tests.live.harness.ports import LOOPBACK, free_block
from tests.unit.control.ears import attendance, callback_desk
from tests.unit.control.test_call_adapter import silent_surroundings

E = TypeVar("E", bound=Event)

REALM = "centrala"
SUPPORT = "support"


class Nowhere(LocationStore, BanStore):
    """Keeps nothing: the test is over before anything is restored."""

    def save(self, *kept: Any) -> None: ...

    def remove(self, *kept: Any) -> None: ...


class Exchange:
    """One switch with a queue, ``support``, whose agents are declared with ``seat``. Used as ``async with``."""

    def __init__(self, folder: Path, *trunks: Trunk, routes: dict[str, str]) -> None:
        """``routes``: the numbering plan, where it leads by number. The folder has the clips."""
        self.port = free_block()
        self.told: list[Event] = []
        self.cdrs: list[Cdr] = []
        self._trunks = {trunk.id: trunk for trunk in trunks}
        self._news = asyncio.Event()
        self._router = Router()
        self._directory = Directory()
        self._directory.load([Queue(SUPPORT, "Support", extension="700")])
        self._directory.load([Route(number, target) for number, target in routes.items()])
        media = free_block(200)
        self.switch = Switch(
            options=SwitchOptions(
                network=Network((Listener(LOOPBACK, self.port),), Security()),
                realm=REALM, region="RS", voicemail=folder,
            ),
            plane=LocalPlane((media, media + 199), 1, folder, (MEDIA,)),
            publish=self._happened, locations=Nowhere(), bans=Nowhere(),
        )  # fmt: skip
        self.calls = CallAdapter(
            self._directory,
            post=self.post,
            execute=self.switch.execute_all,
            changed=lambda visit: None,
            ended=lambda visit, cdr: self.cdrs.append(cdr),
            merged=lambda visit: None,
            route=self.switch.route,
            takes_digits=self.switch.takes_digits,
            registered=self.switch.reachable,
            rewrite=lambda agent, change, done: None,
            surroundings=silent_surroundings(),
            phone_of=lambda agent: self._directory.agents[agent].extension,
            supervision_tone=False,
            callbacks=callback_desk(self._directory, self.post),
            attendance=attendance(self._directory, self.post),
        )

    async def __aenter__(self) -> Self:
        await self.switch.start()
        self._declare()
        self.switch.declare_trunks(self._trunks)
        self.post(acd.QueueDeclared(RoutedQueue(SUPPORT)))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.switch.stop()

    def post(self, event: acd.Event) -> None:
        """Tell the router something; what it decides is done."""
        self.calls.decided(self._router.decide(event, time.time()))

    def seat(self, name: str, extension: str, password: str) -> None:
        """Declare an agent of the queue, available as soon as her phone registers."""
        md5, sha256 = ha1_md5(extension, REALM, password), ha1_sha256(extension, REALM, password)
        self._directory.load([Agent(name, name.title(), extension, md5, sha256)])
        self._declare()
        self.post(acd.AgentDeclared(AgentProfile(name, {})))
        self.post(acd.AgentStatusSet(name, AgentStatus.AVAILABLE))

    def order(self, *orders: commands.Command) -> None:
        """Have commands carried out."""
        self.switch.execute_all(orders)

    async def until(self, happened: Callable[[], bool], *, within_s: float = 8.0) -> None:
        """Wait until something is so; it is looked at with each event."""
        async with asyncio.timeout(within_s):
            while not happened():
                self._news.clear()
                await self._news.wait()

    def events(self, kind: type[E], leg: str | None = None) -> list[E]:
        """What was told of a kind, of one leg if it is named."""
        found = [event for event in self.told if isinstance(event, kind)]
        return found if leg is None else [event for event in found if getattr(event, "leg", None) == leg]

    def _happened(self, event: Event) -> None:
        self.told.append(event)
        self.calls.switch_event(event)
        self._news.set()

    def _declare(self) -> None:
        self.switch.declare_accounts(self._directory.accounts())
        self.switch.declare_numbers(self._directory.numbers())
