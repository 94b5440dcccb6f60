"""Between dialer, switch and distributor: attempts are calls under their own id, and work once they are answered.

    Dial -> written down -> CallOut -> LegRinging, LegAnswered, SoundHeard ... -> Queue -> the leg joins the queue as
    if it had called -> Offer, Connect -> LegsBridged -> LegEnded -> Close -> written down

Where an agent is on the line first, her phone rings (``PlaceCall``), and the party is dialled once she is there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

import structlog

from acd import decisions as decided
from acd import events as acd
from acd.agent import AgentState, AgentStatus
from acd.live import AgentLive
from control.adapters.detecting import detected
from control.adapters.directory import Directory
from control.adapters.visit import Visit
from control.campaigns.keeper import Beginning, Ending, LeadKeeper
from control.campaigns.records import Scribe
from control.campaigns.sayings import Sayings
from control.campaigns.surroundings import ListDesk, Surroundings
from dialer import decisions, events
from dialer.attempt import Attempt
from dialer.dialer import Dialer
from dialer.events import Activity
from dialer.lead import Lead
from dialer.outcome import Outcome
from dialer.previewing import Shown
from pbx import commands
from pbx import events as pbx
from pbx.commands import Command
from pbx.sound_events import SoundHeard

QUEUE_PRIORITY = 100
"""Points by which a party that answered goes before callers who wait: it has to have an agent within two seconds."""
LEVELS_S = 5.0
"""How often the service level of inbound work is looked at."""
RING_GRACE_S = 20.0
"""The dialer decides how long it rings, a phone that begins late for fifteen seconds more; the switch's own limit, this
much later, only catches what the dialer lost."""

FAREWELL_S = 5.0
"""How long somebody who wants no more calls stays on the line at most while that is written."""

ACTIVITIES = {
    AgentState.IDLE: Activity.IDLE,
    AgentState.OFFERED: Activity.TALKING,
    AgentState.RINGING: Activity.TALKING,
    AgentState.TALKING: Activity.TALKING,
    AgentState.HELD: Activity.TALKING,
    AgentState.WRAP_UP: Activity.WRAP_UP,
}
OUTCOMES = {
    "busy": Outcome.BUSY,
    "no_answer": Outcome.NO_ANSWER,
    "cancelled": Outcome.NO_ANSWER,
    "declined": Outcome.DECLINED,
    "not_in_service": Outcome.NOT_IN_SERVICE,
    "unreachable": Outcome.NO_ANSWER,
    "congestion": Outcome.CONGESTION,
}

log = structlog.get_logger(__name__)


class DialingDesk:
    """Carries out what the dialer decides, and tells it what happens.

    ``shown`` hears what an agent previews (None: nothing any more), ``stopped`` of campaigns that ended by themselves.
    """

    def __init__(
        self,
        directory: Directory,
        visits: dict[str, Visit],
        dialer: Dialer,
        keeper: LeadKeeper,
        scribe: Scribe,
        sayings: Sayings,
        lists: ListDesk,
        around: Surroundings,
        *,
        shown: Callable[[str, Shown | None], None],
        stopped: Callable[[str, str], None],
    ) -> None:
        self._directory = directory
        self._visits = visits
        self.dialer = dialer
        self._keeper = keeper
        self._scribe = scribe
        self._sayings = sayings
        self._lists = lists
        self._around = around
        self._shown = shown
        self._stopped = stopped
        self._parties: dict[str, str] = {}
        """The party's leg, by attempt, once it is known."""
        self._waiting: set[str] = set()
        """Attempts whose party is in a queue, and has not been connected."""
        self._unwritten: dict[str, decisions.HangUp | None] = {}
        """Attempts whose party wants no more calls, which is not written yet, with the end that waits for it."""
        self._alarm: asyncio.TimerHandle | None = None
        self._levels_at = 0.0
        self._handlers: dict[type[pbx.Event], Callable[[Any], None]] = {
            pbx.CallStarted: self._call_started,
            pbx.LegRinging: self._ringing,
            pbx.LegAnswered: self._answered,
            SoundHeard: self._heard,
            pbx.PlayEnded: self._of_party(lambda attempt, _: events.AttemptPlayed(attempt)),
            pbx.DigitReceived: self._of_party(lambda attempt, event: events.DigitPressed(attempt, event.digit)),
            pbx.LegsBridged: self._bridged,
            pbx.LegEnded: self._leg_ended,
            pbx.CallEnded: self._call_ended,
        }
        self._verbs: dict[type[decisions.Decision], Callable[[Any], None]] = {
            decisions.FetchLeads: self._fetch,
            decisions.Dial: self._dial,
            decisions.Refuse: self._refuse,
            decisions.Queue: self._queue,
            decisions.Play: self._play,
            decisions.HangUp: self._hang_up,
            decisions.ForbidCalls: self._forbid,
            decisions.Close: self._close,
            decisions.ShowLead: lambda one: self._shown(one.agent, self.dialer.shown(one.agent)),
            decisions.HideLead: lambda one: self._shown(one.agent, None),
            decisions.PutBack: lambda one: keeper.postpone(one.lead),
            decisions.SetRun: lambda one: stopped(one.campaign, one.why),
        }

    def stop(self) -> None:
        """Decide nothing more."""
        if self._alarm is not None:
            self._alarm.cancel()

    # What the rest of the centre tells

    def tell(self, event: events.Event) -> list[decisions.Decision]:
        """Let the dialer know, and do what it decides, which is returned."""
        made = self.dialer.decide(event, self._around.clock())
        for decision in made:
            self._verbs[type(decision)](decision)
        self._set_alarm()
        return made

    def agents_changed(self, agents: Iterable[str]) -> None:
        """These do something else than before, or are gone."""
        for agent in agents:
            live = self._around.agent(agent)
            if live is None:
                self.tell(events.AgentGone(agent))
            else:
                self.tell(self._seen(live))

    def decided(self, many: list[decided.Decision]) -> None:
        """The distributor's word on parties that wait."""
        for decision in many:
            if isinstance(decision, decided.Offer) and decision.work in self._waiting:
                self.tell(events.AttemptOffered(decision.work, True))

    def switch_event(self, event: pbx.Event) -> None:
        """Take one event of the switch, after it has changed the visits."""
        handler = self._handlers.get(type(event))
        if handler is not None:
            handler(event)

    def _seen(self, live: AgentLive) -> events.AgentSeen:
        available = live.status == AgentStatus.AVAILABLE and live.reachable
        busy = ACTIVITIES[AgentState(live.state)]
        away = not available and (busy is Activity.IDLE or live.status == AgentStatus.OFFLINE)
        leaves = live.pending is not None and live.pending != AgentStatus.AVAILABLE
        activity = Activity.AWAY if away or leaves or not available else busy
        return events.AgentSeen(live.id, activity, live.since, self._around.serves(live.id))

    # The switch

    def _call_started(self, event: pbx.CallStarted) -> None:
        attempt = self.dialer.attempt(event.call)
        visit = self._visits.get(event.call)
        if attempt is not None and visit is not None:
            visit.campaign, visit.priority = attempt.campaign, QUEUE_PRIORITY

    def _ringing(self, event: pbx.LegRinging) -> None:
        if self._is_party(event):
            self.tell(events.AttemptRang(event.call))

    def _answered(self, event: pbx.LegAnswered) -> None:
        attempt = self.dialer.attempt(event.call)
        if self._is_party(event):
            self.tell(events.AttemptAnswered(event.call))
        elif attempt is not None and attempt.agent_first and event.leg == _first_leg(attempt):
            self._around.execute((commands.Dial(event.leg, attempt.number),))

    def _is_party(self, event: pbx.LegRinging | pbx.LegAnswered | pbx.LegEnded) -> bool:
        """Whether a leg is the called party's; where an agent is first, it is the one that comes after hers."""
        attempt = self.dialer.attempt(event.call)
        if attempt is not None and attempt.agent_first and event.leg != _first_leg(attempt):
            self._parties.setdefault(event.call, event.leg)
        return event.leg == self._parties.get(event.call)

    def _heard(self, event: SoundHeard) -> None:
        if event.leg == self._parties.get(event.call):
            # Early media has a clock of its own; all that counts is that it was before the answer.
            answered_ms = event.at_ms + event.duration_ms + 1 if event.early else 0
            self.tell(events.AttemptHeard(event.call, detected(event, answered_ms)))

    def _bridged(self, event: pbx.LegsBridged) -> None:
        party = self._parties.get(event.call)
        visit = self._visits.get(event.call)
        if party in (event.leg, event.other) and visit is not None and visit.agent is not None:
            self._waiting.discard(event.call)
            self.tell(events.AttemptConnected(event.call, visit.agent))

    def _leg_ended(self, event: pbx.LegEnded) -> None:
        attempt = self.dialer.attempt(event.call)
        if attempt is None:
            return
        if self._is_party(event):
            self._over(event.call, OUTCOMES.get(event.cause, Outcome.FAILED))
        elif attempt.agent_first and event.leg == _first_leg(attempt):
            self._over(event.call, Outcome.FAILED)  # the agent was not there
        elif event.call in self._waiting and not event.answered:
            visit = self._visits.get(event.call)
            self.tell(events.AttemptOffered(event.call, visit is not None and bool(visit.offers)))

    def _call_ended(self, event: pbx.CallEnded) -> None:
        if self.dialer.attempt(event.call) is not None:
            self._over(event.call, Outcome.FAILED)  # one that never came to have a leg

    def _over(self, attempt: str, outcome: Outcome) -> None:
        self._parties.pop(attempt, None)
        self._waiting.discard(attempt)
        self.tell(events.AttemptEnded(attempt, outcome))

    def _of_party(self, make: Callable[[str, Any], events.Event]) -> Callable[[Any], None]:
        def handle(event: Any) -> None:
            if event.leg == self._parties.get(event.call):
                self.tell(make(event.call, event))

        return handle

    # The dialer's decisions

    def _fetch(self, decision: decisions.FetchLeads) -> None:
        campaign = self._directory.campaigns.get(decision.campaign)
        if campaign is not None:
            self._keeper.fetch(
                campaign, decision.limit, self.dialer.at_hand(campaign.id), decision.owned_by,
                lambda leads, next_due: self._fetched(campaign.id, leads, next_due),
            )  # fmt: skip

    def _fetched(self, campaign: str, leads: tuple[Lead, ...], next_due: float | None) -> None:
        self.tell(events.LeadsFetched(campaign, leads, next_due))

    def _dial(self, decision: decisions.Dial) -> None:
        attempt = decision.attempt
        if self._around.draining():
            asyncio.get_running_loop().call_soon(self.tell, events.AttemptNotMade(attempt.id))
            return
        entry = self._scribe.begun(attempt, decision.permit)
        self._lists.book.called(entry.client, attempt.number, attempt.dialled_at)
        self._keeper.begin(Beginning(attempt.lead.id, entry, lambda ok: self._begun(decision, ok)))

    def _begun(self, decision: decisions.Dial, may_be_dialled: bool) -> None:
        attempt = decision.attempt
        if not may_be_dialled:
            self._scribe.not_made(attempt.id)
            self.tell(events.AttemptNotMade(attempt.id))
            return
        campaign = self._directory.campaigns.get(attempt.campaign)
        name = campaign.name if campaign is not None else ""
        party = attempt.lead.fields.get("name", "")
        leg, ring_s = _first_leg(attempt), decision.max_ring_s + RING_GRACE_S
        if attempt.agent_first:
            agent = self._directory.agents.get(attempt.agent)
            if agent is None:
                self.tell(events.AttemptEnded(attempt.id, Outcome.FAILED))
                return
            call: Command = commands.PlaceCall(
                attempt.id, leg, agent.extension, attempt.number, party or name, ring_s, waits=True,
                caller_id=attempt.caller_id,
            )  # fmt: skip
        else:
            self._parties[attempt.id] = leg
            call = commands.CallOut(
                attempt.id,
                leg,
                attempt.number,
                attempt.caller_id,
                name,
                party,
                ring_s,
                account=f"campaign:{attempt.campaign}",
                listens=decision.listen,
            )
        self._around.execute((call,))

    def _refuse(self, decision: decisions.Refuse) -> None:
        entry = self._scribe.refused(decision.lead, decision.number, decision.trigger, decision.refusal)
        self._keeper.end(Ending(decision.lead, entry))

    def _queue(self, decision: decisions.Queue) -> None:
        leg = self._parties.get(decision.attempt)
        if leg is not None:
            self._waiting.add(decision.attempt)
            self._around.execute((commands.StopListening(leg),))
            self._around.bring(decision.attempt, leg, decision.queue)

    def _play(self, decision: decisions.Play) -> None:
        leg = self._parties.get(decision.attempt)
        attempt = self.dialer.attempt(decision.attempt)
        if leg is None or attempt is None:
            return
        if decision.attempt in self._waiting:
            self._waiting.discard(decision.attempt)
            self._around.post(acd.WorkWithdrawn(decision.attempt))
        self._sayings.say(attempt, decision.prompt, lambda clips: self._say(decision.attempt, leg, clips))

    def _say(self, attempt: str, leg: str, clips: tuple[str, ...]) -> None:
        if clips:
            self._around.execute((commands.Play(leg, clips),))
        else:
            self.tell(events.AttemptPlayed(attempt))

    def _hang_up(self, decision: decisions.HangUp) -> None:
        if decision.attempt in self._unwritten:
            self._unwritten[decision.attempt] = decision
            return
        leg = self._parties.get(decision.attempt)
        if leg is not None:
            self._around.execute((commands.Hangup(leg),))

    def _forbid(self, decision: decisions.ForbidCalls) -> None:
        attempt = self.dialer.attempt(decision.attempt)
        campaign = self._directory.campaigns.get(attempt.campaign) if attempt is not None else None
        client = campaign.client if campaign is not None else ""
        # The end of the call tells the party that it is heard: by then a crash must not forget it.
        self._unwritten[decision.attempt] = None
        self._lists.opted_out(
            decision.number, client, f"call {decision.attempt}", lambda: self._written(decision.attempt)
        )
        asyncio.get_running_loop().call_later(FAREWELL_S, self._written, decision.attempt)

    def _written(self, attempt: str) -> None:
        waiting = self._unwritten.pop(attempt, None)
        if waiting is not None:
            self._hang_up(waiting)

    def _close(self, decision: decisions.Close) -> None:
        self._keeper.end(Ending(decision.lead, self._scribe.closed(decision.attempt)))

    # The clock

    def _set_alarm(self) -> None:
        due = self.dialer.next_timer()
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        if due is not None:
            delay_s = max(0.0, due - self._around.clock())
            self._alarm = asyncio.get_running_loop().call_later(delay_s, self._ring)

    def _ring(self) -> None:
        self._alarm = None
        now = self._around.clock()
        self._around.look_at_agents()
        self.tell(events.LinesCounted(self._around.free_lines()))
        if now >= self._levels_at + LEVELS_S:
            self._levels_at = now
            if any(campaign.yields_below is not None for campaign in self._directory.campaigns.values()):
                self._look_at_levels()
        self.tell(events.ClockReached())

    def _look_at_levels(self) -> None:
        outbound = {campaign.queue for campaign in self._directory.campaigns.values()}
        for queue in self._directory.queues:
            if queue not in outbound:
                self.tell(events.ServiceLevelSeen(queue, self._around.service_level(queue)))


def _first_leg(attempt: Attempt) -> str:
    return f"{attempt.id}.1"
