"""The figures of the whole program at one moment."""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from importlib.metadata import version

from acd.agent import AgentStatus
from acd.router import Router
from control.schemas.status import Status
from pbx.service import Switch


def status_of(switch: Switch, router: Router, started_at: float) -> Status:
    """What the program holds and has counted; ``started_at`` is in seconds since the epoch."""
    figures = switch.figures()
    lives = [live for agent in router.agents() if (live := router.agent_live(agent)) is not None]
    states = Counter("offline" if live.status == AgentStatus.OFFLINE else live.state for live in lives)
    now = time.time()
    queues = [router.queue_live(queue, now) for queue in router.queues()]
    return Status(
        calls=figures.calls,
        legs=figures.legs,
        waiting=sum(queue.waiting for queue in queues if queue is not None),
        ports_in_use=figures.ports_in_use,
        transactions=figures.transactions,
        dialogs=figures.dialogs,
        messages_received=figures.messages_received,
        messages_sent=figures.messages_sent,
        unreadable=figures.unreadable,
        failures=figures.failures,
        banned=figures.banned,
        turned_away=figures.turned_away,
        registrations=figures.registrations,
        agents=dict(states),
        open_files=len(os.listdir("/proc/self/fd")),
        tasks=len(asyncio.all_tasks()),
        started_at=started_at,
        uptime_s=now - started_at,
        version=version("centrala"),
        draining=switch.draining,
    )
