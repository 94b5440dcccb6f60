"""What is tried on a recorded day: another setting of a queue or an agent, more agents or fewer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, Literal, TypeVar

from msgspec import Struct, ValidationError, convert, to_builtins
from msgspec.structs import replace

from acd import events
from acd.model import AgentProfile, Queue
from acd.records import AgentRecord, RouterState
from acd.requirement import RequirementError
from acd.statistics import QueueCounters
from acd.strategies import UnknownStrategy
from acd.waiting import WaitingQueue
from lab.episodes import Span
from lab.tracking import CueKind

T = TypeVar("T", Queue, AgentProfile)


class ChangeError(ValueError):
    """A change that cannot be tried; the message is one line that names its culprit."""


class Setting(Struct, frozen=True):
    """A field of a queue or an agent has another value, for the whole of the day."""

    noun: Literal["queue", "agent"]
    id: str
    path: tuple[str, ...]
    value: Any

    def __str__(self) -> str:
        return ".".join((self.noun, self.id, *self.path))


class Staffing(Struct, frozen=True):
    """So many more agents, or fewer, like those of a queue, or like one agent."""

    count: int
    of: str

    def __str__(self) -> str:
        return f"{self.count:+d}:{self.of}"


class Changes:
    """Changes of a day, applied to what was given on it. A new agent is *like* one who was there, her model: she has
    the same skills, and comes, pauses and goes when the model does."""

    def __init__(self, span: Span, settings: Iterable[Setting], staffing: Iterable[Staffing]) -> None:
        """Raises ChangeError for what is not there, or cannot be."""
        self._settings = tuple(settings)
        self._state = span.router().state()
        given = [happening.event for happening in span.given]
        self._queues = {one.config.id for one in self._state.queues}
        self._queues |= {event.queue.id for event in given if isinstance(event, events.QueueDeclared)}
        self._agents = {one.profile.id for one in self._state.agents}
        self._agents |= {event.agent.id for event in given if isinstance(event, events.AgentDeclared)}
        for setting in self._settings:
            known = self._queues if setting.noun == "queue" else self._agents
            if setting.id not in known:
                raise ChangeError(f"{setting}: there was no {setting.noun} {setting.id!r} on that day{_those(known)}")
        for event in [*_declarations(self._state), *given]:
            if isinstance(event, events.QueueDeclared):
                self._altered("queue", event.queue.id, event.queue)
            elif isinstance(event, events.AgentDeclared):
                self._altered("agent", event.agent.id, event.agent)
        self.copies: dict[str, list[str]] = {}
        """New agents by their models."""
        self.absent: set[str] = set()
        """Agents who are left out."""
        for staff in staffing:
            self._staff(staff, span)

    def begin(self) -> list[events.Event]:
        """What differs as the day begins."""
        first: list[events.Event] = []
        for queue in self._state.queues:
            altered = self._altered("queue", queue.config.id, queue.config)
            if altered != queue.config:
                first.append(events.QueueDeclared(altered))
        for agent in self._state.agents:
            profile = self._altered("agent", agent.profile.id, agent.profile)
            if profile != agent.profile:
                first.append(events.AgentDeclared(profile))
            for copy in self.copies.get(agent.profile.id, []):
                first += _like(agent, profile, copy)
        return first + [events.AgentRemoved(agent) for agent in sorted(self.absent)]

    def altered(self, event: events.Event) -> list[events.Event]:
        """What is given in place of a recorded event."""
        match event:
            case events.QueueDeclared(queue=queue):
                return [events.QueueDeclared(self._altered("queue", queue.id, queue))]
            case events.AgentDeclared(agent=profile):
                profile = self._altered("agent", profile.id, profile)
                return self._for_all(profile.id, events.AgentDeclared(profile))
            case events.AgentStatusSet() | events.AgentReachable() | events.AgentRemoved():
                return self._for_all(event.agent, event)
            case events.AgentEngaged() | events.WrapUpEnded() | events.WrapUpExtended():
                return [] if event.agent in self.absent else [event]
            case _:
                return [event]

    def _for_all(self, agent: str, event: events.Event) -> list[events.Event]:
        own = [] if agent in self.absent else [event]
        return own + [_renamed(event, copy) for copy in self.copies.get(agent, [])]

    def _altered(self, noun: str, id: str, value: T) -> T:
        for setting in self._settings:
            if setting.noun == noun and setting.id == id:
                value = with_setting(value, setting)
        return value

    def _staff(self, staff: Staffing, span: Span) -> None:
        taken: Counter[str] = Counter(
            episode.cue.agent
            for episode in span.episodes
            if episode.cue.kind is CueKind.TALK and staff.of in (episode.cue.queue, episode.cue.agent)
        )
        if staff.of in self._agents:
            models = [staff.of]
        elif staff.of in self._queues:
            models = _typical(taken)
        else:
            raise ChangeError(f"{staff}: there was no queue or agent {staff.of!r} on that day{_those(self._queues)}")
        if not models:
            raise ChangeError(
                f"{staff}: nobody answered calls of {staff.of!r} on that day, so there is no model for it"
            )
        if staff.count < 0:
            models = [agent for agent in models if agent not in self.absent][: -staff.count]
            if len(models) < -staff.count:
                raise ChangeError(f"{staff}: only {len(models)} agents answered calls of {staff.of!r} on that day")
            self.absent |= set(models)
        for number in range(staff.count):
            model = models[number % len(models)]
            copies = self.copies.setdefault(model, [])
            copies.append(f"{model}+{len(copies) + 1}")


def with_setting(value: T, setting: Setting) -> T:
    """A queue or an agent with one field changed. Raises ChangeError that names the field."""
    *inner, last = setting.path or ("",)
    plain = to_builtins(value)
    struct: Any = value
    target = plain
    for name in inner:
        target, struct = _step(target, struct, name, setting), getattr(struct, name, None)
    if isinstance(struct, Struct) and last not in struct.__struct_fields__:
        raise ChangeError(f"{setting}: unknown field {last!r}: expected one of {', '.join(struct.__struct_fields__)}")
    if setting.value is None and not isinstance(struct, Struct):
        target.pop(last, None)
    else:
        target[last] = setting.value
    try:
        changed = convert(plain, type(value))
        if isinstance(changed, Queue):
            WaitingQueue(changed, QueueCounters())  # says what cannot be
    except (ValidationError, RequirementError, UnknownStrategy) as error:
        raise ChangeError(f"{setting}: {error}") from error
    return changed


def _step(target: Any, struct: Any, name: str, setting: Setting) -> Any:
    inner = target.get(name) if isinstance(target, dict) else None
    if isinstance(struct, Struct) and name not in struct.__struct_fields__:
        raise ChangeError(f"{setting}: unknown field {name!r}: expected one of {', '.join(struct.__struct_fields__)}")
    if not isinstance(inner, dict):
        raise ChangeError(f"{setting}: {name!r} has no fields to set; give it as a whole")
    return inner


def _declarations(state: RouterState) -> list[events.Event]:
    queues: list[events.Event] = [events.QueueDeclared(one.config) for one in state.queues]
    return queues + [events.AgentDeclared(one.profile) for one in state.agents]


def _typical(taken: Counter[str]) -> list[str]:
    """Agents, those first who answered as many calls as most did."""
    ranked = sorted(taken, key=lambda agent: (taken[agent], agent))
    middle = (len(ranked) - 1) / 2
    return [agent for _, agent in sorted((abs(place - middle), agent) for place, agent in enumerate(ranked))]


def _like(agent: AgentRecord, profile: AgentProfile, copy: str) -> list[events.Event]:
    """Events that bring a new agent to where her model stands."""
    return [
        events.AgentDeclared(replace(profile, id=copy, name=copy)),
        events.AgentReachable(copy, agent.reachable),
        events.AgentStatusSet(copy, agent.status, agent.reason),
    ]


def _renamed(event: events.Event, copy: str) -> events.Event:
    if isinstance(event, events.AgentDeclared):
        return events.AgentDeclared(replace(event.agent, id=copy, name=copy))
    renamed: events.Event = replace(event, agent=copy)
    return renamed


def _those(known: Iterable[str]) -> str:
    names = sorted(known)
    return f": there were {', '.join(names)}" if names else ""
