"""What holds of the router whatever happens, in whatever order: found by hypothesis, which also kills and restarts it.

Accepting, timing out, giving up and configuring cross each other here as they please.
"""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from acd import events
from acd.agent import AgentStatus
from acd.channels import FULL, YIELDING, open_to
from acd.decisions import Connect, Decision, DialBack, Offer, Overflow, RefusalCause, Refuse, WithdrawOffer
from acd.journal import decode_state, encode_record, encode_state, replay
from acd.model import (
    AgentProfile,
    Channel,
    Member,
    OverflowCause,
    OverflowRule,
    Queue,
    Relaxation,
    SitePreference,
    WorkItem,
)
from acd.records import WorkState
from acd.router import Router
from acd.strategies import STRATEGIES
from acd.waiting import WaitingQueue

AGENTS = st.sampled_from(("ana", "bojan", "ceca"))
QUEUES = st.sampled_from(("support", "sales"))
IMMEDIATE = sorted(name for name, strategy in STRATEGIES.items() if not strategy.in_batches)


class Floor(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.router = Router()
        self.now = 1_000.0
        self.snapshot: bytes | None = None
        self.records: list[bytes] = []
        self.works = 0
        self.offers: dict[str, list[str]] = {}
        self.connected: dict[str, str] = {}
        self.dialled: set[tuple[str, int]] = set()

    def tell(self, event: events.Event) -> list[Decision]:
        decisions = self.router.decide(event, self.now)
        self.records.append(encode_record(self.now, event))
        for decision in decisions:
            match decision:
                case Offer(work=work, agent=agent, queue=queue):
                    ringing = self.offers.setdefault(work, [])
                    assert agent not in ringing
                    assert not ringing or self.strategies[queue] == "ring_all", "offered twice at a time"
                    ringing.append(agent)
                case WithdrawOffer(work=work, agent=agent):
                    self.offers[work].remove(agent)
                case Connect(work=work, agent=agent):
                    assert work not in self.connected, "connected twice"
                    self.offers[work].remove(agent)
                    self.connected[work] = agent
                case DialBack(work=work, agent=agent, attempt=attempt):
                    assert (work, attempt) not in self.dialled, "dialled twice"
                    self.offers[work].remove(agent)
                    self.dialled.add((work, attempt))
                case Overflow(work=work) | Refuse(work=work):
                    assert not self.offers.get(work), "rings for work that left"
                case _:
                    pass
        return decisions

    @initialize()
    def open(self) -> None:
        self.strategies: dict[str, str] = {}
        for queue in ("support", "sales"):
            self.declare_queue(queue, "longest_idle", "", False, None, "voicemail:x")
        for agent in ("ana", "bojan", "ceca"):
            self.declare_agent(agent, 5, 1, "nis")
            self.tell(events.AgentReachable(agent, True))
            self.tell(events.AgentStatusSet(agent, AgentStatus.AVAILABLE))

    @rule(
        queue=QUEUES,
        strategy=st.sampled_from(IMMEDIATE),
        requires=st.sampled_from(("", "sr >= 5")),
        members=st.booleans(),
        longest=st.sampled_from((None, 5.0)),
        overflow=st.sampled_from(("voicemail:x", "site:manila")),
    )
    def declare_queue(
        self, queue: str, strategy: str, requires: str, members: bool, longest: float | None, overflow: str
    ) -> None:
        # Only what rings when the strategy changes may go on to ring for several.
        if not any(self.offers.values()):
            self.strategies[queue] = strategy
        else:
            strategy = self.strategies[queue]
        config = Queue(
            queue,
            requires,
            strategy,
            ring_timeout_s=3.0,
            wrap_up_s=1.0,
            retry_delay_s=1.0,
            max_wait_s=longest,
            overflow=OverflowRule(overflow, (OverflowCause.MAX_WAIT, OverflowCause.NO_AGENTS)),
            sites=(SitePreference("nis"),) if overflow.startswith("site:") else (),
            relax=(Relaxation(2.0, "sr"),),
            members=(Member("ana", 1), Member("ceca")) if members else (),
        )
        self.tell(events.QueueDeclared(config))

    @rule(
        agent=AGENTS,
        level=st.sampled_from((0, 3, 9)),
        calls=st.sampled_from((1, 2)),
        site=st.sampled_from(("nis", "manila")),
    )
    def declare_agent(self, agent: str, level: int, calls: int, site: str) -> None:
        skills = {"sr": level} if level else {}
        profile = AgentProfile(agent, skills=skills, site=site, capacity={Channel.VOICE: calls})
        self.tell(events.AgentDeclared(profile))

    @rule(agent=AGENTS, status=st.sampled_from(AgentStatus), later=st.booleans())
    def set_status(self, agent: str, status: AgentStatus, later: bool) -> None:
        self.tell(events.AgentStatusSet(agent, status, after_work=later))

    @rule(agent=AGENTS, there=st.booleans())
    def reach(self, agent: str, there: bool) -> None:
        self.tell(events.AgentReachable(agent, there))

    @rule(queue=QUEUES, channel=st.sampled_from(Channel), preferred=st.one_of(st.none(), AGENTS))
    def arrive(self, queue: str, channel: Channel, preferred: str | None) -> None:
        self.works += 1
        named = (preferred,) if preferred else ()
        item = WorkItem(f"w{self.works}", queue, self.now, "+381", channel, preferred=named, preferred_s=2.0)
        self.tell(events.WorkArrived(item))

    @rule(back=st.integers(0, 5), agent=AGENTS)
    def accept(self, back: int, agent: str) -> None:
        self.tell(events.OfferAccepted(f"w{self.works - back}", agent))

    @rule(back=st.integers(0, 5), agent=AGENTS, cause=st.sampled_from(RefusalCause))
    def refuse(self, back: int, agent: str, cause: RefusalCause) -> None:
        work = f"w{self.works - back}"
        if agent in self.offers.get(work, []):
            self.offers[work].remove(agent)
        self.tell(events.OfferRefused(work, agent, cause))

    @rule(back=st.integers(0, 8), kind=st.sampled_from((events.WorkAbandoned, events.WorkEnded, events.WorkWithdrawn)))
    def leave(self, back: int, kind: type[events.WorkAbandoned | events.WorkEnded | events.WorkWithdrawn]) -> None:
        self.tell(kind(f"w{self.works - back}"))

    @rule(back=st.integers(0, 5), reached=st.booleans())
    def call_back(self, back: int, reached: bool) -> None:
        work = f"w{self.works - back}"
        self.tell(events.CallbackRequested(work))
        self.tell(events.CallbackConnected(work) if reached else events.CallbackFailed(work))

    @rule(seconds=st.sampled_from((0.0, 0.5, 1.0, 2.0, 5.0)))
    def pass_time(self, seconds: float) -> None:
        self.now += seconds
        self.tell(events.ClockReached())

    @rule()
    def snapshot_now(self) -> None:
        self.snapshot, self.records = encode_state(self.router.state()), []

    @rule()
    def crash(self) -> None:
        """Kill -9, and a start from the journal."""
        before = encode_state(self.router.state())
        self.router, _ = replay(self.snapshot, self.records)
        assert encode_state(self.router.state()) == before

    @invariant()
    def nobody_waits_in_vain_and_nobody_has_too_much(self) -> None:
        state = decode_state(encode_state(self.router.state()))
        queues = {queue.config.id: WaitingQueue(queue.config, queue.counters) for queue in state.queues}
        for agent in state.agents:
            firm = [one.weight for one in agent.assignments.values() if one.channel not in YIELDING]
            assert sum(firm) <= FULL
        for work in state.works:
            for agent in state.agents if work.state is WorkState.WAITING else ():
                seat = queues[work.item.queue].seat_of(agent.profile)
                named = work.reserved_until is not None
                asked = seat is not None and seat.reached(work.step, work.opened is not None)
                fits = agent.profile.id in work.preferred if named else asked
                assert not (fits and work.item.channel in open_to(agent))


TestFloor = Floor.TestCase
TestFloor.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
