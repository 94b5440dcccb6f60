"""The dialer: the only place where leads meet lines.

``decide`` takes one event and the instant, and returns what to do. Nothing else changes the dialer. What must survive
its end is not kept here: leads and attempts lie in the store, where each attempt is written before it is dialled.
Between two events it holds that

- a lead is in one place: at hand, before an agent, or in one attempt,
- every attempt that was dialled is closed once, with one outcome,
- no number is dialled that ``permit`` has not allowed at that instant.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dialer import answering, events, recycling
from dialer.abandon import gives_up_at
from dialer.attempt import Attempt, Stage
from dialer.campaign import Campaign, Run
from dialer.decisions import Close, Decision
from dialer.dialling import dial, pace
from dialer.events import Activity, AgentSeen
from dialer.floor import Floor, Permitting
from dialer.pacing.observations import AgentCame, AgentLeft, TalkEnded, WrapUpEnded
from dialer.previewing import Previews, Shown
from dialer.running import Running

TICK_S = 0.2
"""How often campaigns that dial are paced."""


class Dialer:
    """Campaigns, their calls, and the decisions about them."""

    def __init__(self, permit: Permitting, new_id: Callable[[], str]) -> None:
        """``new_id`` gives ids of calls that nobody has had."""
        self._floor = Floor(permit, new_id)
        self._previews = Previews()
        self._paced_at = 0.0
        self._handlers: dict[type[events.Event], Callable[[Any, float], None]] = {
            events.CampaignDeclared: self._campaign_declared,
            events.CampaignRemoved: self._campaign_removed,
            events.LeadsFetched: self._leads_fetched,
            events.LeadsCame: self._leads_came,
            events.AgentSeen: self._agent_seen,
            events.AgentGone: lambda event, now: self._agent_left(event.agent, now),
            events.LinesCounted: lambda event, _: setattr(self._floor, "lines", event.free),
            events.ServiceLevelSeen: lambda event, _: self._floor.levels.update({event.queue: event.level}),
            events.AttemptRang: self._rang,
            events.AttemptAnswered: lambda event, now: answering.answered(self._floor, event, now),
            events.AttemptHeard: lambda event, now: answering.heard(self._floor, event, now),
            events.AttemptOffered: lambda event, now: answering.offered(self._floor, event, now),
            events.AttemptConnected: lambda event, now: answering.connected(self._floor, event, now),
            events.AttemptPlayed: lambda event, now: answering.played(self._floor, event, now),
            events.DigitPressed: lambda event, now: answering.pressed(self._floor, event, now),
            events.AttemptEnded: self._ended,
            events.AttemptNotMade: self._not_made,
            events.PreviewAnswered: lambda event, now: self._previews.answered(self._floor, event, now),
            events.DialAsked: self._dial_asked,
            events.LeadConverted: self._converted,
            events.ClockReached: lambda _, now: self._clock_reached(now),
        }

    def decide(self, event: events.Event, now: float) -> list[Decision]:
        """What follows from an event at ``now`` (seconds since the epoch, never running backwards)."""
        decisions: list[Decision] = []
        self._floor.decisions = decisions
        self._handlers[type(event)](event, now)
        return decisions

    def next_timer(self) -> float | None:
        """When ``ClockReached`` is wanted next; None while nothing dials and nothing is under way."""
        due = self._floor.first_due()
        if any(running.run is Run.RUNNING for running in self._floor.runnings.values()):
            tick = self._paced_at + TICK_S
            return tick if due is None else min(due, tick)
        return due

    # What can be asked

    def running(self, campaign: str) -> Running | None:
        """A campaign as it runs; not to be changed."""
        return self._floor.runnings.get(campaign)

    def attempt(self, id: str) -> Attempt | None:
        """An attempt that is under way; not to be changed."""
        return self._floor.attempts.get(id)

    def attempts(self) -> int:
        """How many are under way."""
        return len(self._floor.attempts)

    def at_hand(self, campaign: str) -> set[int]:
        """The leads of a campaign that the dialer has, for ``FetchLeads``."""
        running = self._floor.runnings.get(campaign)
        return self._previews.at_hand(campaign) | (running.at_hand() if running is not None else set())

    def shown(self, agent: str) -> Shown | None:
        """The lead that an agent looks at."""
        return self._previews.shown.get(agent)

    def restore_abandonment(self, campaign: Campaign, counted: list[tuple[float, int, int]], now: float) -> None:
        """Put back what was counted before: moments, answered and abandoned calls (``Abandonment.restore``)."""
        self._floor.abandonment(campaign).restore(counted, now)

    def abandon_rate(self, campaign: Campaign, now: float) -> float:
        """The share (0-1) of answered live calls that were abandoned over the days that count."""
        return self._floor.abandonment(campaign).rate(now)

    # Campaigns

    def _campaign_declared(self, event: events.CampaignDeclared, now: float) -> None:
        campaign = event.campaign
        running = self._floor.runnings.get(campaign.id)
        if running is None:
            self._floor.runnings[campaign.id] = Running(campaign, event.run)
        else:
            running.configure(campaign, event.run)
        self._settle_all(now)

    def _campaign_removed(self, event: events.CampaignRemoved, now: float) -> None:
        running = self._floor.runnings.get(event.campaign)
        if running is None:
            return
        running.run, running.removed = Run.STOPPED, True
        running.hopper.clear()
        if not running.attempts:
            del self._floor.runnings[event.campaign]
        self._settle_all(now)

    def _leads_fetched(self, event: events.LeadsFetched, now: float) -> None:
        running = self._floor.runnings.get(event.campaign)
        if running is not None:
            shown = self._previews.at_hand(event.campaign)
            leads = tuple(lead for lead in event.leads if lead.id not in shown)
            running.fetched(leads, event.next_due, now)

    def _leads_came(self, event: events.LeadsCame, now: float) -> None:
        running = self._floor.runnings.get(event.campaign)
        if running is not None:
            running.look_anew()

    def _dial_asked(self, event: events.DialAsked, now: float) -> None:
        lead = event.lead
        running = self._floor.runnings.get(lead.campaign)
        if running is None or running.run is not Run.RUNNING or lead.id in running.under_way():
            return
        running.take_out(lead.id)
        self._previews.left(self._floor, event.agent)
        dial(self._floor, running, lead, f"manual:{event.agent}", now, agent=event.agent)

    def _converted(self, event: events.LeadConverted, now: float) -> None:
        running = self._floor.runnings.get(event.campaign)
        if running is not None:
            running.conversions += event.count

    # Agents

    def _agent_seen(self, event: AgentSeen, now: float) -> None:
        before = self._floor.agents.get(event.agent)
        self._floor.agents[event.agent] = event
        self._settle(event, before, now)
        if event.activity is not Activity.IDLE:
            self._previews.left(self._floor, event.agent)

    def _agent_left(self, agent: str, now: float) -> None:
        seen = self._floor.agents.get(agent)
        if seen is not None:
            self._agent_seen(AgentSeen(agent, Activity.AWAY, now, frozenset()), now)
            del self._floor.agents[agent]

    def _settle(self, seen: AgentSeen, before: AgentSeen | None, now: float) -> None:
        """Let an agent count for one campaign, which learns from what she did."""
        sharing, runnings = self._floor.sharing, self._floor.runnings
        was = sharing.home(seen.agent)
        weights = {
            running.campaign.id: running.campaign.weight
            for running in runnings.values()
            if running.run is Run.RUNNING and running.campaign.queue in seen.queues
        }
        home = sharing.settle(seen.agent, weights if seen.activity is not Activity.AWAY else {})
        if was is not None and was != home and was in runnings:
            del runnings[was].agents[seen.agent]
            runnings[was].pacing.observe(_left(before, now), now)
        if home is not None:
            runnings[home].agents[seen.agent] = seen
            for observation in [AgentCame()] if was != home else _learnt(before, seen):
                runnings[home].pacing.observe(observation, now)

    def _settle_all(self, now: float) -> None:
        for running in self._floor.runnings.values():
            running.agents.clear()
        self._floor.sharing.clear()
        for seen in sorted(self._floor.agents.values(), key=lambda one: one.agent):
            self._settle(seen, seen, now)

    # Attempts

    def _rang(self, event: events.AttemptRang, now: float) -> None:
        attempt = self._floor.attempts.get(event.attempt)
        if attempt is not None and attempt.stage is Stage.DIALLING:
            attempt.stage, attempt.rang_at = Stage.RINGING, now
            if attempt.due_at is not None:
                campaign = self._floor.runnings[attempt.campaign].campaign
                self._floor.wake(attempt, gives_up_at(campaign, attempt.dialled_at, now))

    def _ended(self, event: events.AttemptEnded, now: float) -> None:
        floor = self._floor
        attempt = floor.attempts.pop(event.attempt, None)
        if attempt is None:
            return
        running = floor.runnings[attempt.campaign]
        del running.attempts[attempt.id]
        answering.gone(floor, attempt, now)
        outcome = attempt.outcome = answering.outcome_of(attempt, event.outcome)
        floor.failed(attempt, outcome, now)
        if attempt.answered_at is None:
            running.line_result(outcome, now)
        lead = recycling.after(attempt.lead, running.campaign, attempt.number, outcome, attempt.dialled_at, now)
        floor.decide(Close(attempt, lead))
        if lead.due_at <= (running.next_due or lead.due_at):
            running.next_due = lead.due_at
            running.fetch_at = min(running.fetch_at, lead.due_at)
        if running.removed and not running.attempts:
            del floor.runnings[attempt.campaign]

    def _not_made(self, event: events.AttemptNotMade, now: float) -> None:
        attempt = self._floor.attempts.pop(event.attempt, None)
        if attempt is not None:
            del self._floor.runnings[attempt.campaign].attempts[attempt.id]

    # The clock

    def _clock_reached(self, now: float) -> None:
        floor = self._floor
        while (attempt := floor.take_due(now)) is not None:
            answering.due(floor, attempt, now)
        if now >= self._paced_at + TICK_S:
            self._paced_at = now
            self._previews.show(floor, now)
            pace(floor, now)


def _left(seen: AgentSeen | None, now: float) -> AgentLeft:
    """What may be learnt from what an agent was at when she left."""
    if seen is None:
        return AgentLeft()
    lasted_s = now - seen.since
    return AgentLeft(
        talked_s=lasted_s if seen.activity is Activity.TALKING else None,
        wrapped_up_s=lasted_s if seen.activity is Activity.WRAP_UP else None,
    )


def _learnt(before: AgentSeen | None, seen: AgentSeen) -> list[TalkEnded | WrapUpEnded]:
    """What may be learnt from an agent who does something else now."""
    if before is None or before.activity is seen.activity:
        return []
    lasted_s = seen.since - before.since
    if before.activity is Activity.TALKING:
        ended: list[TalkEnded | WrapUpEnded] = [TalkEnded(lasted_s)]
        return ended if seen.activity is Activity.WRAP_UP else [*ended, WrapUpEnded(0.0)]
    return [WrapUpEnded(lasted_s)] if before.activity is Activity.WRAP_UP else []
