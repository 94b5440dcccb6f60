"""Bringing the router, as its journal left it, in line with what is configured and alive now."""

from __future__ import annotations

from collections.abc import Callable
from secrets import randbits

from acd import events as acd
from acd.live import WorkLive
from acd.model import Channel
from acd.records import WorkState
from acd.router import Router
from control.adapters.declaring import declarations, needs_phone
from control.adapters.directory import Directory


def reconcile(router: Router, directory: Directory, post: Callable[[acd.Event], None]) -> None:
    """Post what the router has to learn after a start."""
    post(acd.ChanceSeeded(randbits(60)))
    # The calls of the last run ended with it; what needs no line waits on.
    for work in list(router.works()):
        if _ended_with_the_program(router.work_live(work)):
            post(acd.WorkEnded(work))
    for gone in [one for one in router.agents() if one not in directory.agents]:
        post(acd.AgentRemoved(gone))
    for queue in [one for one in router.queues() if one not in directory.queues]:
        post(acd.QueueRemoved(queue))
    for event in declarations(directory):
        post(event)
    for agent in directory.agents.values():
        post(acd.AgentEngaged(agent.id, False))
        post(acd.AgentReachable(agent.id, not needs_phone(agent)))


def _ended_with_the_program(work: WorkLive | None) -> bool:
    if work is None or work.channel == Channel.VOICE:
        return True
    # One that was dialled, and one that may have been: it counts as an attempt, and is not dialled a second time.
    return work.channel == Channel.CALLBACK and work.state in (WorkState.DIALLING, WorkState.CONNECTED)
