"""Campaigns as they run: what is written before a call, what the switch is asked, and what a crash leaves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any, TypeVar

import pytest
from tests.unit.control.ears import by_day, campaign_desk

from acd import decisions as decided
from acd import events as acd
from acd.agent import AgentStatus
from acd.live import AgentLive
from control.adapters.directory import Directory
from control.adapters.visit import Visit
from control.errors import Refused
from control.nouns import Agent, Campaign, Change, Queue
from control.realtime.hub import Hub
from control.schemas.dialing import LeadBefore
from control.schemas.live import Snapshot
from control.store.attempts import AttemptFilter
from control.store.dispositions import Said
from control.store.store import Store
from dialer.campaign import CallingWindow, Mode, Run
from dialer.compliance.book import Scope
from dialer.compliance.known import Known
from dialer.lead import Consent, Lead, LeadNumber, LeadState
from dialer.outcome import Outcome
from pbx import commands
from pbx import events as pbx
from pbx.commands import Command

ALWAYS = (CallingWindow(start_minute=0, end_minute=24 * 60),)
C = TypeVar("C", bound=Command)


class Lists:
    """The do-not-call lists."""

    def __init__(self) -> None:
        self.book = Known()

        self.written: list[Callable[[], None]] = []
        """To be called once an opt-out is written."""

    def opted_out(self, number: str, client: str, source: str, written: Callable[[], None] = lambda: None) -> None:
        self.book.forbid(number, Scope.CLIENT if client else Scope.OWN, client)
        self.written.append(written)


class Site:
    """A campaign desk with a real store; the test is switch and distributor."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.directory = Directory()
        self.commands: asyncio.Queue[Command] = asyncio.Queue()
        self.posted: list[acd.Event] = []
        self.brought: list[tuple[str, str, str]] = []
        self.states: dict[str, str] = {}
        self.visits: dict[str, Visit] = {}
        self.lists = Lists()
        self.desk = campaign_desk(
            store, self.directory, Hub(lambda: Snapshot.model_construct()), visits=self.visits, lists=self.lists,
            execute=self._execute,
            bring=lambda call, leg, queue: self.brought.append((call, leg, queue)),
            post=self.posted.append,
            agent=self._agent,
        )  # fmt: skip

    def _execute(self, many: Iterable[Command]) -> None:
        for command in many:
            self.commands.put_nowait(command)

    def _agent(self, agent: str) -> AgentLive | None:
        state = self.states.get(agent)
        if state is None:
            return None
        return AgentLive(agent, AgentStatus.AVAILABLE, "", state, by_day(), True, None, None)

    async def ready(self, *leads: Lead, **terms: Any) -> None:
        """One campaign with leads, and ana, who is idle."""
        campaign = Campaign("sales", "support", windows=ALWAYS, **({"mode": Mode.PROGRESSIVE} | terms))
        nouns = [Agent("ana", "Ana", "1001", "", ""), Queue("support", "Support"), campaign]
        self.directory.load(nouns)
        async with self.store.write() as records:
            await records.campaigns.put(campaign)
            await records.leads.add(leads, by_day())
        await self.desk.start()
        self.states["ana"] = "idle"
        self.desk.agents_changed(["ana"])

    async def asked(self, kind: type[C]) -> C:
        """The next command of a kind that the switch is given."""
        async with asyncio.timeout(10):
            while not isinstance(command := await self.commands.get(), kind):
                pass
        return command

    def tell(self, *many: pbx.Event) -> None:
        for event in many:
            self.desk.switch_event(event)

    async def shown(self, agent: str) -> LeadBefore:
        """The lead that is before an agent, once one is."""
        async with asyncio.timeout(10):
            while (before := self.desk.before(agent)) is None:  # noqa: ASYNC110 - it is told to pages only
                await asyncio.sleep(0.02)
        return before

    async def lead(self, until: Callable[[Lead], bool]) -> Lead:
        """The first lead, once something is true of it."""
        async with asyncio.timeout(10):
            while True:
                async with self.store.read() as records:
                    found = await records.leads.get(1)
                assert found is not None
                if until(found):
                    return found
                await asyncio.sleep(0.02)


def lead(number: str = "+381641234567", **more: Any) -> Lead:
    return Lead(0, "sales", (LeadNumber(number),), zone="Europe/Belgrade", **more)


