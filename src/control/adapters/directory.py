"""What the configuration means to the switch and to the distributor: accounts, numbers, profiles, queues."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from acd import events as acd
from acd.channels import served_by
from acd.model import CALLBACK_TARGET, AgentProfile, Channel, OverflowRule
from acd.model import Queue as RoutedQueue
from control.adapters.wishes import handling_of
from control.nouns import Agent, Campaign, Change, Flow, Music, Noun, Queue, Route, Trunk
from pbx.call.conference import RoomRules
from pbx.call.park import SLOTS
from pbx.routing.accounts import Account
from pbx.routing.flow.steps import AnyStep, CallFlow, Dial
from pbx.routing.handling import Handling
from pbx.routing.numbering import Target
from pbx.sip.digest import Secrets
from pbx.wish import Wish


class Directory:
    """The configuration as it stands, by the keys that calls come with."""

    def __init__(self) -> None:
        self.agents: dict[str, Agent] = {}
        self.queues: dict[str, Queue] = {}
        self.routes: dict[str, Route] = {}
        self.flows: dict[str, Flow] = {}
        self.trunks: dict[str, Trunk] = {}
        self.music: dict[str, Music] = {}
        self.campaigns: dict[str, Campaign] = {}
        self.agent_by_extension: dict[str, str] = {}
        self.seats: dict[str, str] = {}
        """The extension of the phone at which an agent works, by agent, where it is not her own."""

    def load(self, values: Iterable[Noun]) -> None:
        """Take in everything that is configured."""
        for value in values:
            self._put(value)

    def change(self, change: Change) -> None:
        """Take in one committed change."""
        if change.value is not None:
            self._put(change.value)
        elif change.noun == "agent" and (agent := self.agents.pop(change.id, None)) is not None:
            self.agent_by_extension.pop(agent.extension, None)
            self.seats.pop(change.id, None)
        elif change.noun == "queue":
            self.queues.pop(change.id, None)
        elif change.noun == "route":
            self.routes.pop(change.id, None)
        elif change.noun == "flow":
            self.flows.pop(change.id, None)
        elif change.noun == "trunk":
            self.trunks.pop(change.id, None)
        elif change.noun == "music":
            self.music.pop(change.id, None)
        elif change.noun == "campaign":
            self.campaigns.pop(change.id, None)

    def _put(self, value: Noun) -> None:
        match value:
            case Agent():
                if (before := self.agents.get(value.id)) is not None:
                    self.agent_by_extension.pop(before.extension, None)
                self.agents[value.id] = value
                self.agent_by_extension[value.extension] = value.id
            case Queue():
                self.queues[value.id] = value
            case Route():
                self.routes[value.number] = value
            case Flow():
                self.flows[value.id] = value
            case Trunk():
                self.trunks[value.id] = value
            case Music():
                self.music[value.id] = value
            case Campaign():
                self.campaigns[value.id] = value
            case _:
                pass  # a skill is a word that agents and queues use; nobody else needs it

    # Who sits where

    def phone_of(self, agent: str) -> str:
        """The extension of the phone at which an agent works, or would."""
        return self.seats.get(agent, self.agents[agent].extension)

    def agents_at(self, phone: str) -> list[str]:
        """Who works, or would, at the phone of an extension: who sits there, and whose own it is."""
        found = [agent for agent, seat in self.seats.items() if seat == phone]
        owner = self.agent_by_extension.get(phone)
        return [*found, owner] if owner is not None and owner not in self.seats else found

    def agent_behind(self, number: str) -> str | None:
        """Who speaks in calls to and from an extension."""
        owner = self.agent_by_extension.get(number)
        if owner in self.seats:
            return owner
        return next((agent for agent, seat in self.seats.items() if seat == number), owner)

    def seating(self) -> dict[str, str]:
        """The phone that rings for an extension, where it is not its own."""
        return {self.agents[agent].extension: phone for agent, phone in self.seats.items() if agent in self.agents}

    # For the switch

    def accounts(self) -> list[Account]:
        """Who may register and call."""
        return [
            Account(agent.extension, agent.name, Secrets(agent.ha1_md5, agent.ha1_sha256), agent.caller_id, agent.dtmf)
            for agent in self.agents.values()
        ]

    def numbers(self) -> dict[str, Target]:
        """The numbering plan: extensions are routes by themselves, and so are the slots where calls are parked."""
        rules = {slot: Target("park", slot) for slot in SLOTS}
        rules |= {agent.extension: Target("phone", agent.extension) for agent in self.agents.values()}
        rules |= {queue.extension: Target("queue", queue.id) for queue in self.queues.values() if queue.extension}
        return rules | {route.number: self._led_to(route) for route in self.routes.values()}

    def _led_to(self, route: Route) -> Target:
        """An agent with a backup queue is one whom that queue asks first."""
        target, persons = Target.parse(route.target), route.preferred
        if route.backup is not None:
            target, persons = Target.parse(route.backup), (target.name,)
        if persons:
            return Target(target.kind, target.name, Wish(persons, route.preferred_s))
        return self.target(route.target)

    def call_flows(self) -> dict[str, CallFlow]:
        """The flows; who is dialled in them is dialled by a number."""
        return {
            flow.id: CallFlow(flow.id, tuple(self._dialled(step) for step in flow.steps), flow.language)
            for flow in self.flows.values()
        }

    def _dialled(self, step: AnyStep) -> AnyStep:
        if isinstance(step, Dial) and step.to.startswith("agent:"):
            agent = self.agents.get(step.to.removeprefix("agent:"))
            return msgspec.structs.replace(step, to=agent.extension if agent is not None else "")
        return step

    def conferences(self) -> dict[str, RoomRules]:
        """The conference rooms that some number asks a PIN for, or is to be entered and left by without tones."""
        rules: dict[str, RoomRules] = {}
        for route in self.routes.values():
            target = Target.parse(route.target)
            if target.kind == "conference" and (route.pin or not route.tones):
                before = rules.get(target.name, RoomRules())
                rules[target.name] = RoomRules(before.pin or route.pin, before.tones and route.tones)
        return rules

    def groups(self) -> dict[str, str]:
        """Who may pick up whose calls: the extensions of one site."""
        return {agent.extension: agent.site for agent in self.agents.values() if agent.site}

    def wishes(self) -> dict[str, Handling]:
        """What agents want done with calls to their phones, by extension."""
        found = ((agent.extension, handling_of(agent, self.target)) for agent in self.agents.values())
        return {extension: handling for extension, handling in found if handling is not None}

    def digits_behind(self, number: str, target: str) -> str | None:
        """What was dialled behind the code of a route with that target, such as the ``1003`` of ``*721003``."""
        for route in self.routes.values():
            code = route.number.rstrip(".X")
            if route.target == target and route.number != code and number.startswith(code):
                return number.removeprefix(code)
        return None

    def target(self, text: str) -> Target:
        """A configured target in the switch's terms: an agent is the phone she has."""
        target = Target.parse(text)
        if target.kind == "agent" and (agent := self.agents.get(target.name)) is not None:
            return Target("phone", agent.extension)
        return target

    def target_text(self, kind: str, name: str) -> str:
        """The switch's target in the configuration's terms."""
        if kind == "phone" and (agent := self.agent_by_extension.get(name)) is not None:
            return f"agent:{agent}"
        return str(Target(kind, name))

    # For the distributor

    def patience_s(self, queue: str) -> float:
        """How long work of a queue waits for preferred agents alone, where nothing else is said."""
        configured = self.queues.get(queue)
        return configured.routing.preferred_wait_s if configured is not None else 0.0

    def declarations(self) -> list[acd.Event]:
        """Everything the router has to know."""
        queues: list[acd.Event] = [acd.QueueDeclared(routed_queue(queue)) for queue in self.queues.values()]
        return queues + [acd.AgentDeclared(profile(agent)) for agent in self.agents.values()]


