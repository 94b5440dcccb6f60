"""What may be asked of the running centre for calls that no desk answers for."""

from __future__ import annotations

from acd import events as acd
from control.errors import Draining, Invalid
from control.figures import phone_of
from control.live_view import LiveView
from pbx import commands


class Requests(LiveView):
    """The part of the centre that is asked for something."""

    async def set_priority(self, call: str, priority: int) -> None:
        """Give a call that waits another priority."""
        self._distributor.post(acd.WorkReprioritised(call, priority))
        await self._distributor.flush()

    async def originate(self, agent: str, to: str) -> str:
        """Ring an agent's phone, then the number on the agent's behalf."""
        if self._switch.draining:
            raise Draining("no new calls are taken")
        if not self.leads_on(to):
            raise Invalid(f"{to} leads nowhere", field="to")
        extension = phone_of(agent, self.agent_live(agent))
        call = self._switch.new_call_id()
        name = self._directory.agents[agent].name
        self._switch.execute(commands.PlaceCall(call, f"{call}.1", extension, to, name))
        return call

    def turn_away(self, call: str) -> bool:
        """Let a caller who waits for an agent go."""
        return self._adapter.turn_away(call)

    def leads_on(self, number: str) -> bool:
        """Whether a number leads anywhere."""
        return self._switch.route(number) is not None

    def hangup(self, call: str) -> None:
        """End a call, all its legs."""
        self._switch.execute(commands.HangupCall(call))