@pytest.fixture
async def site(store: Store) -> AsyncIterator[Site]:
    site = Site(store)
    yield site
    await site.desk.stop()


async def test_an_attempt_is_written_down_before_it_is_dialled_and_chained_when_it_is_over(site: Site) -> None:
    await site.ready(lead(), caller_ids=("+381114000700",))
    await site.desk.set_run("sales", Run.RUNNING)
    call = await site.asked(commands.CallOut)
    assert (call.to, call.caller_id) == ("+381641234567", "+381114000700")
    async with site.store.read() as records:
        [entry] = await records.attempts.open()
        dialled = await records.leads.get(1)
    assert dialled is not None
    assert (entry.id, entry.verdict, dialled.state) == (call.call, "permitted", LeadState.DIALLING)
    assert entry.local_time.endswith(("+01:00", "+02:00"))
    site.tell(
        pbx.LegRinging(1.0, call.call, call.leg),
        pbx.LegEnded(2.0, call.call, call.leg, "busy", 486, False),
    )
    after = await site.lead(lambda one: one.state is LeadState.READY)
    assert [one.outcome for one in after.tried] == [Outcome.BUSY]
    async with site.store.read() as records:
        [record] = await records.attempts.records(0, 10)
    assert (record.id, record.outcome, record.number_end) == (call.call, Outcome.BUSY, "4567")


async def test_whoever_answers_is_brought_to_the_queue_ahead_of_those_who_wait_and_connected(site: Site) -> None:
    await site.ready(lead())
    await site.desk.set_run("sales", Run.RUNNING)
    call = await site.asked(commands.CallOut)
    visit = site.visits[call.call] = Visit(call.call, "outbound", "", "", call.to, 1.0)
    site.tell(pbx.CallStarted(1.0, call.call, "outbound", "", "", call.to))
    assert (visit.campaign, visit.priority > 0) == ("sales", True)
    site.tell(pbx.LegAnswered(2.0, call.call, call.leg))
    assert site.brought == [(call.call, call.leg, "support")]
    site.desk.decided([decided.Offer(call.call, "ana", "support", 20.0)])
    visit.agent = "ana"
    site.tell(pbx.LegsBridged(3.0, call.call, call.leg, "other"))
    live = site.desk.live("sales")
    assert live is not None
    assert (live.talking, live.abandon_rate) == (1, 0.0)
    site.tell(pbx.LegEnded(9.0, call.call, call.leg, "normal", 200, True))
    done = await site.lead(lambda one: one.state is LeadState.DONE)
    assert [one.outcome for one in done.tried] == [Outcome.CONNECTED]


async def test_a_party_for_whom_nobody_is_there_is_taken_out_of_the_queue_and_let_go(site: Site) -> None:
    await site.ready(lead())
    await site.desk.set_run("sales", Run.RUNNING)
    call = await site.asked(commands.CallOut)
    site.tell(pbx.LegAnswered(2.0, call.call, call.leg))
    assert (await site.asked(commands.Hangup)).leg == call.leg  # no voice speaks here, so nothing is said
    assert site.posted == [acd.WorkWithdrawn(call.call)]
    site.tell(pbx.LegEnded(9.0, call.call, call.leg, "normal", 200, True))
    async with asyncio.timeout(10):
        while True:
            async with site.store.read() as records:
                if found := await records.attempts.records(0, 10):
                    break
            await asyncio.sleep(0.02)
    assert (found[0].outcome, found[0].abandoned) == (Outcome.ABANDONED, True)


async def test_who_wants_no_more_calls_is_let_go_once_that_is_written(site: Site) -> None:
    await site.ready(lead(consent=Consent("a form")), mode=Mode.AGENTLESS, announcement="news")
    await site.desk.set_run("sales", Run.RUNNING)
    call = await site.asked(commands.CallOut)
    site.tell(pbx.LegAnswered(2.0, call.call, call.leg))
    assert (await site.asked(commands.Play)).clips == ("news",)
    site.tell(pbx.DigitReceived(3.0, call.call, call.leg, "9"))
    assert site.lists.book.forbids(call.to, Scope.OWN, "", 0.0)
    assert site.commands.empty()
    for written in site.lists.written:
        written()
    assert site.commands.get_nowait() == commands.Hangup(call.leg)
    assert site.commands.empty()


