"""Which numbers are called now: how many each campaign may, whom of its list, and whether the rules allow it."""

from __future__ import annotations

from msgspec.structs import replace

from dialer import caller_id
from dialer.abandon import gives_up_at
from dialer.answering import rules_of
from dialer.attempt import Attempt
from dialer.campaign import Campaign, Mode, Run
from dialer.compliance.verdict import Permit, Refusal
from dialer.decisions import Dial, FetchLeads, Refuse, SetRun
from dialer.detecting.detector import Detector
from dialer.events import Activity
from dialer.floor import Floor
from dialer.lead import Lead, LeadNumber, LeadState
from dialer.recycling import in_turn
from dialer.running import Running
from dialer.sharing import share_lines

AGENTLESS_LINES = 10
"""Of an agentless campaign that names no limit."""
MOST_REFUSED = 200
"""So many leads are refused in one go at most; the others are looked at a moment later."""


def pace(floor: Floor, now: float) -> None:
    """Place as many calls as the campaigns want and lines allow."""
    wanted = {}
    for id, running in floor.runnings.items():
        if running.run is Run.RUNNING:
            _end_by_itself(floor, running, now)
        if running.dials(now) and not _yields(floor, running):
            wanted[id] = _wanted(floor, running, now)
    weights = {id: floor.runnings[id].campaign.weight for id in wanted}
    for id, count in share_lines(wanted, weights, floor.lines).items():
        running = floor.runnings[id]
        _dial(floor, running, count, now)
        _fetch(floor, running, wanted[id], now)


def _end_by_itself(floor: Floor, running: Running, now: float) -> None:
    campaign = running.campaign
    why = ""
    if campaign.ends_at is not None and now >= campaign.ends_at:
        why = "its end has come"
    elif campaign.quota is not None and running.conversions >= campaign.quota:
        why = "its quota is reached"
    if why:
        running.run = Run.STOPPED
        floor.decide(SetRun(campaign.id, Run.STOPPED, why))


def _yields(floor: Floor, running: Running) -> bool:
    """Whether inbound work that shares its agents is served too badly for it to dial."""
    below = running.campaign.yields_below
    if below is None:
        return False
    queues = set().union(*(seen.queues for seen in running.agents.values()))
    levels = (floor.levels.get(queue) for queue in queues if queue != running.campaign.queue)
    return any(level is not None and level < below for level in levels)


def _wanted(floor: Floor, running: Running, now: float) -> int:
    campaign, room = running.campaign, running.room()
    if campaign.mode is Mode.PREVIEW:
        return 0
    if campaign.mode is Mode.AGENTLESS:
        return max(0, AGENTLESS_LINES - len(running.attempts)) if room is None else room
    measure = floor.abandonment(campaign)
    tallies = [measure.running(now), *([measure.today(now)] if campaign.abandon_daily else [])]
    tally = min(tallies, key=lambda one: one.credit(campaign.abandon_limit))
    count = running.pacing.decide(running.view(tally.answered, tally.abandoned, now))
    return count if room is None else min(count, room)


def _dial(floor: Floor, running: Running, count: int, now: float) -> None:
    refused = 0
    while count > 0 and running.hopper and refused < MOST_REFUSED:
        lead = running.hopper.popleft()
        if lead.state is LeadState.CALLBACK and lead.owner:
            _call_back(floor, running, lead, now)
        elif dial(floor, running, lead, running.campaign.mode, now):
            count -= 1
        else:
            refused += 1


def _call_back(floor: Floor, running: Running, lead: Lead, now: float) -> None:
    """The agent who promised to call is on the line first."""
    seen = floor.agents.get(lead.owner)
    if seen is not None and seen.activity is Activity.IDLE:
        dial(floor, running, lead, f"callback:{lead.owner}", now, agent=lead.owner)


def _fetch(floor: Floor, running: Running, soon: int, now: float) -> None:
    limit = running.wants_leads(now, soon)
    if limit:
        running.fetching = True
        idle = sorted(one for one, seen in running.agents.items() if seen.activity is Activity.IDLE)
        floor.decide(FetchLeads(running.campaign.id, limit, tuple(idle)))


def allowed(
    floor: Floor, lead: Lead, campaign: Campaign, now: float
) -> tuple[LeadNumber, Permit] | tuple[LeadNumber | None, Refusal]:
    """The first number of a lead, in turn, that may be called now; where none may, the refusal that ends first."""
    refusals = []
    for number in in_turn(lead):
        verdict = floor.permit(lead, number, campaign, now)
        if isinstance(verdict, Permit):
            return number, verdict
        refusals.append((number, verdict))
    passing = [one for one in refusals if one[1].until is not None]
    if passing:
        return min(passing, key=lambda one: one[1].until or 0.0)
    return refusals[0] if refusals else (None, Refusal("no_number", "no number of this lead is in service"))


def dial(floor: Floor, running: Running, lead: Lead, trigger: str, now: float, *, agent: str = "") -> bool:
    """Call a lead if the rules allow it; whether it was. With ``agent`` she is on the line first."""
    campaign = running.campaign
    number, verdict = allowed(floor, lead, campaign, now)
    if isinstance(verdict, Refusal) or number is None:
        assert isinstance(verdict, Refusal)
        refuse(floor, lead, number.number if number is not None else "", trigger, verdict)
        return False
    attempt = Attempt(
        id=floor.new_id(),
        campaign=campaign.id,
        lead=lead,
        number=number.number,
        caller_id=caller_id.shown(campaign, number.number),
        trigger=trigger,
        dialled_at=now,
        agent=agent,
        agent_first=bool(agent),
        detector=Detector(rules_of(campaign)) if campaign.amd and not agent else None,
    )
    floor.attempts[attempt.id] = running.attempts[attempt.id] = attempt
    if floor.lines is not None:
        floor.lines -= 1
    given_up_at = gives_up_at(campaign, now)
    if not agent:
        floor.wake(attempt, given_up_at)
    floor.decide(Dial(attempt, verdict, given_up_at - now, attempt.detector is not None))
    return True


def refuse(floor: Floor, lead: Lead, number: str, trigger: str, refusal: Refusal) -> None:
    """Put a lead off until its rule allows it, or for good."""
    if refusal.until is None:
        lead = replace(lead, state=LeadState.REFUSED)
    else:
        lead = replace(lead, due_at=refusal.until)
    floor.decide(Refuse(lead, number, trigger, refusal))
