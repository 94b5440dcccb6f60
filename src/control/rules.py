"""What must hold between configured things, whatever changes one of them.

Every name that is used exists, every dialled number means one thing, and no call can be sent in a circle.
A schema checks one document by itself; these rules check it against all others.
"""

from __future__ import annotations

from typing import Any

from acd import requirement
from acd.model import OverflowCause
from acd.strategies import STRATEGIES
from control.adapters.wishes import is_number
from control.campaign_rules import check_campaign
from control.errors import InUse, Invalid, Taken
from control.nouns import Agent, Campaign, Flow, Noun, NounName, Queue, Route, Skill, Trunk
from control.opening import Hours, Site
from control.store.repository import Repository
from control.store.store import Records
from control.trunk_rules import check_trunk, check_trunks_named
from pbx.routing.flow import check as flow_check
from pbx.routing.flow.steps import leads_to, prefers


async def check(records: Records, value: Noun) -> None:
    """Raise Invalid or Taken, naming the field, when the value may not be declared."""
    match value:
        case Agent():
            await _check_agent(records, value)
        case Queue():
            await _check_queue(records, value)
        case Route():
            await _check_route(records, value)
        case Flow():
            await _check_flow(records, value)
        case Skill():
            _check_skill(value)
        case Site():
            await _check_calendar(records, value.hours)
        case Trunk():
            check_trunk(value)
        case Campaign():
            await check_campaign(records, value)


async def check_unused(records: Records, noun: NounName, id: str) -> None:
    """Raise InUse, naming the referrer, when the thing is still needed by another."""
    referrers: list[tuple[str, str | None]] = []
    if noun == "skill":
        referrers = [
            ("agent", await records.agents.with_skill(id)),
            ("queue", await records.queues.requiring(id)),
        ]
    elif noun in ("agent", "queue", "flow"):
        for target in (f"{noun}:{id}", *((f"callback:{id}",) if noun == "queue" else ())):
            referrers += [
                ("flow", await records.flows.leading_to(target)),
                ("route", await records.routes.leading_to(target)),
                ("queue", await records.queues.leading_to(target)),
                ("agent", await records.agents.forwarding_to(target)),
            ]
        if noun == "agent":
            referrers.append(("queue", await records.queues.with_member(id)))
        if noun == "queue":
            referrers.append(("campaign", await records.campaigns.owner_of("queue", id)))
    elif noun == "music":
        referrers = [("queue", await records.queues.owner_of("music", id))]
    elif noun == "site":
        referrers = [
            ("agent", await records.agents.owner_of("site", id)),
            ("queue", await records.queues.served_from(id)),
        ]
    elif noun == "calendar":
        referrers = [("queue", await records.queues.keeping(id)), ("site", await records.sites.keeping(id))]
    elif noun == "trunk":
        referrers = [
            ("route", await records.routes.over_trunk(id)),
        ]
    for kind, referrer in referrers:
        if referrer is not None:
            raise InUse(f"{noun} {id} is used by {kind} {referrer}")


def _check_skill(skill: Skill) -> None:
    """A skill's id must be a word of the requirement language, or no queue could ask for it."""
    try:
        requirement.parse(skill.id)
    except requirement.RequirementError as error:
        raise Invalid(f"{skill.id} has a meaning of its own in requirements", field="id") from error


async def _check_agent(records: Records, agent: Agent) -> None:
    known = await records.skills.known()
    for skill in agent.skills:
        if skill not in known:
            raise Invalid(f"there is no skill {skill}", field=f"skills.{skill}")
    await _check_number(records, agent.extension, "extension", owner=f"agent {agent.id}")
    for when, to in agent.forward.ways.items():
        if to in (agent.extension, f"agent:{agent.id}"):
            raise Invalid("calls cannot be forwarded to the agent they were for", field=f"forward.{when}")
        await _check_way(records, to, f"forward.{when}")


async def _check_queue(records: Records, queue: Queue) -> None:
    if queue.strategy not in STRATEGIES:
        known = ", ".join(sorted(STRATEGIES))
        raise Invalid(f"there is no strategy {queue.strategy}; expected one of: {known}", field="strategy")
    await _check_requirement(records, queue.requires, "requires")
    for place, step in enumerate(queue.relax):
        await _check_requirement(records, step.requires, f"relax[{place}].requires")
    for place, member in enumerate(queue.members):
        if await records.agents.get(member.agent) is None:
            raise Invalid(f"there is no agent {member.agent}", field=f"members[{place}].agent")
    if queue.extension is not None:
        await _check_number(records, queue.extension, "extension", owner=f"queue {queue.id}")
    if queue.music is not None and await records.music.get(queue.music) is None:
        raise Invalid(f"there is no music class {queue.music}", field="music")
    await _check_calendar(records, queue.hours)
    for digit, target in queue.announce.interrupt.items():
        field = f"announce.interrupt.{digit}"
        if target == f"queue:{queue.id}":
            raise Invalid("the caller waits in this queue already", field=field)
        if target.startswith("feature:"):
            raise Invalid("a feature code is for who dials it", field=field)
        await _check_target(records, target, field, itself=f"queue:{queue.id}")
    if queue.overflow is not None:
        if queue.overflow.site is not None:
            await _check_overflow_site(records, queue, queue.overflow.site)
        else:
            await _check_overflow(records, queue.overflow.to, f"queue:{queue.id}")
        await _check_overflow_ends(records, queue)


async def _check_calendar(records: Records, hours: Hours | None) -> None:
    named = hours.calendar if hours is not None else None
    if named is not None and await records.calendars.get(named) is None:
        raise Invalid(f"there is no calendar {named}", field="hours.calendar")


