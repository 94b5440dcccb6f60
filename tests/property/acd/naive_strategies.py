"""Who serves a queue, and in which order the free are asked: every strategy by a look at all of them."""

from __future__ import annotations

from functools import cache
from math import exp, inf, log
from typing import NamedTuple

from tests.property.acd.naive_records import NaiveAgent

from acd.chance import draw
from acd.model import Channel, Queue
from acd.requirement import Requirement, parse

SITES = 1000
Class = tuple[str, int, Channel, int, int]
"""Queue, ring, channel, rank and load: among these agents whose turn it is matters."""


NEVER = 99


class NaiveSeat(NamedTuple):
    ring: int
    """From which step on she is asked."""
    opened: int
    """The same for work that overflowed to her site."""
    rank: int
    position: int
    weight: int


@cache
def terms(queue: Queue) -> list[tuple[float, Requirement]]:
    first = [(0.0, parse(queue.requires))] if queue.requires or not queue.members else []
    return sorted([*first, *((r.after_s, parse(r.requires)) for r in queue.relax)], key=lambda pair: pair[0])


@cache
def timeline(queue: Queue) -> list[float]:
    return sorted({0.0, *(after_s for after_s, _ in terms(queue)), *(site.after_s for site in queue.sites)})


def seat(agent: NaiveAgent, queue: Queue, closed_sites: set[str]) -> NaiveSeat | None:
    profile, steps = agent.profile, timeline(queue)
    sites = [one.site for one in queue.sites]
    names = [member.agent for member in queue.members]
    is_member = profile.id in names
    serves = not sites or profile.site in sites or is_member
    overflows = profile.site == overflow_site(queue)
    if profile.site in closed_sites or not (serves or overflows):
        return None
    at = sites.index(profile.site) if profile.site in sites else len(sites)
    after_s = queue.sites[at].after_s if profile.site in sites else 0.0
    rank = queue.sites[at].rank if profile.site in sites else None
    at = at if rank is None else rank
    if is_member:
        position = names.index(profile.id)
        member = queue.members[position]
        ring = steps.index(after_s)
        return NaiveSeat(ring, 0 if overflows else ring, member.tier * SITES + at, position, member.weight)
    if queue.client and profile.clients and queue.client not in profile.clients:
        return None
    asked = [asked_s for asked_s, requirement in terms(queue) if requirement.holds(profile.skills)]
    if not asked and overflows and not terms(queue):
        return NaiveSeat(NEVER, 0, at, 1 << 20, 1)
    if not asked:
        return None
    ring = steps.index(max(asked[0], after_s)) if serves else NEVER
    return NaiveSeat(ring, steps.index(asked[0]) if overflows else ring, at, 1 << 20, 1)


def overflow_site(queue: Queue) -> str | None:
    to = queue.overflow.to if queue.overflow else ""
    return to[5:] if to.startswith("site:") else None


class Chooser:
    """Remembers whose turn it was, and what was drawn."""

    def __init__(self) -> None:
        self.seed = 0
        self.turns: dict[Class, float] = {}
        self.drawn: dict[tuple[str, int, Channel, str], tuple[float, int, int, float]] = {}

    def forget(self, queue: str) -> None:
        self.turns = {key: turn for key, turn in self.turns.items() if key[0] != queue}
        self.drawn = {key: drawn for key, drawn in self.drawn.items() if key[0] != queue}

    def cast(self, agent: NaiveAgent, queue: Queue, at: NaiveSeat, channel: Channel) -> None:
        """Let an agent who joins the free draw, unless what she drew still stands."""
        if "random" not in queue.strategy:
            return
        for ring in (at.ring, len(timeline(queue)) + at.opened if at.opened < at.ring else NEVER):
            if ring != NEVER:
                self.cast_in(agent, queue, at._replace(ring=ring), channel)

    def cast_in(self, agent: NaiveAgent, queue: Queue, at: NaiveSeat, channel: Channel) -> None:
        name = (queue.id, at.ring, channel, agent.id)
        since, load = agent.free[0], len(agent.tasks)
        if name not in self.drawn or self.drawn[name][:3] != (since, at.rank, load):
            what = f"{queue.id} {at.ring} {channel} {agent.id} {since!r} {load} {agent.calls}"
            variate = log(draw(self.seed, what)) / (at.weight if queue.strategy == "weighted_random" else 1)
            turn = self.turns.get((queue.id, at.ring, channel, at.rank, load), 0.0)
            self.drawn[name] = (since, at.rank, load, turn - variate)

    def order(self, agent: NaiveAgent, queue: Queue, at: NaiveSeat, channel: Channel) -> float:
        skills, asked = agent.profile.skills, terms(queue)
        place = at.position if at.position < 1 << 20 else (1 << 20) + agent.number
        match queue.strategy:
            case "fewest_calls":
                return agent.calls
            case "least_occupied":
                return log(agent.occupancy) + agent.occupancy_at / 1800.0 if agent.occupancy > 0 else -inf
            case "least_talk_time":
                return agent.talk_window * 1800.0 + agent.talk_s
            case "best_skill":
                named = asked[0][1].skills() if asked else frozenset()
                return -sum(skills.get(skill, 0) for skill in named)
            case "best_fit":
                return sum(skills.values())
            case "linear":
                return place
            case "round_robin":
                last = self.turns.get((queue.id, at.ring, channel, at.rank, len(agent.tasks)), -1.0)
                return (place - last - 1) % float(1 << 32)
            case "random" | "weighted_random":
                return self.drawn[queue.id, at.ring, channel, agent.id][3]
            case _:
                return 0.0

    def chose(self, agent: NaiveAgent, queue: Queue, at: NaiveSeat, channel: Channel) -> None:
        which = (queue.id, at.ring, channel, at.rank, len(agent.tasks))
        if queue.strategy == "round_robin":
            self.turns[which] = at.position if at.position < 1 << 20 else (1 << 20) + agent.number
        elif "random" in queue.strategy:
            self.turns[which] = self.order(agent, queue, at, channel)


def note_busy(agent: NaiveAgent, now: float) -> None:
    """Let the past fade, whenever an agent begins or ends to be busy."""
    if agent.busy is agent.was_busy:
        return
    if now != agent.occupancy_at:
        fading = exp((agent.occupancy_at - now) / 1800.0)
        agent.occupancy = 1.0 - (1.0 - agent.occupancy) * fading if agent.was_busy else agent.occupancy * fading
        agent.occupancy_at = now
    agent.was_busy = agent.busy


def note_talk(agent: NaiveAgent, began: float, now: float) -> None:
    window = int(now // 1800.0)
    before = agent.talk_s if agent.talk_window == window else 0.0
    agent.talk_s = min(before + now - max(began, window * 1800.0), 1799.0)
    agent.talk_window = window
