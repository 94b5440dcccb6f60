"""A campaign while it runs: leads at hand, attempts under way, agents who count for it."""

from __future__ import annotations

import math
from collections import deque

from dialer.attempt import RINGS_ON, Attempt, Stage
from dialer.campaign import Campaign, Run
from dialer.events import Activity, AgentSeen
from dialer.lead import Lead
from dialer.outcome import Outcome
from dialer.pacing.choice import pacing_for
from dialer.pacing.view import Pacing, View

LEAST_AT_HAND = 20
EMPTY_RETRY_S = 30.0
"""How often a list that has nothing left is looked at again."""
CONGESTED_AFTER = 3
LONGEST_HOLD_S = 60.0


class Running:
    """What changes of a campaign."""

    def __init__(self, campaign: Campaign, run: Run) -> None:
        self.campaign = campaign
        self.run = run
        self.hopper: deque[Lead] = deque()
        self.fetching = False
        self.fetch_at = 0.0
        self._outdated = False
        self.next_due: float | None = None
        """When the next lead is due that is not at hand; None where the list has none."""
        self.attempts: dict[str, Attempt] = {}
        self.agents: dict[str, AgentSeen] = {}
        self.pacing: Pacing = pacing_for(campaign)
        self.conversions = 0
        self.removed = False
        """Whether it is forgotten once its last call is over."""
        self.held_until = 0.0
        self._refusals_in_a_row = 0

    def configure(self, campaign: Campaign, run: Run) -> None:
        """Take other terms; what pacing has learnt stays, unless it is another pacing."""
        if campaign.mode is not self.campaign.mode:
            self.pacing = pacing_for(campaign)
        if run is Run.STOPPED or campaign.order != self.campaign.order:
            self.hopper.clear()
        self.campaign, self.run, self.removed = campaign, run, False

    def dials(self, now: float) -> bool:
        """Whether it may dial at present."""
        campaign = self.campaign
        begun = campaign.starts_at is None or campaign.starts_at <= now
        return self.run is Run.RUNNING and begun and now >= self.held_until

    def at_hand(self) -> set[int]:
        """The ids of leads that are not to be fetched again."""
        return {lead.id for lead in self.hopper} | self.under_way()

    def under_way(self) -> set[int]:
        """The ids of leads that are being called."""
        return {attempt.lead.id for attempt in self.attempts.values()}

    def take_out(self, lead: int) -> None:
        """A lead is at hand no more."""
        self.hopper = deque(one for one in self.hopper if one.id != lead)

    def room(self) -> int | None:
        """How many more calls its own limit allows; None is any number."""
        most = self.campaign.max_lines
        return None if most is None else max(0, most - len(self.attempts))

    def wants_leads(self, now: float, soon: int) -> int:
        """How many leads to fetch, where ``soon`` calls were just wanted."""
        enough = max(LEAST_AT_HAND, 2 * soon)
        if self.fetching or now < self.fetch_at or len(self.hopper) >= enough:
            return 0
        return 2 * enough

    def fetched(self, leads: tuple[Lead, ...], next_due: float | None, now: float) -> None:
        """Take what ``FetchLeads`` brought; where it was less than wanted, the list is left alone for a while."""
        self.fetching = False
        if self._outdated:
            self._outdated = False
            return
        known = self.at_hand()
        fresh = [lead for lead in leads if lead.id not in known]
        self.hopper.extend(fresh)
        self.next_due = next_due
        if not fresh:
            self.fetch_at = min(next_due if next_due is not None else math.inf, now + EMPTY_RETRY_S)

    def look_anew(self) -> None:
        """The list has changed: what is at hand, or on its way, may not be what it says by now."""
        self.hopper.clear()
        self._outdated = self.fetching
        self.fetch_at = 0.0

    def reserved(self) -> set[str]:
        """Free agents who are left to inbound work."""
        share = self.campaign.reserve
        if not share:
            return set()
        on_duty = sum(seen.activity is not Activity.AWAY for seen in self.agents.values())
        idle = sorted(one for one, seen in self.agents.items() if seen.activity is Activity.IDLE)
        return set(idle[: math.ceil(share * on_duty)])

    def line_result(self, outcome: Outcome, now: float) -> None:
        """A network that refuses again and again is left alone, for longer each time."""
        if outcome is not Outcome.CONGESTION:
            self._refusals_in_a_row = 0
            return
        self._refusals_in_a_row += 1
        if self._refusals_in_a_row >= CONGESTED_AFTER:
            self.held_until = now + min(LONGEST_HOLD_S, 2.0 ** (self._refusals_in_a_row - CONGESTED_AFTER))

    def view(self, answered: int, abandoned: int, now: float) -> View:
        """What pacing sees, where so many were answered and abandoned in the days that count."""
        reserved = self.reserved()
        by_activity: dict[Activity, list[float]] = {activity: [] for activity in Activity}
        for agent, seen in self.agents.items():
            if agent not in reserved:
                by_activity[seen.activity].append(seen.since)
        ringing, waiting = [], []
        for attempt in self.attempts.values():
            if attempt.stage in RINGS_ON:
                ringing.append(attempt.dialled_at)
            elif attempt.stage is Stage.QUEUED and not attempt.offered and attempt.answered_at is not None:
                waiting.append(attempt.answered_at)
        return View(
            now=now,
            idle=by_activity[Activity.IDLE],
            talking=by_activity[Activity.TALKING],
            wrap_up=by_activity[Activity.WRAP_UP],
            ringing=ringing,
            waiting=waiting,
            answered=answered,
            dropped=abandoned,
            limit=self.campaign.abandon_limit,
        )