def routed_queue(queue: Queue) -> RoutedQueue:
    """A queue as the router knows it."""
    return RoutedQueue(
        id=queue.id,
        requires=queue.requires,
        strategy=queue.strategy,
        priority=queue.priority,
        service_level=queue.service_level,
        ring_timeout_s=queue.ring_timeout_s,
        wrap_up_s=queue.wrap_up_s,
        max_wait_s=queue.max_wait_s,
        max_length=queue.max_length,
        overflow=_overflow(queue),
        relax=queue.relax,
        members=queue.members,
        sites=queue.sites,
        client=queue.client or "",
        **msgspec.structs.asdict(queue.routing),
    )


def _overflow(queue: Queue) -> OverflowRule | None:
    """Who overflows to be called back for the same queue keeps the place in it."""
    rule = queue.overflow
    if rule is not None and rule.to == f"callback:{queue.id}":
        return OverflowRule(CALLBACK_TARGET, rule.when)
    return rule


def needs_phone(agent: Agent) -> bool:
    """Whether an agent takes work only while her phone is registered; who takes none by telephone needs no phone."""
    channels = served_by(profile(agent))
    return Channel.VOICE in channels or Channel.CALLBACK in channels


def profile(agent: Agent) -> AgentProfile:
    """An agent as the router knows her."""
    return AgentProfile(
        agent.id, agent.name, agent.skills, agent.site or "", agent.clients, agent.capacity, agent.max_break_s
    )


def declaration(change: Change) -> acd.Event | None:
    """What a change tells the router; None where it is none of its concern."""
    match change.noun, change.value:
        case "queue", Queue() as queue:
            return acd.QueueDeclared(routed_queue(queue))
        case "queue", None:
            return acd.QueueRemoved(change.id)
        case "agent", Agent() as agent:
            return acd.AgentDeclared(profile(agent))
        case "agent", None:
            return acd.AgentRemoved(change.id)
        case _:
            return None
