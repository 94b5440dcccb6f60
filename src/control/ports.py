"""What the HTTP side needs of the running centre; ``wiring`` provides it, tests provide a fake."""

from __future__ import annotations

from typing import Any, Protocol

from acd.agent import AgentStatus
from control.adapters.bans import BanDesk
from control.adapters.callbacks import CallbackDesk
from control.adapters.conferences import ConferenceDesk
from control.adapters.mailboxes import Mailboxes
from control.adapters.quality import QualityDesk
from control.adapters.work import WorkDesk
from control.campaigns.importing.desk import ImportDesk
from control.campaigns.leads import LeadDesk
from control.compliance.do_not_call import DoNotCall
from control.compliance.seal import Seal
from control.configuration import Configuration
from control.prompt_files import PromptFiles
from control.realtime.hub import Hub
from control.recordings.archive import Archive
from control.schemas.agent import Idleness
from control.schemas.call import LiveCall
from control.schemas.dialing import CampaignLive, LeadBefore
from control.schemas.live import AgentLive, QueueLive
from control.schemas.status import Status
from control.schemas.trunk import TrunkLive
from control.store.campaigns import CampaignRun
from control.store.store import Store
from dialer.campaign import Run
from pbx.ladder.step import Step
from pbx.supervision import Mode


class Handling(Protocol):
    """What may be asked of a call that stands.

    Each verb raises NotFound for a call that is over, Invalid for an agent who does not exist, and Refused where the
    call's present state does not allow it. ``agent`` names whose side acts; None is the one who spoke last.
    """

    def hold(self, call: str, agent: str | None = None) -> None:
        """Keep the other side waiting, with music."""

    def resume(self, call: str, agent: str | None = None) -> None:
        """End such a hold."""

    def transfer(self, call: str, to: str, *, attended: bool, agent: str | None = None) -> None:
        """Give the other side away to a number, at once or (``attended``) after speaking there first."""

    def park(self, call: str, slot: str | None = None, agent: str | None = None) -> str:
        """Park the other side; the slot that it waits in."""

    def send_digits(self, call: str, digits: str, duration_ms: int, agent: str | None = None) -> None:
        """Press keys for the other side."""

    def complete_transfer(self, call: str) -> None:
        """Leave the other side and the consulted party to each other."""

    def cancel_transfer(self, call: str) -> None:
        """Come back to the other side."""

    def join_transfer(self, call: str) -> None:
        """Let both sides and the consulted party talk."""

    def add_party(self, call: str, to: str, agent: str | None = None) -> None:
        """Ring a number, and let both sides and whoever answers talk."""


class Attending(Protocol):
    """Agents who log in, pause, leave and wrap up; an agent's live view shows it when a verb returns."""

    async def set_status(
        self, agent: str, status: AgentStatus, reason: str, *, after_work: bool = False, phone: str | None = None
    ) -> None:
        """Let an agent log in (at another ``phone``), pause or leave, now or when her present work is over.

        Raises Invalid for a phone that there is not.
        """

    async def change_wrap_up(self, agent: str, extend_s: float | None, *, forced: bool = False) -> None:
        """End an agent's wrap-up (``extend_s`` None), or extend it; as far as the queue allows, unless ``forced``."""


class Supervising(Protocol):
    """Supervisors of calls. Raises as ``Handling`` does."""

    def supervise(self, call: str, mode: Mode, supervisor: str, agent: str | None = None) -> None:
        """Let a supervisor, by id or extension, be with a call in this mode; her phone rings, unless she is there."""

    def dismiss(self, call: str, supervisor: str) -> None:
        """End that."""


class CallRecording(Protocol):
    """What may be asked of a call's recording.

    Each verb raises NotFound for a call that is over, and Refused where its rules or its state do not allow it.
    """

    def start(self, call: str) -> None:
        """Record it from now on."""

    def stop(self, call: str) -> None:
        """End its recording."""

    def pause(self, call: str) -> None:
        """Record silence until ``resume``."""

    def resume(self, call: str) -> None:
        """Record again."""


