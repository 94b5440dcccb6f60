"""A centre without telephony: the store is real, live things are what a test puts there."""

from __future__ import annotations

import time
from ipaddress import ip_network
from itertools import count
from pathlib import Path
from typing import Any

from tests.unit.control.ears import campaign_desk

from acd.agent import AgentState, AgentStatus
from acd.decisions import Decision
from acd.router import Router
from control.adapters.bans import BanDesk
from control.adapters.callbacks import CallbackDesk
from control.adapters.callbacks import Surroundings as CallbackSurroundings
from control.adapters.conferences import ConferenceDesk
from control.adapters.directory import Directory
from control.adapters.mailboxes import Mailboxes
from control.adapters.quality import QualityDesk
from control.adapters.visit import Visit
from control.adapters.work import Surroundings as WorkSurroundings
from control.adapters.work import WorkDesk
from control.campaigns.importing.desk import ImportDesk
from control.campaigns.leads import LeadDesk
from control.compliance.do_not_call import DoNotCall
from control.compliance.seal import Seal
from control.configuration import Configuration
from control.errors import Invalid, NotFound, Refused
from control.leftovers import CallbackRequest
from control.nouns import Change, Noun
from control.prompt_files import PromptFiles
from control.realtime.hub import Hub
from control.recordings.archive import Archive
from control.recordings.keys import KeyRing
from control.recordings.library import Library
from control.schemas.agent import Idleness
from control.schemas.call import LiveCall
from control.schemas.lead_import import import_shown
from control.schemas.live import AgentLive, ExpectedWait, QueueLive, Snapshot
from control.schemas.status import Status
from control.schemas.trunk import TrunkLive
from control.store.behind import WriteBehind
from control.store.store import Store
from pbx.commands import Command
from pbx.events import Event, SourceBanned, SourceReleased
from pbx.guard.bans import Ban
from pbx.guard.guard import Guard
from pbx.guard.rules import GuardRules
from pbx.ladder.step import Step
from pbx.supervision import Mode

NOW = 1_700_000_000.0
KEY = "a-key-for-tests"


def queue_live(id: str = "support", **more: Any) -> QueueLive:
    figures: dict[str, Any] = {
        "name": id.title(),
        "waiting": 0,
        "longest_wait_s": 0.0,
        "agents_available": 0,
        "agents_busy": 0,
        "offered": 0,
        "answered": 0,
        "abandoned": 0,
        "service_level": None,
        "ewt_s": ExpectedWait(p50=None, p80=None),
    }
    return QueueLive(id=id, **figures | more)


def agent_live(id: str = "ana", **more: Any) -> AgentLive:
    figures: dict[str, Any] = {
        "name": id.title(),
        "extension": "1001",
        "phone": "1001",
        "status": AgentStatus.OFFLINE,
        "reason": "",
        "state": AgentState.IDLE,
        "since": NOW,
        "reachable": False,
    }
    return AgentLive(id=id, **figures | more)


def live_call(id: str = "c1", **more: Any) -> LiveCall:
    figures: dict[str, Any] = {
        "direction": "inbound",
        "caller": "+381641234567",
        "caller_name": "",
        "number": "700",
        "target": "queue:support",
        "queue": "support",
        "state": "waiting",
        "since": NOW,
        "started_at": NOW,
    }
    return LiveCall(id=id, **figures | more)


class FakeHandling:
    """Remembers what was asked of calls that stand."""

    def __init__(self, calls: dict[str, LiveCall]) -> None:
        self._calls = calls
        self.asked: list[tuple[str, ...]] = []

    def _note(self, verb: str, call: str, agent: str | None) -> None:
        if call not in self._calls:
            raise NotFound(f"there is no call {call} in progress")
        if self._calls[call].state == "waiting":
            raise Refused(f"nobody talks in call {call}")
        self.asked.append((verb, call, agent or ""))

    def hold(self, call: str, agent: str | None = None) -> None:
        self._note("hold", call, agent)

    def resume(self, call: str, agent: str | None = None) -> None:
        self._note("resume", call, agent)

    def transfer(self, call: str, to: str, *, attended: bool, agent: str | None = None) -> None:
        self._note(f"{'consult' if attended else 'transfer to'} {to}", call, agent)

    def park(self, call: str, slot: str | None = None, agent: str | None = None) -> str:
        self._note(f"park {slot}", call, agent)
        return slot or "7001"

    def send_digits(self, call: str, digits: str, duration_ms: int, agent: str | None = None) -> None:
        self._note(f"press {digits} {duration_ms}", call, agent)

    def complete_transfer(self, call: str) -> None:
        self._note("complete", call, None)

    def cancel_transfer(self, call: str) -> None:
        self._note("cancel", call, None)

    def join_transfer(self, call: str) -> None:
        self._note("join", call, None)

    def add_party(self, call: str, to: str, agent: str | None = None) -> None:
        self._note(f"add {to}", call, agent)

    def supervise(self, call: str, mode: Mode, supervisor: str, agent: str | None = None) -> None:
        self._note(f"{supervisor} {mode}", call, agent)

    def dismiss(self, call: str, supervisor: str) -> None:
        self._note(f"{supervisor} out", call, None)