async def _check_requirement(records: Records, text: str, field: str) -> None:
    """A requirement can be read, and its skills exist."""
    try:
        wanted = requirement.parse(text)
    except requirement.RequirementError as error:
        raise Invalid(f"{error.message} (at offset {error.offset})", field=field) from error
    for skill in sorted(wanted.skills() - await records.skills.known()):
        raise Invalid(f"there is no skill {skill}", field=field)


async def _check_route(records: Records, route: Route) -> None:
    if route.pin and not route.target.startswith("conference:"):
        raise Invalid("only a conference asks for a PIN", field="pin")
    await _check_number(records, route.number, "number", owner=f"route {route.number}")
    await _check_preference(records, route)
    kind, _, names = route.target.partition(":")
    if kind == "trunk":
        await check_trunks_named(records, names, "target")
    else:
        await _check_target(records, route.target, "target")


async def _check_preference(records: Records, route: Route) -> None:
    """Agents are preferred where a queue serves, and an agent has one queue as a backup."""
    kind = route.target.partition(":")[0]
    if route.backup is not None:
        if kind != "agent":
            raise Invalid("only an agent has a backup", field="backup")
        await _check_target(records, route.backup, "backup")
    if route.preferred and kind != "queue":
        raise Invalid("only a queue prefers agents", field="preferred")
    if route.preferred_s is not None and not route.preferred and route.backup is None:
        raise Invalid("nobody is waited for", field="preferred_s")
    for place, agent in enumerate(route.preferred):
        await _check_target(records, f"agent:{agent}", f"preferred[{place}]")


async def _check_flow(records: Records, flow: Flow) -> None:
    """A flow makes sense as a whole, and what it leads to exists."""
    faults = flow_check.faults(flow.steps)
    if faults:
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        raise Invalid(faults[0].detail + more, field=faults[0].field)
    for place, step in enumerate(flow.steps):
        leads = leads_to(step)
        if leads is not None:
            await _check_target(records, leads[1], f"steps[{place}].{leads[0]}", itself=f"flow:{flow.id}")
        for field, agent in prefers(step):
            await _check_target(records, f"agent:{agent}", f"steps[{place}].{field}")


async def _check_number(records: Records, number: str, field: str, *, owner: str) -> None:
    """A number belongs to one agent, queue or route: an extension is a route by itself."""
    route = await records.routes.get(number)
    holders = (
        ("agent", await records.agents.with_extension(number)),
        ("queue", await records.queues.with_extension(number)),
        ("route", route and route.number),
    )
    for kind, id in holders:
        if id is not None and f"{kind} {id}" != owner:
            raise Taken(f"{number} already belongs to {kind} {id}", field=field)


async def _check_target(records: Records, target: str, field: str, *, itself: str | None = None) -> None:
    """What is led to must exist; ``itself`` is what is just being declared."""
    kind, _, id = target.partition(":")
    kind = "queue" if kind == "callback" else kind
    repositories: dict[str, Repository[Any]] = {
        "queue": records.queues,
        "agent": records.agents,
        "flow": records.flows,
    }
    if kind in repositories and f"{kind}:{id}" != itself and await repositories[kind].get(id) is None:
        raise Invalid(f"there is no {kind} {id}", field=field)
    if kind == "trunk":
        raise Invalid("only routes lead to trunks, which call the number that was dialled", field=field)


async def _check_way(records: Records, to: str, field: str) -> None:
    """What calls are forwarded to must lead somewhere."""
    if to.startswith("feature:"):
        raise Invalid("a feature code is for who dials it", field=field)
    if not is_number(to):
        await _check_target(records, to, field)
    elif not (
        await records.agents.with_extension(to)
        or await records.queues.with_extension(to)
        or await records.routes.leading_on(to)
    ):
        raise Invalid(f"{to} leads nowhere", field=field)


async def _check_overflow(records: Records, to: str, itself: str) -> None:
    """Calls overflow to what there is; out, by a number. One that leads inside could lead back without being seen."""
    if not is_number(to):
        if to.startswith("trunk:"):
            raise Invalid("expected the number to call, which a route leads over a trunk", field="overflow.to")
        await _check_target(records, to, "overflow.to", itself=itself)
    elif (target := await records.routes.target_of(to)) is None or target.kind != "trunk":
        raise Invalid(f"no route leads {to} over a trunk; expected a target for what is inside", field="overflow.to")


async def _check_overflow_site(records: Records, queue: Queue, id: str) -> None:
    """The site exists, and its agents are not asked in any case."""
    site = await records.sites.get(id)
    if site is None:
        raise Invalid(f"there is no site {id}", field="overflow.to")
    if queue.overflow is not None and OverflowCause.FULL in queue.overflow.when:
        raise Invalid("calls that overflow to a site wait in this queue, and it is full", field="overflow.when")
    if not queue.sites and (queue.requires or not queue.members):
        raise Invalid(f"without `sites` this queue asks the agents of {id} in any case", field="overflow.to")
    named = [one for one in queue.sites if one.site == id]
    listed = named or [one for one in queue.sites if one.kind is not None and one.kind == site.kind]
    if listed and not listed[0].after_s:
        raise Invalid(f"by `sites` this queue asks the agents of {id} at once", field="overflow.to")


async def _check_overflow_ends(records: Records, queue: Queue) -> None:
    """Overflow from queue to queue must come to an end: two full queues would pass a call to and fro for ever."""
    path = [queue.id]
    step: Queue | None = queue
    while step is not None and step.overflow is not None and step.overflow.to.startswith("queue:"):
        next_id = step.overflow.to.removeprefix("queue:")
        if next_id == queue.id:
            raise Invalid(f"calls would go round in a circle: {' > '.join([*path, next_id])}", field="overflow.to")
        path.append(next_id)
        step = await records.queues.get(next_id)
