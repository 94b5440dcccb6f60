"""The configuration as it stands, and what it means to the switch: accounts, numbers, flows, wishes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from control.adapters.wishes import handling_of
from control.nouns import NOUN_OF, Agent, Campaign, Change, Flow, Music, Noun, NounName, Queue, Route, Trunk, id_of
from control.opening import Calendar, Site
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
        self.sites: dict[str, Site] = {}
        self.calendars: dict[str, Calendar] = {}
        self.agent_by_extension: dict[str, str] = {}
        self.seats: dict[str, str] = {}
        """The extension of the phone at which an agent works, by agent, where it is not her own."""
        self._nouns: dict[NounName, dict[str, Any]] = {
            "agent": self.agents,
            "queue": self.queues,
            "route": self.routes,
            "flow": self.flows,
            "trunk": self.trunks,
            "music": self.music,
            "campaign": self.campaigns,
            "site": self.sites,
            "calendar": self.calendars,
        }
        """A skill is a word that agents and queues use; nobody else needs it."""

    def load(self, values: Iterable[Noun]) -> None:
        """Take in what is configured."""
        for value in values:
            self.change(Change(NOUN_OF[type(value)], id_of(value), value))

    def change(self, change: Change) -> None:
        """Take in one committed change."""
        values = self._nouns.get(change.noun, {})
        before = values.get(change.id)
        if isinstance(before, Agent):
            self.agent_by_extension.pop(before.extension, None)
        if change.value is None:
            values.pop(change.id, None)
            if change.noun == "agent":
                self.seats.pop(change.id, None)
        else:
            values[change.id] = change.value
        if isinstance(change.value, Agent):
            self.agent_by_extension[change.value.extension] = change.id

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

    def patience_s(self, queue: str) -> float:
        """How long work of a queue waits for preferred agents alone, where nothing else is said."""
        configured = self.queues.get(queue)
        return configured.routing.preferred_wait_s if configured is not None else 0.0
