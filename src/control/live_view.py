"""What the running centre shows of itself: figures of queues, agents and trunks, calls in progress, explanations."""

from __future__ import annotations

import time
from typing import Any

import msgspec

from acd.service import Distributor
from control.adapters.calls import CallAdapter
from control.adapters.directory import Directory
from control.adapters.hours import HoursDesk
from control.adapters.trunks import TrunkDesk
from control.adapters.work import WorkDesk
from control.campaigns.desk import CampaignDesk
from control.figures import agent_shown, call_of, queue_shown
from control.schemas.agent import Idleness
from control.schemas.call import LiveCall
from control.schemas.live import AgentLive, QueueLive, Snapshot
from control.schemas.trunk import TrunkLive
from pbx.ladder.step import Step
from pbx.service import Switch


class LiveView:
    """The part of the centre that is looked at."""

    _directory: Directory
    _distributor: Distributor
    _adapter: CallAdapter
    _switch: Switch
    _trunks: TrunkDesk
    dialer: CampaignDesk
    work: WorkDesk
    _hours: HoursDesk

    def _snapshot(self) -> Snapshot:
        agents = [self.agent_live(agent) for agent in self._directory.agents]
        return Snapshot(
            queues=self.queues_live(),
            agents=[agent for agent in agents if agent is not None],
            calls=self.calls(),
            trunks=self._trunks.all(),
            conferences=self._adapter.conferences.live(),
            work=self.work.orders(),
            campaigns=self.dialer.lives(),
        )

    def queues_live(self) -> list[QueueLive]:
        """The figures of every queue."""
        queues = [self.queue_live(queue) for queue in self._directory.queues]
        return [queue for queue in queues if queue is not None]

    def queue_live(self, queue: str) -> QueueLive | None:
        """The figures of a queue."""
        configured = self._directory.queues.get(queue)
        live = self._distributor.router.queue_live(queue, time.time())
        if configured is None or live is None:
            return None
        return queue_shown(queue, configured.name, live, self._hours.next_change(queue))

    def agent_live(self, agent: str) -> AgentLive | None:
        """What an agent wants and does."""
        configured = self._directory.agents.get(agent)
        live = self._distributor.router.agent_live(agent)
        if configured is None or live is None:
            return None
        connecting = self._adapter.connecting(call_of(live))
        return agent_shown(agent, configured.name, configured.extension, live, connecting=connecting)

    def trunk_live(self, trunk: str) -> TrunkLive | None:
        """A trunk's state and figures."""
        return self._trunks.live(trunk)

    @property
    def calls_in_progress(self) -> int:
        """How many there are."""
        return len(self._adapter.visits)

    def calls(self) -> list[LiveCall]:
        """The calls in progress."""
        return [visit.shown() for visit in self._adapter.visits.values()]

    def call(self, call: str) -> LiveCall | None:
        """A call in progress."""
        visit = self._adapter.visits.get(call)
        return None if visit is None else visit.shown()

    def why(self, call: str) -> dict[str, Any] | None:
        """How the numbering plan, the trunks and the router decided on a call, and which way it took through flows."""
        explanation, steps = self._distributor.router.explain(call), self._adapter.reasons.of(call)
        found: dict[str, Any] = msgspec.to_builtins(explanation) if explanation is not None else {}
        if steps:
            found["steps"] = steps
        visit = self._adapter.visits.get(call)
        if visit is not None and visit.steps:
            found["flow"] = msgspec.to_builtins(visit.steps)
        return found or None

    def why_idle(self, agent: str) -> Idleness | None:
        """What keeps work from an agent."""
        found = self._distributor.router.why_idle(agent, time.time())
        return None if found is None else Idleness.model_validate(found)

    def ladder(self, call: str) -> list[Step]:
        """The SIP messages of a call, in the order of time."""
        return self._switch.ladder(call)
