"""A caller in a flow, in virtual time: what she hears, presses and lands in."""

from __future__ import annotations

from typing import Any

import msgspec
from tests.scenario.exchange import Exchange, Handset

from pbx.asking import LookupAnswered, LookupAsked, PromptsAsked, PromptsReady
from pbx.call.call import Leg
from pbx.call.flow.room import FlowRoom
from pbx.events import Event, FlowStepped
from pbx.routing.flow.steps import CallFlow

END = {"id": "end", "type": "hangup"}


def say(text: str) -> dict[str, str]:
    return {"text": text}


class FlowScene:
    """An exchange whose number 800 leads into the flow ``main``; prompts are made at once, their clip is their text."""

    def __init__(self, exchange: Exchange, *steps: dict[str, Any], makes_prompts: bool = True) -> None:
        self.exchange = exchange
        self.makes_prompts = makes_prompts
        self.flows = {"main": self._flow("main", steps)}
        self._room = FlowRoom()
        self._room.declare(self.flows)
        exchange.control.destinations["flow"] = self._room.serve
        exchange.routes(
            n800="flow:main",
            n801="flow:gone",
            n1001="phone:1001",
            n1002="phone:1002",
            n600="echo",
            n700="queue:support",
        )
        exchange.on_event = self._listen

    def add(self, name: str, *steps: dict[str, Any]) -> None:
        """Declare one more flow."""
        self.flows[name] = self._flow(name, steps)

    @staticmethod
    def _flow(name: str, steps: tuple[dict[str, Any], ...]) -> CallFlow:
        return msgspec.convert({"id": name, "steps": list(steps)}, CallFlow)

    def _listen(self, event: Event) -> None:
        if isinstance(event, PromptsAsked) and self.makes_prompts:
            clips = tuple(wording.text or wording.clip for wording in event.wordings)
            self.answer(PromptsReady(event.leg, event.ask, clips))

    def answer(self, answer: PromptsReady | LookupAnswered) -> None:
        """Answer a question of the flow."""
        leg = self.exchange.control.legs[answer.leg]
        if leg.attendant is not None:
            leg.attendant.answered(answer, self.exchange.network.now)
        self.exchange.network.flush()

    def dial(self, number: str = "800") -> Handset:
        """1001 calls, and is in the flow a second later."""
        caller = self.exchange.phone("1001")
        caller.dial(number)
        self.exchange.run_until(1)
        return caller

    @property
    def leg(self) -> Leg:
        """The caller's leg."""
        return next(iter(self.exchange.control.legs.values()))

    @property
    def hears(self) -> str | None:
        """What the caller hears now."""
        return self.exchange.plane.heard.get(self.leg.id)

    def press(self, digits: str) -> None:
        """The caller presses keys, one after another."""
        self.exchange.plane.press(self.leg.id, digits)

    def listen(self) -> None:
        """The caller hears the present prompt to its end."""
        self.exchange.plane.end_clips(self.leg.id)

    @property
    def way(self) -> list[str]:
        """The steps passed, each with its outcome."""
        return [f"{event.step} {event.outcome}".strip() for event in self.exchange.told(FlowStepped)]

    @property
    def lookups(self) -> list[LookupAsked]:
        """The requests to other systems."""
        return self.exchange.told(LookupAsked)