class FakeRecording:
    """Remembers what was asked of calls' recordings."""

    def __init__(self, calls: dict[str, LiveCall]) -> None:
        self._calls = calls
        self.asked: list[tuple[str, str]] = []

    def _note(self, verb: str, call: str) -> None:
        if call not in self._calls:
            raise NotFound(f"there is no call {call} in progress")
        if verb == "stop":
            raise Refused(f"call {call} is always recorded")
        self.asked.append((verb, call))

    def start(self, call: str) -> None:
        self._note("start", call)

    def stop(self, call: str) -> None:
        self._note("stop", call)

    def pause(self, call: str) -> None:
        self._note("pause", call)

    def resume(self, call: str) -> None:
        self._note("resume", call)


class FakeAttendance:
    """Shows at once what agents want."""

    def __init__(self, agents: dict[str, AgentLive], hub: Hub) -> None:
        self._agents = agents
        self._hub = hub
        self.wrap_ups: list[tuple[str, float | None, bool]] = []

    async def set_status(
        self, agent: str, status: AgentStatus, reason: str, *, after_work: bool = False, phone: str | None = None
    ) -> None:
        if phone == "9999":
            raise Invalid(f"there is no phone {phone}", field="phone")
        changed = {"pending": status} if after_work else {"status": status, "reason": reason, "phone": phone or ""}
        self._agents[agent] = self._agents[agent].model_copy(update=changed)
        self._hub.publish("agent", agent, self._agents[agent])

    async def change_wrap_up(self, agent: str, extend_s: float | None, *, forced: bool = False) -> None:
        self.wrap_ups.append((agent, extend_s, forced))


class NoBanStore:
    """Forgets at once."""

    def save(self, ban: Ban) -> None:
        return

    def remove(self, source: str) -> None:
        return