class DialerDesk(Protocol):
    """Campaigns as they run."""

    def run(self, campaign: str) -> CampaignRun:
        """Whether a campaign dials."""

    async def set_run(self, campaign: str, run: Run, reason: str = "") -> CampaignRun:
        """Let a campaign run, pause or stop, and keep that over restarts; ``reason`` says why where nobody asked.

        Raises NotFound, and Refused for pausing what does not run.
        """

    def live(self, campaign: str) -> CampaignLive | None:
        """A campaign's figures of this moment."""

    def before(self, agent: str) -> LeadBefore | None:
        """The lead that an agent looks at."""

    def answer_preview(self, agent: str, *, dials: bool) -> None:
        """An agent dials the lead that she looks at, or skips it. Raises NotFound, Refused."""

    async def call(self, campaign: str, agent: str, *, number: str = "", lead: int | None = None) -> str:
        """Let an agent call a lead, or a number; the call's id. Raises NotFound, Refused."""

    def leads_came(self, campaign: str) -> None:
        """A campaign has leads that it had not."""


class Centre(Protocol):
    """The running centre: its store, its live figures, and what one may ask of it."""

    @property
    def store(self) -> Store:
        """Configuration and call records."""

    @property
    def configuration(self) -> Configuration:
        """The one way in which the configuration changes."""

    @property
    def hub(self) -> Hub:
        """Where live changes are told."""

    @property
    def handling(self) -> Handling:
        """What may be asked of a call that stands."""

    @property
    def attendance(self) -> Attending:
        """What agents want."""

    @property
    def conferences(self) -> ConferenceDesk:
        """Conference rooms."""

    @property
    def supervision(self) -> Supervising:
        """Who is with which call."""

    @property
    def mailboxes(self) -> Mailboxes:
        """Voicemail."""

    @property
    def prompts(self) -> PromptFiles:
        """Recordings that callers hear."""

    @property
    def quality(self) -> QualityDesk:
        """How audio is."""

    @property
    def recording(self) -> CallRecording:
        """What may be asked of a call's recording."""

    @property
    def archive(self) -> Archive:
        """The recordings that are kept."""

    @property
    def bans(self) -> BanDesk:
        """Who is not listened to."""

    @property
    def callbacks(self) -> CallbackDesk:
        """Who is to be called back."""

    @property
    def dialer(self) -> DialerDesk:
        """Campaigns as they run."""

    @property
    def imports(self) -> ImportDesk:
        """Lists that come in."""

    @property
    def leads(self) -> LeadDesk:
        """Whom campaigns call."""

    @property
    def work(self) -> WorkDesk:
        """What is to be done without a telephone."""

    @property
    def do_not_call(self) -> DoNotCall:
        """Who must not be called."""

    @property
    def seal(self) -> Seal:
        """What hides numbers in the ledger, and signs it."""

    def leads_on(self, number: str) -> bool:
        """Whether a number leads anywhere."""

    def queues_live(self) -> list[QueueLive]:
        """The figures of every queue."""

    def queue_live(self, queue: str) -> QueueLive | None:
        """The figures of a queue, None when there is none."""

    def agent_live(self, agent: str) -> AgentLive | None:
        """What an agent wants and does, None when there is none."""

    def trunk_live(self, trunk: str) -> TrunkLive | None:
        """A trunk's state and figures, None when there is none."""

    async def set_priority(self, call: str, priority: int) -> None:
        """Give a call that waits another priority; another call is none of our concern."""

    def turn_away(self, call: str) -> bool:
        """Let a caller who waits for an agent go; False for one who does not wait."""

    def why_idle(self, agent: str) -> Idleness | None:
        """What keeps work from an agent, None when there is no such agent."""

    def calls(self) -> list[LiveCall]:
        """The calls in progress."""

    def call(self, call: str) -> LiveCall | None:
        """A call in progress."""

    def why(self, call: str) -> dict[str, Any] | None:
        """How the router decided on a call, None when it never did or has forgotten."""

    def ladder(self, call: str) -> list[Step]:
        """The SIP messages of a call, in the order of time; empty where none are kept (any more)."""

    async def originate(self, agent: str, to: str) -> str:
        """Ring an agent's phone, then the number on the agent's behalf; the new call's id.

        Raises Refused (the phone is not there, or busy) or Draining.
        """

    def hangup(self, call: str) -> None:
        """End a call, all its legs; one that ended already is none of our concern."""

    def status(self) -> Status:
        """The figures of the whole program."""

    def ready(self) -> bool:
        """Whether calls are taken: started, not draining, store and journal at hand."""
