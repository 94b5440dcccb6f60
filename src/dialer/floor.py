"""All that changes while the dialer runs, and the few moves that its rooms share."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import TypeAlias

from dialer.abandon import Abandonment, measured_as
from dialer.attempt import RINGS_ON, Attempt, Stage
from dialer.campaign import Campaign
from dialer.compliance.verdict import Permit, Refusal
from dialer.decisions import Decision, HangUp
from dialer.events import AgentSeen
from dialer.lead import Lead, LeadNumber
from dialer.outcome import Outcome
from dialer.pacing.observations import CallFailed
from dialer.running import Running
from dialer.sharing import Sharing

Permitting: TypeAlias = Callable[[Lead, LeadNumber, Campaign, float], Permit | Refusal]
"""``compliance.permit`` with the lists that there are."""


class Floor:
    """Campaigns, attempts, agents; ``decisions`` gathers those of the event that is being decided."""

    def __init__(self, permit: Permitting, new_id: Callable[[], str]) -> None:
        self.permit = permit
        self.new_id = new_id
        self.runnings: dict[str, Running] = {}
        self.attempts: dict[str, Attempt] = {}
        self.agents: dict[str, AgentSeen] = {}
        self.sharing = Sharing()
        self.decisions: list[Decision] = []
        self.lines: int | None = None
        self.levels: dict[str, float | None] = {}
        """The service level of queues of inbound work."""
        self._abandonment: dict[str, Abandonment] = {}
        self._timers: list[tuple[float, str]] = []

    def abandonment(self, campaign: Campaign) -> Abandonment:
        """The measure that a campaign counts for, alone or with its group."""
        name = measured_as(campaign)
        measure = self._abandonment.get(name)
        if measure is None:
            measure = self._abandonment[name] = Abandonment.of(campaign)
        return measure

    def decide(self, *decisions: Decision) -> None:
        """Add to what follows from the present event."""
        self.decisions += decisions

    def wake(self, attempt: Attempt, at: float) -> None:
        """Have a look at an attempt at that instant, in place of any other that was set."""
        attempt.due_at = at
        heapq.heappush(self._timers, (at, attempt.id))

    def rest(self, attempt: Attempt) -> None:
        """Have no look at an attempt before something happens to it."""
        attempt.due_at = None

    def first_due(self) -> float | None:
        """When the next attempt has to be looked at."""
        while self._timers:
            at, id = self._timers[0]
            attempt = self.attempts.get(id)
            if attempt is not None and attempt.due_at == at:
                return at
            heapq.heappop(self._timers)
        return None

    def take_due(self, now: float) -> Attempt | None:
        """The next attempt whose instant has come."""
        at = self.first_due()
        if at is None or at > now:
            return None
        attempt = self.attempts[heapq.heappop(self._timers)[1]]
        attempt.due_at = None
        return attempt

    def failed(self, attempt: Attempt, outcome: Outcome, now: float) -> None:
        """Let pacing know of a call that needs no agent, if it has not been told what became of it."""
        if attempt.stage in RINGS_ON and not attempt.agent_first:
            pacing = self.runnings[attempt.campaign].pacing
            pacing.observe(CallFailed(now - attempt.dialled_at, outcome), now)

    def hang_up(self, attempt: Attempt, outcome: Outcome, now: float) -> None:
        """End an attempt from our side."""
        self.failed(attempt, outcome, now)
        attempt.outcome, attempt.stage = outcome, Stage.ENDING
        self.rest(attempt)
        self.decide(HangUp(attempt.id))
