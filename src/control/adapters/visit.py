"""A visit: one call as the centre sees it, from the first ring to its record."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from control.schemas.call import CallState, LiveCall, SupervisorShown
from control.schemas.quality import LegTrouble
from pbx.events import FlowStepped, TransferStarted
from pbx.supervision import Mode
from pbx.wish import Wish

MAX_STEPS = 200
MAX_PATH = 500
"""Characters of a path in a record."""


Hears: TypeAlias = Literal["announcements", "music", "nothing"]
"""What a party hears in a queue: all that the queue says, its music alone, or silence."""


class Supervisor(Struct):
    """One supervisor of a call, from the ringing of her phone on."""

    agent: str
    mode: Mode
    since: float | None = None
    """When she came in; None while her phone rings."""


class Visit:
    """What is known of a live call beyond its legs; times are seconds since the epoch."""

    __slots__ = ("added", "agent", "agents", "answered_at", "call", "caller", "caller_name", "campaign",
                 "connected_at", "direction", "dropped", "hears", "holding", "hurries", "joined", "leg", "legs",
                 "move", "number", "offers", "overflows", "party", "party_name", "priority", "promised", "queue",
                 "queued_at", "recorded", "recording", "since", "slot", "started_at", "state", "steps",
                 "supervisors", "talking", "target", "troubles", "turned_away", "wish", "work")  # fmt: skip

    def __init__(
        self, call: str, direction: str, caller: str, caller_name: str, number: str, started_at: float
    ) -> None:
        self.call = call
        self.direction = direction
        self.caller = caller
        self.caller_name = caller_name
        self.number = number
        self.started_at = started_at
        self.target: str | None = None
        self.work = call
        """Its id for the distributor: an attempt to call somebody back is work under another one."""
        self.queue: str | None = None
        """The queue it waits in, or came through."""
        self.wish: Wish | None = None
        """By whom it would rather be served in that queue."""
        self.queued_at: float | None = None
        """When it first entered a queue; kept when it moves on to another."""
        self.agent: str | None = None
        """The last agent who was asked, or spoke."""
        self.agents: dict[str, str] = {}
        """Whose phone a leg is, by leg; only of our own agents."""
        self.talking: tuple[str, str] | tuple[()] = ()
        """The two legs that were bridged last; none once one of them is over."""
        self.added: str | None = None
        """The leg of a third party that talks with them."""
        self.supervisors: dict[str, Supervisor] = {}
        """Who supervises it, by leg."""
        self.holding: set[str] = set()
        """The legs that keep their partners waiting."""
        self.move: TransferStarted | None = None
        """The transfer that is under way."""
        self.slot: str | None = None
        """Where it is parked."""
        self.troubles: dict[tuple[str, str], LegTrouble] = {}
        """What is wrong with its audio now, by leg and trouble."""
        self.joined = False
        """Whether the caller has spoken since it last entered a queue."""
        self.leg = ""
        """The caller's leg, once a queue has it."""
        self.legs = 0
        """How many legs were made for agents."""
        self.offers: dict[str, str] = {}
        """The leg that rings for an agent, by agent."""
        self.answered_at: float | None = None
        self.connected_at: float | None = None
        self.dropped = 0
        """How many agents answered it and were gone before they heard the caller."""
        self.party, self.party_name = caller, caller_name
        """Who waits in the queue, and is shown to its agents: the caller, or who was called out or transferred."""
        self.campaign: str | None = None
        """The campaign that called it out."""
        self.priority = 0
        """What it has in the queue, as ``acd.model.WorkItem``."""
        self.hears: Hears = "announcements"
        """What it hears while it waits there."""
        self.hurries = False
        """Whether its agents' phones are asked to answer by themselves."""
        self.promised = False
        """Whether it left the line to be called back."""
        self.overflows = 0
        """How often a queue sent it elsewhere."""
        self.turned_away = False
        self.recorded: tuple[str, ...] = ()
        """The ids of its recordings."""
        self.recording: Literal["on", "paused"] | None = None
        """Whether it is recorded; None for no."""
        self.steps: tuple[FlowStepped, ...] = ()
        """The steps of flows that it has passed, the first ``MAX_STEPS`` of them."""
        self.state: CallState = "starting"
        self.since = started_at

    def become(self, state: CallState, at: float) -> None:
        """Enter a state."""
        if state != self.state:
            self.state, self.since = state, at

    def take_over(self, other: Visit) -> None:
        """Another visit's call is a part of this one's now."""
        self.agents |= other.agents
        self.holding |= other.holding
        self.recorded += other.recorded
        self.recording = self.recording or other.recording
        self.queue = self.queue or other.queue
        self.answered_at = self.answered_at or other.answered_at

    def stepped(self, event: FlowStepped) -> None:
        """Note a step of a flow."""
        if len(self.steps) < MAX_STEPS:
            self.steps = (*self.steps, event)

    @property
    def flow_path(self) -> str | None:
        """Its way through flows in few words: ``menu 1 > support queue:support``; None where it was in none."""
        return " > ".join(f"{one.step} {one.outcome}".strip() for one in self.steps)[:MAX_PATH] or None

    @property
    def consulting(self) -> bool:
        """Whether the two who talk are a transferor and whom it asks first."""
        return self.move is not None and self.move.consulting and self.move.leg in self.talking

    def shown(self) -> LiveCall:
        """The call as it is shown."""
        return LiveCall(
            id=self.call,
            direction="outbound" if self.direction == "outbound" else "inbound",
            caller=self.caller,
            caller_name=self.caller_name,
            number=self.number,
            target=self.target,
            queue=self.queue,
            agent=self.agent,
            state=self.state,
            since=self.since,
            started_at=self.started_at,
            answered_at=self.answered_at,
            slot=self.slot,
            troubles=list(self.troubles.values()),
            recording=self.recording,
            supervisors=[
                SupervisorShown(agent=one.agent, mode=one.mode, since=one.since)
                for one in self.supervisors.values()
                if one.since is not None
            ],
        )
