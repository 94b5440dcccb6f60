"""Bringing the router, as its journal left it, in line with what is configured and alive now."""

from __future__ import annotations

from collections.abc import Callable
from secrets import randbits

from acd import events as acd
from acd.router import Router
from control.adapters.directory import Directory


def reconcile(router: Router, directory: Directory, post: Callable[[acd.Event], None]) -> None:
    """Post what the router has to learn after a start."""
    post(acd.ChanceSeeded(randbits(60)))
    # The calls of the last run ended with it; those who dial again are new callers.
    for work in list(router.works()):
        post(acd.WorkEnded(work))
    for agent in [one for one in router.agents() if one not in directory.agents]:
        post(acd.AgentRemoved(agent))
    for queue in [one for one in router.queues() if one not in directory.queues]:
        post(acd.QueueRemoved(queue))
    for event in directory.declarations():
        post(event)
    for agent in directory.agents:
        post(acd.AgentEngaged(agent, False))
        post(acd.AgentReachable(agent, False))
