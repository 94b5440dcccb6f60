"""What campaigns need of the rest of the centre."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from msgspec import Struct

from acd.events import Event
from acd.live import AgentLive
from dialer.compliance.book import Book
from pbx.commands import Command


class CallBook(Book, Protocol):
    """What the rules look up."""

    def called(self, client: str, number: str, at: float) -> None:
        """A number is called on behalf of a client."""


class ListDesk(Protocol):
    """The do-not-call lists."""

    @property
    def book(self) -> CallBook:
        """What the rules look up."""

    def opted_out(self, number: str, client: str, source: str, written: Callable[[], None]) -> None:
        """Put a number on a client's list, or on the centre's own where there is none; say when that is written."""


class Surroundings(Struct, frozen=True):
    """What the rest of the centre does for the dialer."""

    execute: Callable[[Iterable[Command]], None]
    bring: Callable[[str, str, str], None]
    """Take a leg of a call to a queue, where it hears nothing before the agent."""
    post: Callable[[Event], None]
    agent: Callable[[str], AgentLive | None]
    """The router's word on an agent."""
    serves: Callable[[str], frozenset[str]]
    """The queues that an agent serves."""
    service_level: Callable[[str], float | None]
    """That of a queue (0-1)."""
    look_at_agents: Callable[[], None]
    """Have ``agents_changed`` told of those who changed."""
    free_lines: Callable[[], int | None]
    """How many more calls trunks would carry; None is any number."""
    draining: Callable[[], bool]
    clock: Callable[[], float]
