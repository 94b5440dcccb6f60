"""The lines in which free agents stand, one for each ring of a queue and channel, in the order in which they are asked.

An agent who becomes free joins the lines of all her queues, and leaves them all at once: her mark is struck, and her
entries are dropped when they come to the front.
"""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heappop, heapreplace

from acd.chance import draw
from acd.line import Entries
from acd.model import Channel
from acd.records import AgentRecord, Drawn
from acd.seat import Seat
from acd.strategies.strategy import Strategy


class Mark:
    """An agent is free: for what, with how much other work, and since when."""

    __slots__ = ("agent", "channels", "free", "load", "number", "stands", "ticket")

    def __init__(
        self, agent: AgentRecord, channels: tuple[Channel, ...], load: int, free: tuple[float, int], number: int
    ) -> None:
        self.agent = agent
        self.channels = channels
        self.load = load
        self.free = free
        self.number = number
        self.stands = True
        self.ticket = ""
        """What all her draws depend on, once she has drawn."""


Entry = tuple[int, int, float, float, int, int, Mark]
"""Rank, load, the strategy's key, free since, its serial; the mark's number tells two of one agent apart."""


class IdleLine(Entries[Entry]):
    """Free agents in order; the least loaded of the lowest rank come first."""

    __slots__ = ("alike", "drawn", "name", "strategy", "turns")

    def __init__(self, name: str, strategy: Strategy) -> None:
        """``name`` tells this line's draws from those of others."""
        super().__init__()
        self.name = name
        self.strategy = strategy
        self.alike = type(strategy).key is Strategy.key
        """Whether all keys are 0.0: an entry is good for any line that is alike, and is made once."""
        self.turns: dict[tuple[int, int], float] = {}
        """The key chosen last, by rank and load."""
        self.drawn: dict[str, Drawn] = {}

    def stands(self, entry: Entry) -> bool:
        return entry[6].stands

    def of_those_standing(self, entries: Iterable[Entry]) -> list[Entry]:
        return [entry for entry in entries if entry[6].stands]

    def peek(self) -> Entry | None:
        """The first who is still free; marks are struck in great number, so they are skipped here without a call."""
        run, late = self._run, self._late
        while run and not run[0][6].stands:
            run.popleft()
        while late and not late[0][6].stands:
            heappop(late)
        if not run:
            return late[0] if late else None
        return run[0] if not late or run[0] < late[0] else late[0]

    def push(self, entry: Entry) -> None:
        """Put an entry in its place, and drop one or two at the front who are gone: few are left when a call looks for
        an agent."""
        run, late = self._run, self._late
        if not run or run[-1] < entry:
            run.append(entry)
            if not run[0][6].stands:
                run.popleft()
                if not run[0][6].stands:
                    run.popleft()
            if len(run) > self._room:
                self._tidy()
        elif late and not late[0][6].stands:
            heapreplace(late, entry)
        else:
            super().push(entry)

    def drop_gone(self) -> None:
        """Drop two at the front who are gone, if they are."""
        run = self._run
        if run and not run[0][6].stands:
            run.popleft()
            if run and not run[0][6].stands:
                run.popleft()

    def join(self, mark: Mark, seat: Seat, seed: int) -> None:
        """Let a free agent stand in line."""
        strategy, rank, load, free = self.strategy, seat.rank, mark.load, mark.free
        if strategy.by_chance:
            key = self._drawn(mark, seat, seed)
        elif strategy.moves_on:
            key = strategy.key(mark.agent, seat, self.turns.get((rank, load), -1.0), _no_chance)
        else:
            key = strategy.key(mark.agent, seat, -1.0, _no_chance)
        self.push((rank, load, key, free[0], free[1], mark.number, mark))

    def take_turn(self, entry: Entry) -> None:
        """Note who was chosen."""
        if self.strategy.moves_on:
            self.turns[entry[0], entry[1]] = entry[2]

    def _drawn(self, mark: Mark, seat: Seat, seed: int) -> float:
        agent, rank, load, since = mark.agent, seat.rank, mark.load, mark.free[0]
        drawn = self.drawn.get(agent.profile.id)
        if drawn is None or (drawn.since, drawn.rank, drawn.load) != (since, rank, load):
            turn = self.turns.get((rank, load), 0.0)
            if not mark.ticket:
                mark.ticket = f"{agent.profile.id} {since!r} {load} {agent.calls}"
            what = f"{self.name} {mark.ticket}"
            key = self.strategy.key(agent, seat, turn, lambda: draw(seed, what))
            drawn = self.drawn[agent.profile.id] = Drawn(since, rank, load, key)
        return drawn.key


def _no_chance() -> float:
    raise LookupError("this strategy draws nothing")
