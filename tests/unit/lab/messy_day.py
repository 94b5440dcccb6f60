"""A day on which everything happens, as a journal would have kept it."""

from __future__ import annotations

from msgspec.structs import replace

from acd import events
from acd.agent import AgentStatus
from acd.decisions import Decision, RefusalCause
from acd.journal import encode_record, encode_state
from acd.model import AgentProfile, OverflowCause, OverflowRule, Queue, Relaxation, WorkItem
from lab.chance import Spread, draw
from lab.day import Stretch, encode_decisions
from lab.simulation import Simulation
from lab.tracking import Cue, CueKind

EPOCH = 1_764_150_000.123
HOUR_S = 3600.0
SUPPORT = Queue(
    "support",
    "tech >= 3",
    ring_timeout_s=15.0,
    wrap_up_s=20.0,
    max_wait_s=300.0,
    overflow=OverflowRule("queue:sales", (OverflowCause.MAX_WAIT,)),
    relax=(Relaxation(60.0, "tech"),),
)
SALES = Queue("sales", "sell", strategy="random", wrap_up_s=10.0, max_length=30, resume_s=600.0, callback_retry_s=200.0)
AGENTS = {
    "ana": {"tech": 8}, "boris": {"tech": 5, "sell": 5}, "ceca": {"tech": 2, "sell": 8},
    "dule": {"sell": 3}, "ema": {"tech": 9, "sell": 1},
}  # fmt: skip


class MessyWorld:
    """Agents who decline and miss calls, callers who come again, timers that are served late."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._count = 0

    def clock(self, due: float) -> tuple[float, float]:
        return due + 0.004 * draw(self._seed, f"late {due}"), 0.0

    def react(self, simulation: Simulation, cue: Cue) -> None:
        self._count += 1
        now, chance = simulation.now, draw(self._seed, f"{self._count} {cue.kind} {cue.work}")
        later = now + Spread(_MEAN_S[cue.kind]).at(draw(self._seed, f"{self._count} after"))
        for event in self._answers(cue, chance):
            simulation.schedule(later, event, cue)

    def _answers(self, cue: Cue, chance: float) -> list[events.Event]:
        match cue.kind:
            case CueKind.WAIT:
                return [events.WorkAbandoned(cue.work)]
            case CueKind.OFFER if chance < 0.8:
                return [events.OfferRinging(cue.work, cue.agent), events.OfferAccepted(cue.work, cue.agent)]
            case CueKind.OFFER if chance < 0.9:
                return [events.OfferRefused(cue.work, cue.agent, RefusalCause.DECLINED)]
            case CueKind.TALK if chance < 0.1:
                return [events.WorkHeld(cue.work, True), events.WorkHeld(cue.work, False), events.WorkEnded(cue.work)]
            case CueKind.TALK:
                return [events.WorkEnded(cue.work)]
            case CueKind.DIAL if chance < 0.6:
                return [events.CallbackConnected(cue.work)]
            case CueKind.DIAL:
                return [events.CallbackFailed(cue.work)]
            case CueKind.WRAP_UP if chance < 0.3:
                return [events.WrapUpExtended(cue.agent, 15.0)]
            case CueKind.WRAP_UP if chance < 0.6:
                return [events.WrapUpEnded(cue.agent)]
            case CueKind.MOVED:
                return [events.WorkArrived(WorkItem(cue.work, "sales", cue.at - 300.0, cue.work[:5]))]
            case CueKind.DROPPED if chance < 0.03:
                return [events.WorkArrived(WorkItem(cue.work, cue.queue, cue.at, cue.work[:5]))]
            case _:
                return []


_MEAN_S = {
    CueKind.WAIT: 150.0, CueKind.OFFER: 6.0, CueKind.DIAL: 8.0, CueKind.TALK: 120.0,
    CueKind.WRAP_UP: 8.0, CueKind.MOVED: 0.002, CueKind.DROPPED: 0.002,
}  # fmt: skip


def messy_day(seed: int = 1, hours: float = 2.0, stretches: int = 3) -> list[Stretch]:
    """The day of a centre that was already at work for half an hour."""
    simulation = Simulation(MessyWorld(seed), at=EPOCH)
    written: list[Stretch] = []
    base: bytes | None = None
    records: list[bytes] = []
    decisions: list[bytes | None] = []

    def listen(event: events.Event, taken: list[Decision], at: float) -> None:
        records.append(encode_record(at, event))
        decisions.append(encode_decisions(taken))

    simulation.listen = listen
    for queue in (SUPPORT, SALES):
        simulation.happen(events.QueueDeclared(queue), EPOCH)
    for agent, skills in AGENTS.items():
        simulation.happen(events.AgentDeclared(AgentProfile(agent, agent, skills)), EPOCH)
        simulation.happen(events.AgentReachable(agent, True), EPOCH)
        simulation.happen(events.AgentStatusSet(agent, AgentStatus.AVAILABLE), EPOCH)
    _given(simulation, seed, hours * HOUR_S + 1800)
    for number in range(stretches + 1):
        simulation.run(until=EPOCH + 1800 + number * hours * HOUR_S / stretches)
        if number:
            written.append(Stretch(base, list(records), list(decisions)))
        base = encode_state(simulation.router.state())
        records.clear()
        decisions.clear()
    return written


def _given(simulation: Simulation, seed: int, length_s: float) -> None:
    at = number = 0
    while at < length_s:
        number += 1
        at += Spread(28.0).at(draw(seed, f"gap {number}"))  # type: ignore[assignment]
        work, queue = f"c{number:04}", "support" if draw(seed, f"queue {number}") < 0.6 else "sales"
        simulation.schedule(EPOCH + at, events.WorkArrived(WorkItem(work, queue, EPOCH + at - 0.01, work)))
        wish = draw(seed, f"wish {number}")
        if wish < 0.05:
            simulation.schedule(EPOCH + at + 30, events.CallbackRequested(work))
        elif wish < 0.08:
            simulation.schedule(EPOCH + at + 40, events.WorkDiverted(work, "voicemail:sales"))
        elif wish < 0.1:
            simulation.schedule(EPOCH + at + 20, events.WorkReprioritised(work, 3))
        elif wish < 0.11:
            simulation.schedule(EPOCH + at + 25, events.WorkWithdrawn(work))
    for hour, agent in enumerate(AGENTS):
        pause = EPOCH + 1900 + 700 * hour
        simulation.schedule(pause, events.AgentStatusSet(agent, AgentStatus.BREAK, "lunch", after_work=hour % 2 == 0))
        simulation.schedule(pause + 500, events.AgentStatusSet(agent, AgentStatus.AVAILABLE))
        simulation.schedule(pause + 900, events.AgentEngaged(agent, True))
        simulation.schedule(pause + 960, events.AgentEngaged(agent, False))
    simulation.schedule(EPOCH + 4000, events.AgentReachable("ema", False))
    simulation.schedule(EPOCH + 4100, events.AgentReachable("ema", True))
    simulation.schedule(EPOCH + 5000, events.QueueDeclared(replace(SUPPORT, strategy="best_skill")))
