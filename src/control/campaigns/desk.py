"""Campaigns as they run (``ports.DialerDesk``): the dialer with all that it needs, wired together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import structlog
from msgspec.structs import replace

from acd.decisions import Decision
from control.adapters.directory import Directory
from control.adapters.visit import Visit
from control.campaigns.dialing import DialingDesk
from control.campaigns.keeper import Ending, LeadKeeper
from control.campaigns.records import Scribe
from control.campaigns.runs import Runs
from control.campaigns.sayings import Sayings
from control.campaigns.surroundings import ListDesk, Surroundings
from control.errors import NotFound, Refused
from control.nouns import Campaign, Change
from control.realtime.hub import Hub
from control.schemas.dialing import CampaignLive, LeadBefore, campaign_live, lead_before
from control.store.campaigns import CampaignRun
from control.store.store import Store
from control.voice import Voice
from dialer import events, recycling
from dialer.abandon import measured_as
from dialer.campaign import DAY_S, Run
from dialer.compliance.permit import permit
from dialer.compliance.ruleset import prepare
from dialer.decisions import Dial, Refuse
from dialer.dialer import Dialer
from dialer.lead import Lead, LeadNumber
from dialer.ledger import Entry
from dialer.outcome import Outcome
from dialer.previewing import Shown
from pbx.events import Event

BY_HAND = "by-hand"
"""The list of numbers that agents called of their own accord."""

log = structlog.get_logger(__name__)


class CampaignDesk:
    """Starts, pauses and stops campaigns, shows them, and lets the dialer work."""

    def __init__(
        self,
        store: Store,
        directory: Directory,
        visits: dict[str, Visit],
        voice: Voice,
        hub: Hub,
        lists: ListDesk,
        key: bytes,
        around: Surroundings,
        *,
        new_id: Callable[[], str],
        free: Callable[[str], object],
    ) -> None:
        """``key`` hides called numbers in the ledger; ``new_id`` gives ids of calls; ``free`` raises Refused for an
        agent whose phone cannot be rung now."""
        self._free = free
        self._store = store
        self._directory = directory
        self._hub = hub
        self._clock = around.clock
        self._runs = Runs(store, changed=self._run_changed, clock=around.clock)
        self._keeper = LeadKeeper(store, around.clock)
        self._scribe = Scribe(directory, lists.book, key, new_id=new_id, clock=around.clock)
        self._sayings = Sayings(directory, voice)
        self._dialer = Dialer(
            lambda lead, number, campaign, now: permit(lead, number, campaign, lists.book, now), new_id
        )
        self._desk = DialingDesk(
            directory, visits, self._dialer, self._keeper, self._scribe, self._sayings, lists, around,
            shown=self._tell_shown, stopped=self._stopped,
        )  # fmt: skip
        self.switch_event: Callable[[Event], None] = self._desk.switch_event
        self.decided: Callable[[list[Decision]], None] = self._desk.decided
        self.agents_changed: Callable[[Iterable[str]], None] = self._desk.agents_changed
        self._stops: set[asyncio.Task[CampaignRun]] = set()

    # Life

    async def start(self) -> None:
        """Know again which campaigns run, what was abandoned lately, and close what a crash left open."""
        await self._runs.start()
        now = self._clock()
        campaigns = list(self._directory.campaigns.values())
        if any(self._runs.of(campaign.id).run is Run.RUNNING for campaign in campaigns):
            await self._prepare_rules()
        async with self._store.read() as records:
            longest_s = max((one.abandon_days for one in campaigns), default=0) * DAY_S
            counted = await records.attempts.counted(now - longest_s)
            interrupted = await records.attempts.open()
            said = {one.id: await records.dispositions.counts(one.id, 0.0, now) for one in campaigns}
        restored: set[str] = set()
        for campaign in campaigns:
            name = measured_as(campaign)
            if name not in restored:
                restored.add(name)
                of_measure = {one.id for one in campaigns if measured_as(one) == name}
                tallies = [(one.at, one.answered, one.abandoned) for one in counted if one.campaign in of_measure]
                self._dialer.restore_abandonment(campaign, tallies, now)
        await self._close_interrupted(interrupted, now)
        for campaign in campaigns:
            self._declare(campaign)
            converted = sum(one.conversions for one in said[campaign.id])
            self._desk.tell(events.LeadConverted(campaign.id, converted))

    async def _close_interrupted(self, entries: list[Entry], now: float) -> None:
        """Attempts that were under way when the program died count as made, and their leads are called again later."""
        async with self._store.read() as records:
            leads = {lead.id: lead for lead in await records.leads.many({entry.lead for entry in entries})}
        for entry in entries:
            lead, campaign = leads.get(entry.lead), self._directory.campaigns.get(entry.campaign)
            closed = replace(entry, outcome=Outcome.INTERRUPTED, ended_at=now, dialled_at=entry.decided_at)
            if lead is not None and campaign is not None:
                before = replace(lead, tried=lead.tried[:-1])  # which says that it was interrupted
                lead = recycling.after(before, campaign, entry.number, Outcome.INTERRUPTED, entry.decided_at, now)
            self._keeper.end(Ending(lead, closed))
        if entries:
            log.warning("attempts were interrupted by the end of the program", count=len(entries))

    async def stop(self) -> None:
        """Write what is still to be written."""
        self._desk.stop()
        await self._sayings.stop()
        await self._keeper.stop()

    # Configuration

    def changed(self, change: Change) -> None:
        """Let the dialer know of what was declared; agents are looked at anew, for they may serve other queues."""
        if isinstance(change.value, Campaign):
            self._declare(change.value)
            self._tell(change.id)
        elif change.noun == "campaign":
            self._runs.forget(change.id)
            self._desk.tell(events.CampaignRemoved(change.id))
            self._tell(change.id)
        if change.noun in ("agent", "queue", "campaign", "site"):
            self._desk.agents_changed(self._directory.agents)

    def _declare(self, campaign: Campaign) -> None:
        self._desk.tell(events.CampaignDeclared(campaign, self._runs.of(campaign.id).run))

    # What may be asked

    def run(self, campaign: str) -> CampaignRun:
        """Whether a campaign dials."""
        return self._runs.of(campaign)

    async def set_run(self, campaign: str, run: Run, reason: str = "") -> CampaignRun:
        """Let a campaign run, pause or stop. Raises NotFound and Refused."""
        if run is Run.RUNNING:
            await self._prepare_rules()
        return await self._runs.set(campaign, run, reason)

    async def _prepare_rules(self) -> None:
        """The first number that is looked at must not make calls wait for tables to be read."""
        await asyncio.to_thread(prepare, datetime.fromtimestamp(self._clock(), UTC).year)

    def leads_came(self, campaign: str) -> None:
        """A campaign has leads that it had not."""
        self._desk.tell(events.LeadsCame(campaign))

    def live(self, campaign: str) -> CampaignLive | None:
        """A campaign's figures of this moment."""
        running, configured = self._dialer.running(campaign), self._directory.campaigns.get(campaign)
        if running is None or configured is None:
            return None
        rate = self._dialer.abandon_rate(configured, self._clock())
        return campaign_live(running, self._runs.of(campaign), rate)

    def lives(self) -> list[CampaignLive]:
        """Those of every campaign."""
        return [live for campaign in self._directory.campaigns if (live := self.live(campaign)) is not None]

    def before(self, agent: str) -> LeadBefore | None:
        """The lead that an agent looks at."""
        return self._before(self._dialer.shown(agent))

    def answer_preview(self, agent: str, *, dials: bool) -> None:
        """An agent dials the lead that she looks at, or skips it. Raises NotFound, Refused."""
        if agent not in self._directory.agents:
            raise NotFound(f"there is no agent {agent}")
        if self._dialer.shown(agent) is None:
            raise Refused(f"no lead is before {agent}")
        self._desk.tell(events.PreviewAnswered(agent, dials))

    async def call(self, campaign: str, agent: str, *, number: str = "", lead: int | None = None) -> str:
        """Let an agent call a lead, or a number that becomes one; the call's id.

        Raises NotFound, Refused where the campaign does not run, the agent is not free, or a rule forbids it.
        """
        if campaign not in self._directory.campaigns:
            raise NotFound(f"there is no campaign {campaign}")
        if self._runs.of(campaign).run is not Run.RUNNING:
            raise Refused(f"campaign {campaign} does not run")
        if agent not in self._directory.agents:
            raise NotFound(f"there is no agent {agent}")
        self._free(agent)
        found = await self._lead(campaign, number, lead)
        for decision in self._desk.tell(events.DialAsked(found, agent)):
            if isinstance(decision, Dial):
                return decision.attempt.id
            if isinstance(decision, Refuse):
                refusal = decision.refusal
                raise Refused(f"{number or f'lead {found.id}'} may not be called: {refusal.detail} ({refusal.rule})")
        raise Refused(f"lead {found.id} is being called already")

    async def _lead(self, campaign: str, number: str, id: int | None) -> Lead:
        now = self._clock()
        async with self._store.write() as records:
            if id is None:
                known = await records.leads.known(campaign, [number])
                id = known.get(number)
            if id is None:
                new = Lead(0, campaign, (LeadNumber(number),), list=BY_HAND, created_at=now)
                [id] = await records.leads.add([new], now)
                return replace(new, id=id)
            found = await records.leads.get(id)
        if found is None or found.campaign != campaign:
            raise NotFound(f"campaign {campaign} has no lead {id}")
        return found

    def converted(self, campaign: str) -> None:
        """A conversation ended in what the campaign is for."""
        self._desk.tell(events.LeadConverted(campaign))

    # What is told

    def _run_changed(self, run: CampaignRun) -> None:
        campaign = self._directory.campaigns.get(run.campaign)
        if campaign is not None:
            if run.run is Run.RUNNING:
                self._sayings.warm(campaign)
                self._desk.agents_changed(self._directory.agents)
            self._declare(campaign)
            self._tell(run.campaign)

    def _stopped(self, campaign: str, why: str) -> None:
        task = asyncio.get_running_loop().create_task(self._runs.set(campaign, Run.STOPPED, why))
        self._stops.add(task)
        task.add_done_callback(self._stops.discard)

    def _tell(self, campaign: str) -> None:
        if self._hub.awake:
            self._hub.publish("campaign", campaign, self.live(campaign))

    def tell_changes(self) -> None:
        """Tell those who watch how campaigns that run are doing."""
        for campaign in self._directory.campaigns:
            if self._runs.of(campaign).run is Run.RUNNING:
                self._tell(campaign)

    def _tell_shown(self, agent: str, shown: Shown | None) -> None:
        if self._hub.awake:
            self._hub.publish("preview", agent, self._before(shown))

    def _before(self, shown: Shown | None) -> LeadBefore | None:
        campaign = self._directory.campaigns.get(shown.campaign) if shown is not None else None
        return lead_before(shown, campaign) if shown is not None and campaign is not None else None
