"""The same day with something changed: what was given is given again, and everybody reacts as on the day.

Whoever is in the very situation of the record reacts just as recorded: with nothing changed the day comes out to the
same figures, whatever the seed. Where a situation is new, what the journal cannot know is drawn, by a hash of the seed
and of whom it concerns:

- how long an agent talks with a caller whom another had on the day, how fast she answers, what she does of her wrap-up:
  from what she did that day with calls of that queue; where these are few, from what all agents did;
- how long callers have patience who were answered on the day: as Kaplan and Meier estimate it of those who gave up and
  those who did not, beyond what each is known to have waited.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from math import inf
from typing import Any

from msgspec.structs import replace

from acd import events
from lab.chance import draw
from lab.changes import Changes
from lab.episodes import Episode, Happening, Span
from lab.figures import Figures, between, counted
from lab.simulation import LAST, Simulation
from lab.survival import Patience
from lab.tracking import Cue, CueKind

ENOUGH = 20
"""So many episodes of an agent tell how she is; fewer tell of the queue, or the day."""
FEWEST_GAVE_UP = 5
"""With fewer who gave up in a queue, its callers are taken to be as patient as all."""

QUEUE_TARGET = "queue:"
UNKNOWN: dict[CueKind, tuple[float, Callable[[Cue], events.Event]]] = {
    CueKind.OFFER: (5.0, lambda cue: events.OfferAccepted(cue.work, cue.agent)),
    CueKind.TALK: (180.0, lambda cue: events.WorkEnded(cue.work)),
    CueKind.DIAL: (10.0, lambda cue: events.CallbackConnected(cue.work)),
}
"""What happens after so many seconds on a day that tells nothing of it."""


class Memory:
    """What a span tells of how people react."""

    def __init__(self, span: Span) -> None:
        self.span = span
        self._by_key: dict[Any, list[Episode]] = defaultdict(list)
        self._pools: dict[tuple[str, ...], list[Episode]] = defaultdict(list)
        for episode in span.episodes:
            cue = episode.cue
            self._by_key[cue.key].append(episode)
            if episode.complete:
                for pool in ((cue.kind, cue.queue, cue.agent), (cue.kind, cue.queue), (cue.kind,)):
                    self._pools[pool].append(episode)
        waits = span.waits.values()
        self._patience = {
            queue: Patience(one.seen for one in waits if one.queue == queue) for queue in {one.queue for one in waits}
        }
        self._all = Patience(one.seen for one in waits)

    def known(self, cue: Cue) -> list[Episode]:
        """What was recorded of cues like this one, in their order."""
        return self._by_key.get(cue.key, [])

    def drawn(self, cue: Cue, chance: float) -> Episode | None:
        """What happened at another cue of that kind; None on a day that tells nothing of it."""
        for pool, enough in (((cue.kind, cue.queue, cue.agent), ENOUGH), ((cue.kind, cue.queue), 1), ((cue.kind,), 1)):
            episodes = self._pools.get(pool, ())
            if len(episodes) >= enough:
                return episodes[int(chance * len(episodes))]
        return None

    def patience(self, queue: str) -> Patience:
        """How patient those are who come to a queue."""
        own = self._patience.get(queue)
        return own if own is not None and own.gave_up >= FEWEST_GAVE_UP else self._all


class RecordedWorld:
    """People as they were on the day, and, where nobody knows, as chance has it."""

    def __init__(self, memory: Memory, seed: int) -> None:
        self._memory = memory
        self._span = memory.span
        self._seed = seed
        self._items: dict[str, Any] = {}
        self._drawn: dict[Any, int] = defaultdict(int)
        self._told: set[Cue] = set()
        """The cues of episodes that have happened."""

    def clock(self, due: float) -> tuple[float, float]:
        """As late as it was served on the day; on time where it was not."""
        return self._span.clocks.get(due, (due, LAST))

    def react(self, simulation: Simulation, cue: Cue) -> None:
        """What follows from a cue."""
        if cue.kind is CueKind.WAIT:
            self._items[cue.work] = cue.item
            self._lose_patience(simulation, cue)
            return
        episode = self._recorded(cue)
        if episode is not None and episode.cue.at == cue.at:
            for reply in episode.replies:
                simulation.schedule(reply.at, reply.event, cue, reply.order)
            if episode.withdrawn_at is not None and not episode.in_vain and not _answered(episode):
                self._draw(simulation, cue, beyond=episode.withdrawn_at)
        elif episode is not None and episode.complete:
            self._retell(simulation, cue, episode)
        elif cue.kind is CueKind.MOVED:
            if cue.detail.startswith(QUEUE_TARGET):
                item = replace(self._items[cue.work], queue=cue.detail.removeprefix(QUEUE_TARGET))
                simulation.schedule(simulation.now, events.WorkArrived(item), cue)
        elif cue.kind is not CueKind.DROPPED:
            self._draw(simulation, cue)

    def _recorded(self, cue: Cue) -> Episode | None:
        """What was recorded of a cue, of the same instant where there is such; each episode happens once."""
        left = [one for one in self._memory.known(cue) if one.cue not in self._told]
        episode = next((one for one in left if one.cue.at == cue.at), left[0] if left else None)
        if episode is not None:
            self._told.add(episode.cue)
        return episode

    def _lose_patience(self, simulation: Simulation, cue: Cue) -> None:
        left = self._span.hung_up.get(cue.work)
        if left is not None:
            simulation.schedule(left[0], events.WorkAbandoned(cue.work), cue, left[1])
            return
        wait = self._span.waits.get(cue.work)
        if wait is None or cue.item is None:
            return
        chance = draw(self._seed, f"{cue.work} patience")
        patience_s = self._memory.patience(wait.queue).draw(chance, wait.seen.wait_s)
        if patience_s < inf:
            simulation.schedule(max(cue.item.arrived_at + patience_s, wait.until), events.WorkAbandoned(cue.work), cue)

    def _draw(self, simulation: Simulation, cue: Cue, beyond: float = 0.0) -> None:
        self._drawn[cue.key] += 1
        chance = draw(self._seed, f"{cue.kind} {cue.work} {cue.agent} {self._drawn[cue.key]}")
        episode = self._memory.drawn(cue, chance)
        if episode is not None:
            self._retell(simulation, cue, episode, beyond)
        elif cue.kind in UNKNOWN:
            after_s, event = UNKNOWN[cue.kind]
            simulation.schedule(cue.at + after_s, event(cue), cue)

    @staticmethod
    def _retell(simulation: Simulation, cue: Cue, episode: Episode, beyond: float = 0.0) -> None:
        for reply in episode.replies:
            at = max(cue.at + reply.at - episode.cue.at, beyond)
            simulation.schedule(at, _told_of(reply, cue, at), cue)


def what_if(memory: Memory, changes: Changes, seed: int) -> dict[str, Figures]:
    """One run of a span with its changes; the figures by queue."""
    span = memory.span
    simulation = Simulation(RecordedWorld(memory, seed), span.router(), span.began_at)
    before = counted(simulation.router.state())
    for event in changes.begin():
        simulation.happen(event, span.began_at)
    for happening in span.given:
        for event in changes.altered(happening.event):
            simulation.schedule(happening.at, event, order=happening.order)
    simulation.run(until=span.ended_at)
    return between(before, counted(simulation.router.state()))


def _answered(episode: Episode) -> bool:
    """Whether the agent's own word ended the offer."""
    return any(isinstance(reply.event, events.OfferAccepted | events.OfferRefused) for reply in episode.replies)


def _told_of(reply: Happening, cue: Cue, at: float) -> events.Event:
    """A recorded reaction as one to this cue."""
    event: Any = reply.event
    if isinstance(event, events.WorkArrived):
        item = event.work
        moved = cue.kind is CueKind.MOVED  # who was sent on has waited since she first came
        return events.WorkArrived(item if moved else replace(item, arrived_at=item.arrived_at + at - reply.at))
    whom = {name: getattr(cue, name) for name in ("work", "agent") if name in event.__struct_fields__}
    told: events.Event = replace(event, **whom)
    return told