async def test_after_a_crash_attempts_are_interrupted_once_and_their_leads_called_later(store: Store) -> None:
    before = Site(store)
    await before.ready(lead())
    await before.desk.set_run("sales", Run.RUNNING)
    call = await before.asked(commands.CallOut)
    before.desk._desk.stop()  # and nothing more is written: the program is gone
    after = Site(store)
    after.directory.load(before.directory.campaigns.values())
    await after.desk.start()
    found = await after.lead(lambda one: one.state is LeadState.READY)
    assert [one.outcome for one in found.tried] == [Outcome.INTERRUPTED]
    assert found.due_at > by_day() + 1800
    async with store.read() as records:
        [record] = await records.attempts.records(0, 10)
        assert await records.attempts.open() == []
    assert (record.id, record.outcome) == (call.call, Outcome.INTERRUPTED)
    await after.desk.stop()


async def test_conversions_of_before_a_restart_count_for_the_quota(site: Site, store: Store) -> None:
    said = Said(1, 1, "sales", "sale", "ana", "", right_party=True, conversion=True, at=1.0)
    async with store.write() as records:
        await records.dispositions.put(said)
    await site.ready(quota=1)
    await site.desk.set_run("sales", Run.RUNNING)
    async with asyncio.timeout(10):
        while (run := site.desk.run("sales")).run is not Run.STOPPED:  # noqa: ASYNC110 - it is told to pages only
            await asyncio.sleep(0.02)
    assert run.reason == "its quota is reached"


async def test_a_number_that_may_not_be_called_is_refused_with_its_rule_and_never_dialled(site: Site) -> None:
    site.lists.opted_out("+381641234567", "", "call c0")
    await site.ready(lead())
    await site.desk.set_run("sales", Run.RUNNING)
    refused = await site.lead(lambda one: one.state is LeadState.REFUSED)
    async with site.store.read() as records:
        [entry] = await records.attempts.page(AttemptFilter(campaign="sales"), 10)
    assert (entry.verdict, refused.tried) == ("dnc_own", ())  # and there is one record of it
    assert site.commands.empty()


async def test_a_previewing_agents_phone_rings_before_the_party_is_dialled(site: Site) -> None:
    await site.ready(lead(fields={"name": "Mila"}), mode=Mode.PREVIEW, script="Hello {name}, {what}")
    await site.desk.set_run("sales", Run.RUNNING)
    before = await site.shown("ana")
    assert before.script == "Hello Mila, {what}"
    site.desk.answer_preview("ana", dials=True)
    placed = await site.asked(commands.PlaceCall)
    assert (placed.to, placed.waits) == ("1001", True)
    site.tell(pbx.LegAnswered(2.0, placed.call, placed.leg))
    dial = await site.asked(commands.Dial)
    assert (dial.leg, dial.number) == (placed.leg, "+381641234567")
    site.tell(pbx.LegEnded(9.0, placed.call, f"{placed.call}.2", "busy", 486, False))
    after = await site.lead(lambda one: one.state is LeadState.READY)
    assert [one.outcome for one in after.tried] == [Outcome.BUSY]


async def test_an_agent_calls_a_number_for_a_campaign_and_a_rule_may_forbid_it(site: Site) -> None:
    await site.ready(mode=Mode.MANUAL)
    with pytest.raises(Refused, match="does not run"):
        await site.desk.call("sales", "ana", number="+381641234567")
    await site.desk.set_run("sales", Run.RUNNING)
    call = await site.desk.call("sales", "ana", number="+381641234567")
    placed = await site.asked(commands.PlaceCall)
    assert (placed.call, placed.number) == (call, "+381641234567")
    with pytest.raises(Refused, match="called already"):
        await site.desk.call("sales", "ana", lead=1)
    site.lists.opted_out("+381641111111", "", "call c0")
    with pytest.raises(Refused, match="dnc_own"):
        await site.desk.call("sales", "ana", number="+381641111111")


async def test_what_is_declared_and_removed_reaches_the_dialer(site: Site) -> None:
    await site.ready()
    assert site.desk.live("sales") is not None
    site.directory.change(Change("campaign", "sales", None))
    site.desk.changed(Change("campaign", "sales", None))
    assert site.desk.live("sales") is None
