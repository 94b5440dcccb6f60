"""The running centre: switch, distributor, store and live figures as one, for the HTTP side (``ports.Centre``)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from acd.decisions import Decision
from acd.journal import History, Journal
from acd.live import WorkLive
from acd.service import Distributor
from control.adapters.announcing import Surroundings
from control.adapters.attendance import Attendance
from control.adapters.attending import Attending
from control.adapters.bans import BanDesk
from control.adapters.callbacks import CallbackDesk
from control.adapters.callbacks import Surroundings as CallbackSurroundings
from control.adapters.calls import CallAdapter
from control.adapters.countries import CountryDesk, CountryStore
from control.adapters.declaring import declared
from control.adapters.directory import Directory
from control.adapters.hours import HoursDesk
from control.adapters.hours import Surroundings as HoursSurroundings
from control.adapters.keys import CallKeys
from control.adapters.mailboxes import Mailboxes
from control.adapters.places import Places
from control.adapters.quality import QualityDesk
from control.adapters.recording import RecordingDesk, tell_deleted, tell_kept
from control.adapters.trunks import TrunkDesk
from control.adapters.work import Surroundings as WorkSurroundings
from control.adapters.work import WorkDesk
from control.campaigns.desk import CampaignDesk
from control.campaigns.importing.desk import ImportDesk
from control.campaigns.leads import LeadDesk
from control.campaigns.surroundings import Surroundings as DialingSurroundings
from control.compliance.do_not_call import DoNotCall
from control.compliance.seal import Seal
from control.configuration import Configuration
from control.figures import phone_of, status_of
from control.nouns import Agent, Change, Noun, Trunk
from control.prompts import Prompts
from control.realtime.hub import Hub
from control.reconciling import reconcile
from control.recordings.archive import Archive
from control.recordings.keep import Keep
from control.recordings.library import Library
from control.requests import Requests
from control.rewriting import Rewriter
from control.sayable import check_sayable
from control.schemas.status import Status
from control.store.behind import WriteBehind
from control.store.cdr_writer import CdrWriter
from control.store.store import Store
from control.telling import Telling
from control.voice import Voice
from pbx.commands import Command
from pbx.events import Event, SourceBanned, SourceReleased
from pbx.guard.bans import Ban
from pbx.guard.guard import BanStore
from pbx.media_events import AudioMeasured, AudioTroubled
from pbx.options import SwitchOptions
from pbx.plane.protocol import Plane
from pbx.routing.binding import Binding
from pbx.service import Switch
from pbx.trunk_events import NewCountryDialled, TrunkDown, TrunkUp
from pbx.whereabouts import LocationStore


class RunningCentre(Requests, Telling):
    """Everything that runs, wired together. Made within the event loop."""

    def __init__(
        self,
        *,
        store: Store,
        journal: Journal,
        plane: Plane,
        locations: LocationStore,
        bans: BanStore,
        countries: CountryStore,
        prompts: Prompts,
        library: Library,
        imports: ImportDesk,
        keep: Keep,
        recording_codes: tuple[str, ...],
        party_codes: tuple[str, ...],
        options: SwitchOptions,
        seal: Seal,
        supervision_tone: bool = False,
        dialer_auto_answer: bool = True,
        history: History | None = None,
    ) -> None:
        self.store = store
        self.prompts = prompts.files
        self._voice = Voice(prompts)
        self.hub = Hub(self._snapshot, collect=self._tell_changes)
        self._directory = Directory()
        self._cdrs = CdrWriter(store)
        self._started_at = time.time()
        self._ready = False
        self._distributor = Distributor(
            journal, self._decided, clock=time.time, on_lost=self._routing_lost, history=history
        )
        self.configuration = Configuration(store, self.check, self._apply)
        self._rewriter = Rewriter(self.configuration)
        self._kept = WriteBehind(store)
        self._hours = HoursDesk(
            self._directory,
            HoursSurroundings(
                router=lambda: self._distributor.router, post=self._distributor.post, clock=time.time, later=_later,
                foretold=lambda queue: self.hub.publish("queue", queue, self.queue_live(queue)),
            ),
        )  # fmt: skip
        self.callbacks = CallbackDesk(
            self._directory,
            self._distributor.post,
            CallbackSurroundings(
                work=lambda work: self._distributor.router.work_live(work),
                keep=self._keep_callback,
                new_call_id=lambda: self._switch.new_call_id(),
                draining=lambda: self._switch.draining,
            ),
        )
        self.attendance = Attendance(
            self._directory, self.hub, post=self._distributor.post, flush=self._distributor.flush,
            live=lambda agent: self._distributor.router.agent_live(agent), execute=self._execute,
            seat=lambda phones: self._switch.declare_seats(phones),
        )  # fmt: skip
        self.work = WorkDesk(
            self._directory,
            store,
            self.hub,
            WorkSurroundings(
                post=self._distributor.post,
                flush=self._distributor.flush,
                works=self._works,
                work=lambda work: self._distributor.router.work_live(work),
                agent=lambda agent: self._distributor.router.agent_live(agent),
                write=self._kept.add,
                new_id=lambda: self._switch.new_call_id(),
                clock=time.time,
            ),
        )
        self._adapter = CallAdapter(
            self._directory,
            post=self._distributor.post,
            execute=self._execute,
            changed=self._visit_changed,
            ended=self._visit_ended,
            merged=self._visit_merged,
            route=lambda number: self._switch.route(number),
            takes_digits=lambda leg: self._switch.takes_digits(leg),
            registered=lambda extension: self._switch.reachable(extension),
            rewrite=self._rewriter.agent,
            phone_of=lambda agent: phone_of(agent, self.agent_live(agent)),
            supervision_tone=supervision_tone,
            callbacks=self.callbacks,
            attendance=self.attendance,
            surroundings=Surroundings(self._voice, Places(self._line, time.time).of, time.time, _later),
        )
        self.handling, self.conferences = self._adapter.handling, self._adapter.conferences
        self.supervision = self._adapter.supervision
        self._attending = Attending(self._adapter, self._voice, execute=lambda answer: self._switch.execute(answer))
        self.mailboxes = Mailboxes(
            store, self.hub, self._directory, options.voicemail, execute=lambda command: self._switch.execute(command)
        )
        self.mailboxes.listen(self._adapter)
        self._library = library
        self._library.kept = partial(tell_kept, self.hub)
        self.archive = Archive(store, library, deleted=partial(tell_deleted, self.hub))
        self.recording = RecordingDesk(
            self._directory, self._adapter.visits, library, keep, execute=self._execute, changed=self._visit_changed,
            clock=time.time,
        )  # fmt: skip
        self._keys = CallKeys(
            self._adapter.visits, self.recording, self.handling,
            recording_codes=recording_codes, party_codes=party_codes,
        )  # fmt: skip
        self._switch = Switch(options=options, plane=plane, publish=self._switch_event, locations=locations, bans=bans)
        self.bans = BanDesk(self._switch.guard, self.hub)
        self.quality = QualityDesk(self.hub)
        self._trunks = TrunkDesk(self._switch, self._directory, self.hub, secure_only=options.network.secure_only)
        self.leads, self.imports = LeadDesk(store), imports
        imports.changed, self.leads.came = self._import_changed, lambda campaign: self.dialer.leads_came(campaign)
        self.leads.converted = lambda campaign: self.dialer.converted(campaign)
        self.do_not_call, self.seal = DoNotCall(store), seal
        self.leads.opted_out = self.do_not_call.opted_out_within
        self.dialer = CampaignDesk(
            store, self._directory, self._adapter.visits, self._voice, self.hub, self.do_not_call, seal.number_key,
            DialingSurroundings(
                execute=self._execute,
                bring=lambda call, leg, queue: self._adapter.bring(
                    call, leg, queue, "nothing", hurries=dialer_auto_answer
                ),
                post=self._distributor.post,
                agent=lambda agent: self._distributor.router.agent_live(agent),
                serves=lambda agent: self._distributor.router.serves(agent),
                service_level=self._service_level,
                look_at_agents=self._tell_changes,
                free_lines=self._trunks.free_lines,
                draining=lambda: self._switch.draining,
                clock=time.time,
            ),
            new_id=lambda: self._switch.new_call_id(),
            free=lambda agent: phone_of(agent, self.agent_live(agent)),
        )  # fmt: skip
        told_bans, told_trunks = self.bans.told, self._trunks.told
        self._desks: dict[type[Event], Callable[[Any], None]] = {
            SourceBanned: told_bans, SourceReleased: told_bans, TrunkUp: told_trunks, TrunkDown: told_trunks,
            NewCountryDialled: CountryDesk(countries, self.hub).told, AudioMeasured: self.quality.measured,
        }  # fmt: skip

    # Life

    async def start(self, bindings: Iterable[tuple[str, Binding]]) -> None:
        """Load the configuration, stand where the journal ends, take calls.

        Raises ListenFailed, Invalid (a trunk that may not be called), JournalUnavailable, JournalLost.
        """
        async with self.store.read() as records:
            self._directory.load([*await records.agents.all(), *await records.queues.all()])
            self._directory.load([*await records.routes.all(), *await records.flows.all()])
            self._directory.load([*await records.trunks.all(), *await records.music.all()])
            self._directory.load(await records.campaigns.all())
            self._directory.load([*await records.sites.all(), *await records.calendars.all()])
            callbacks, orders = await records.callbacks.open(), await records.work.open()
        self._trunks.check_all()
        await self._library.start()
        await self._distributor.start()
        self.callbacks.restore(callbacks, self._works())
        reconcile(self._distributor.router, self._directory, self._distributor.post)
        self._hours.start()
        self.callbacks.resume()
        self.work.restore(orders)
        self._declare_to_switch()
        await self._switch.start()
        self._trunks.declare()
        await self._trunks.restore_spending(self.store)
        self.attendance.restore()
        self._switch.restore(bindings)
        await self.mailboxes.start()
        await self._distributor.flush()
        await self.do_not_call.start()
        await self.dialer.start()
        await self.imports.start()
        self._ready = True

    async def drain(self, limit_s: float) -> None:
        """Take no new calls and wait for the running ones, ``limit_s`` seconds at most."""
        self._ready = False
        await self._switch.drain(limit_s)

    async def stop(self) -> None:
        """End everything, in the order in which nothing is lost."""
        self._ready = False
        self._hours.stop()
        await self._rewriter.stop()
        await self._switch.stop()
        await self.imports.stop()
        await self.dialer.stop()
        await self.do_not_call.stop()
        await self._attending.stop()
        await self.mailboxes.stop()
        await self._library.stop()
        await self._distributor.stop()
        await self._kept.stop()
        await self._cdrs.stop()
        self.hub.close()

    # Configuration

    def restore_defence(self, bans: Iterable[Ban], countries: Iterable[str]) -> None:
        """Put back bans, and which countries were called, kept over a restart."""
        for ban in bans:
            self._switch.guard.restore(ban)
        self._switch.restore_countries(countries)

    async def check(self, value: Noun) -> None:
        """Raise Invalid, naming the field, for what this machine cannot serve."""
        await check_sayable(self._voice, value)
        if isinstance(value, Trunk):
            self._trunks.check(value)

    async def _apply(self, change: Change) -> None:
        """Let switch and router learn a committed change; returns when new calls see it."""
        self._directory.change(change)
        for event in declared(change, self._directory):
            self._distributor.post(event)
        self._hours.changed(change)
        self._declare_to_switch()
        self._trunks.declare()
        if isinstance(change.value, Agent):
            self._adapter.floor.look_at(change.id)
        self.dialer.changed(change)
        await self._distributor.flush()

    def _declare_to_switch(self) -> None:
        self._switch.declare_accounts(self._directory.accounts())
        self._switch.declare_seats(self._directory.seating())
        self._switch.declare_numbers(self._directory.numbers())
        self._switch.declare_conferences(self._directory.conferences())
        self._switch.declare_groups(self._directory.groups())
        self._switch.declare_flows(self._directory.call_flows())
        self._switch.declare_handling(self._directory.wishes())

    # Between switch and distributor

    def _switch_event(self, event: Event) -> None:
        self._desks.get(type(event), self._adapter.switch_event)(event)
        self.recording.switch_event(event)
        self._keys.switch_event(event)
        self.dialer.switch_event(event)
        if isinstance(event, AudioTroubled):
            self.quality.troubled(event)

    def _execute(self, many: Iterable[Command]) -> None:
        self._switch.execute_all(many)

    def _decided(self, decisions: list[Decision]) -> None:
        self._adapter.decided(decisions)
        self.dialer.decided(decisions)
        self.attendance.decided(decisions)
        self.work.decided(decisions)

    def _works(self) -> list[WorkLive]:
        router = self._distributor.router
        return [live for work in router.works() if (live := router.work_live(work)) is not None]

    def _line(self, queue: str) -> tuple[list[str], float | None]:
        """The calls that wait in a queue, in order, and what one may expect who joins it now."""
        router = self._distributor.router
        live = router.queue_live(queue, time.time())
        return router.waiting(queue), None if live is None else live.ewt_s.p50

    def _routing_lost(self) -> None:
        """Another node routes now: this one must not be sent calls any more (``/readyz`` says so)."""
        self._ready = False

    def _service_level(self, queue: str) -> float | None:
        live = self._distributor.router.queue_live(queue, time.time())
        return None if live is None else live.service_level

    # How it does

    def status(self) -> Status:
        """The figures of the whole program."""
        return status_of(self._switch, self._distributor, self._started_at)

    def ready(self) -> bool:
        """Whether calls are taken."""
        return self._ready


def _later(delay_s: float, act: Callable[[], None]) -> asyncio.TimerHandle:
    return asyncio.get_running_loop().call_later(delay_s, act)