class FakeCentre:
    """Remembers what it was asked."""

    def __init__(self, store: Store, folder: Path) -> None:
        """``folder`` holds the sound of voicemail."""
        self.store = store
        self.configuration = Configuration(store, self.check, self.apply)
        self.hub = Hub(self.snapshot, collect=lambda: self.conferences.tell(self.hub), tick_s=0.01, patience_s=0.3)
        self.guard = Guard(
            GuardRules(trusted=(ip_network("127.0.0.0/8"),)),
            send=lambda data, flow: None,
            store=NoBanStore(),
            publish=self._guard_told,
            clock=time.time,
            calls_of=lambda source: 0,
        )
        self.bans = BanDesk(self.guard, self.hub)
        self.do_not_call = DoNotCall(store)
        self.seal = Seal(bytes(32))
        self.quality = QualityDesk(self.hub)
        self.commands: list[Command] = []
        self.directory = Directory()
        self.voicemail = folder
        self.mailboxes = Mailboxes(store, self.hub, self.directory, folder, self.commands.append)
        self.prompts = PromptFiles(folder / "prompts")
        self.changes: list[Change] = []
        self.checked: list[Noun] = []
        self.queues: dict[str, QueueLive] = {}
        self.agents: dict[str, AgentLive] = {}
        self.trunks: dict[str, TrunkLive] = {}
        self.live_calls: dict[str, LiveCall] = {}
        self.library = Library(store, folder / "recordings", KeyRing(), compress=False)
        self.archive = Archive(store, self.library)
        self.recording = FakeRecording(self.live_calls)
        self.handling = self.supervision = FakeHandling(self.live_calls)
        self.visits: dict[str, Visit] = {}
        self.conferences = ConferenceDesk(self.visits, self.commands.extend)
        self.explanations: dict[str, dict[str, Any]] = {}
        self.ladders: dict[str, list[Step]] = {}
        self.originated: list[tuple[str, str]] = []
        self.attendance = FakeAttendance(self.agents, self.hub)
        self.priorities: list[tuple[str, int]] = []
        self.router = Router()
        self.kept: dict[str, CallbackRequest | None] = {}
        self.callbacks = CallbackDesk(
            self.directory,
            lambda event: self.callbacks_decided(self.router.decide(event, time.time())),
            CallbackSurroundings(
                work=self.router.work_live,
                keep=self.kept.__setitem__,
                new_call_id=lambda: f"call-{next(self.ids)}",
                draining=lambda: not self.is_ready,
            ),
        )
        self.dialer, self.leads = campaign_desk(store, self.directory, self.hub), LeadDesk(store)
        self.imports = ImportDesk(store, folder / "imports", f"sqlite+aiosqlite:///{folder / 'centrala.sqlite'}")
        self.imports.changed = lambda job: self.hub.publish("import", job.id, import_shown(job))
        self.work = WorkDesk(
            self.directory,
            store,
            self.hub,
            WorkSurroundings(
                post=lambda event: self.work.decided(self.router.decide(event, time.time())),
                flush=self._flushed,
                works=lambda: [live for work in self.router.works() if (live := self.router.work_live(work))],
                work=self.router.work_live,
                agent=self.router.agent_live,
                write=WriteBehind(store).add,
                new_id=lambda: f"work-{next(self.ids)}",
                clock=time.time,
            ),
        )
        self.ids = count(1)
        self.is_ready = True
        self.breaks_down = False

    def _guard_told(self, event: Event) -> None:
        assert isinstance(event, SourceBanned | SourceReleased)
        self.bans.told(event)

    def callbacks_decided(self, decisions: list[Decision]) -> None:
        for decision in decisions:
            self.commands += self.callbacks.commands_for(decision)

    async def _flushed(self) -> None:
        return

    def turn_away(self, call: str) -> bool:
        return self.live_calls.pop(call).state == "waiting"

    def leads_on(self, number: str) -> bool:
        return number != "999"

    def snapshot(self) -> Snapshot:
        return Snapshot(
            queues=list(self.queues.values()),
            agents=list(self.agents.values()),
            calls=list(self.live_calls.values()),
            conferences=self.conferences.live(),
            work=self.work.orders(),
            campaigns=self.dialer.lives(),
        )

    async def check(self, value: Noun) -> None:
        self.checked.append(value)

    async def apply(self, change: Change) -> None:
        self.changes.append(change)
        if change.noun == "campaign":
            self.directory.change(change)
            self.dialer.changed(change)
        if change.noun == "agent":
            if change.value is None:
                self.agents.pop(change.id)
            else:
                self.agents.setdefault(change.id, agent_live(change.id))
        if change.noun == "queue":
            if change.value is None:
                self.queues.pop(change.id)
            else:
                self.queues.setdefault(change.id, queue_live(change.id))

    def queues_live(self) -> list[QueueLive]:
        return list(self.queues.values())

    def queue_live(self, queue: str) -> QueueLive | None:
        return self.queues.get(queue)

    def agent_live(self, agent: str) -> AgentLive | None:
        return self.agents.get(agent)

    def trunk_live(self, trunk: str) -> TrunkLive | None:
        return self.trunks.get(trunk)

    async def set_priority(self, call: str, priority: int) -> None:
        self.priorities.append((call, priority))

    def why_idle(self, agent: str) -> Idleness | None:
        if agent not in self.agents:
            return None
        return Idleness(agent=agent, rule="free", detail="", since=1.0, queues=["support"], elsewhere=[])

    def calls(self) -> list[LiveCall]:
        return list(self.live_calls.values())

    def call(self, call: str) -> LiveCall | None:
        return self.live_calls.get(call)

    def why(self, call: str) -> dict[str, Any] | None:
        return self.explanations.get(call)

    def ladder(self, call: str) -> list[Step]:
        return self.ladders.get(call, [])

    async def originate(self, agent: str, to: str) -> str:
        if not self.agents[agent].reachable:
            raise Refused(f"the phone of agent {agent} is not registered")
        self.originated.append((agent, to))
        return f"call-{len(self.originated)}"

    def hangup(self, call: str) -> None:
        del self.live_calls[call]

    def status(self) -> Status:
        if self.breaks_down:
            raise RuntimeError("the cellar is flooded")
        return Status(
            calls=len(self.live_calls),
            legs=0,
            waiting=0,
            ports_in_use=0,
            transactions=0,
            dialogs=0,
            registrations=0,
            agents={"idle": len(self.agents)},
            open_files=1,
            tasks=1,
            started_at=NOW,
            uptime_s=time.time() - NOW,
            version="0",
            draining=not self.is_ready,
        )

    def ready(self) -> bool:
        return self.is_ready
