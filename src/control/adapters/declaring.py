"""What the configuration means to the distributor: queues, profiles, and what a change of it tells."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from acd import events as acd
from acd.channels import served_by
from acd.model import CALLBACK_TARGET, AgentProfile, Channel, OverflowRule, SitePreference
from acd.model import Queue as RoutedQueue
from control.adapters.directory import Directory
from control.nouns import Agent, Change, Queue
from control.opening import Site

NOWHERE = "-"
"""A site that nobody can be at: no slug looks like it."""


def declarations(directory: Directory) -> list[acd.Event]:
    """Everything the router has to know."""
    sites = directory.sites.values()
    queues: list[acd.Event] = [acd.QueueDeclared(routed_queue(queue, sites)) for queue in directory.queues.values()]
    return queues + [acd.AgentDeclared(profile(agent)) for agent in directory.agents.values()]


def declared(change: Change, directory: Directory) -> list[acd.Event]:
    """What a change, which the directory has taken in, tells the router."""
    match change.noun, change.value:
        case "queue", Queue() as queue:
            return [acd.QueueDeclared(routed_queue(queue, directory.sites.values()))]
        case "queue", None:
            return [acd.QueueRemoved(change.id)]
        case "agent", Agent() as agent:
            return [acd.AgentDeclared(profile(agent))]
        case "agent", None:
            return [acd.AgentRemoved(change.id)]
        case "site", _:
            by_kind = (queue for queue in directory.queues.values() if any(one.kind for one in queue.sites))
            return [acd.QueueDeclared(routed_queue(queue, directory.sites.values())) for queue in by_kind]
        case _:
            return []


def routed_queue(queue: Queue, sites: Iterable[Site] = ()) -> RoutedQueue:
    """A queue as the router knows it; ``sites`` are all that there are."""
    return RoutedQueue(
        id=queue.id,
        requires=queue.requires,
        strategy=queue.strategy,
        priority=queue.priority,
        service_level=queue.service_level,
        ring_timeout_s=queue.ring_timeout_s,
        wrap_up_s=queue.wrap_up_s,
        max_wait_s=queue.max_wait_s,
        max_length=queue.max_length,
        overflow=_overflow(queue),
        relax=queue.relax,
        members=queue.members,
        sites=_preferences(queue, sites),
        client=queue.client or "",
        callback_attempts=queue.callback.attempts,
        callback_retry_s=queue.callback.retry_s,
        **msgspec.structs.asdict(queue.routing),
    )


def _preferences(queue: Queue, sites: Iterable[Site]) -> tuple[SitePreference, ...]:
    """The sites one by one: those of a kind are alike, and one that is named as well is what is said of it by name."""
    named = {one.site for one in queue.sites}
    found = []
    for rank, one in enumerate(queue.sites):
        if one.site is not None:
            found.append(SitePreference(one.site, one.after_s, rank))
        else:
            alike = sorted(site.id for site in sites if site.kind == one.kind and site.id not in named)
            found += [SitePreference(id, one.after_s, rank) for id in alike]
    if queue.sites and not found:
        return (SitePreference(NOWHERE),)  # to the router, none would be all
    return tuple(found)


def _overflow(queue: Queue) -> OverflowRule | None:
    """Who overflows to be called back for the same queue keeps the place in it."""
    rule = queue.overflow
    if rule is not None and rule.to == f"callback:{queue.id}":
        return OverflowRule(CALLBACK_TARGET, rule.when)
    return rule


def profile(agent: Agent) -> AgentProfile:
    """An agent as the router knows her."""
    return AgentProfile(
        agent.id, agent.name, agent.skills, agent.site or "", agent.clients, agent.capacity, agent.max_break_s
    )


def needs_phone(agent: Agent) -> bool:
    """Whether an agent takes work only while her phone is registered; who takes none by telephone needs no phone."""
    channels = served_by(profile(agent))
    return Channel.VOICE in channels or Channel.CALLBACK in channels
