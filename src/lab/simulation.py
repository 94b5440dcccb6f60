"""Virtual time: a router, an agenda of what is to come, and a world that reacts to what the router decides.

Nothing waits and nothing is measured by a clock: the next entry of the agenda is the next instant. What comes at the
same instant comes by its order, which for a recorded event is its place in the journal.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from math import inf
from typing import Protocol

from acd.decisions import Decision
from acd.events import ClockReached, Event, WorkAbandoned
from acd.router import Router
from lab.tracking import Cue, Tracker

LAST = inf
"""The order of what was never recorded: behind everything of the same instant that was."""


class World(Protocol):
    """Everything that is not the router: callers, agents, their phones."""

    def react(self, simulation: Simulation, cue: Cue) -> None:
        """Something happened; what follows from it is to be scheduled."""

    def clock(self, due: float) -> tuple[float, float]:
        """When the router's timer is served, and the order at that instant."""


class Simulation:
    """One run; ``router`` is to be asked, and given events only through ``schedule``."""

    def __init__(self, world: World, router: Router | None = None, at: float = 0.0) -> None:
        self.router = router or Router()
        self.now = at
        self.tracker = Tracker(self.router.state(), at)
        self.listen: Callable[[Event, list[Decision], float], None] | None = None
        """Told every event with what followed."""
        self._world = world
        self._agenda: list[tuple[float, float, int, Event, Cue | None]] = []
        self._serial = 0

    def schedule(self, at: float, event: Event, reaction_to: Cue | None = None, order: float = LAST) -> None:
        """Let an event happen; a reaction does not when what it reacts to is over by then."""
        self._serial += 1
        heappush(self._agenda, (max(at, self.now), order, self._serial, event, reaction_to))

    def run(self, until: float = inf) -> None:
        """Go on until nothing is to come any more, or up to an instant."""
        for cue in self.tracker.standing:
            self._world.react(self, cue)
        self.tracker.standing = []
        while True:
            due = self.router.next_timer()
            clock = self._world.clock(due) if due is not None else (inf, inf)
            if self._agenda and self._agenda[0][:2] <= clock:
                at, _, _, event, reaction_to = self._agenda[0]
                if at > until:
                    break
                heappop(self._agenda)
                if reaction_to is None or self.tracker.stands(reaction_to):
                    self.happen(event, at)
            elif due is not None and clock[0] <= until:
                self.happen(ClockReached(), max(clock[0], due, self.now))
            else:
                break
        self.now = max(self.now, until if until < inf else self.now)

    def happen(self, event: Event, at: float) -> None:
        """Let the router decide an event, and the world react."""
        if isinstance(event, WorkAbandoned) and self.tracker.wait_of(event.work) is None:
            return  # who talks by now does not give up waiting
        self.now = at
        decisions = self.router.decide(event, at)
        if self.listen is not None:
            self.listen(event, decisions, at)
        for cue in self.tracker.follow(event, decisions, at):
            self._world.react(self, cue)
