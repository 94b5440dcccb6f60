"""Figures as shown: of the whole program, of a queue, of an agent."""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from importlib.metadata import version

from acd import live as acd
from acd.agent import AgentState, AgentStatus
from acd.model import Channel
from acd.service import Distributor
from control.errors import Refused
from control.schemas.live import AgentLive, EstimateScore, ExpectedWait, QueueLive, Unavailable, WorkAtHand
from control.schemas.status import Status
from pbx.service import Switch


def status_of(switch: Switch, distributor: Distributor, started_at: float) -> Status:
    """What the program holds and has counted; ``started_at`` is in seconds since the epoch."""
    figures, router = switch.figures(), distributor.router
    lives = [live for agent in router.agents() if (live := router.agent_live(agent)) is not None]
    states = Counter("offline" if live.status == AgentStatus.OFFLINE else live.state for live in lives)
    now = time.time()
    queues = [router.queue_live(queue, now) for queue in router.queues()]
    return Status(
        calls=figures.calls,
        legs=figures.legs,
        waiting=sum(queue.waiting for queue in queues if queue is not None),
        unwritten=distributor.unwritten,
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


def queue_shown(queue: str, name: str, live: acd.QueueLive, next_change_at: float | None = None) -> QueueLive:
    """A queue's figures, and when it opens or closes next."""
    return QueueLive(
        id=queue,
        name=name,
        waiting=live.waiting,
        longest_wait_s=live.longest_wait_s,
        agents_available=live.agents_available,
        agents_busy=live.agents_busy,
        offered=live.offered,
        answered=live.answered,
        abandoned=live.abandoned,
        service_level=live.service_level,
        ewt_s=ExpectedWait(p50=live.ewt_s.p50, p80=live.ewt_s.p80),
        ewt_score=EstimateScore.model_validate(live.ewt_score),
        agents_logged_in=live.agents_logged_in,
        open=live.open,
        next_change_at=next_change_at,
    )


def agent_shown(agent: str, name: str, extension: str, live: acd.AgentLive, *, connecting: bool = False) -> AgentLive:
    """What an agent wants and does; while she and her caller are ``connecting`` she does not talk yet."""
    state = AgentState(live.state)
    return AgentLive(
        id=agent,
        name=name,
        extension=extension,
        phone=live.phone or extension,
        status=AgentStatus(live.status),
        reason=live.reason,
        state=AgentState.RINGING if connecting and state is AgentState.TALKING else state,
        since=live.since,
        reachable=live.reachable,
        call=call_of(live),
        work=[_at_hand(one) for one in live.at_hand],
        pending=AgentStatus(live.pending) if live.pending is not None else None,
        overdue=live.overdue,
        unavailable=_unavailable(live),
    )


def _at_hand(one: acd.AtHand) -> WorkAtHand:
    state = AgentState(one.state)
    return WorkAtHand(id=one.work, queue=one.queue, channel=one.channel, state=state, suspended=one.suspended)


def call_of(live: acd.AgentLive) -> str | None:
    """The call that an agent is offered or has, whatever else she has."""
    calls = (one.work for one in live.at_hand if one.channel in (Channel.VOICE, Channel.CALLBACK))
    return next(calls, None)


def _unavailable(live: acd.AgentLive) -> Unavailable | None:
    if live.unavailable is None:
        return None
    rule, detail, since = live.unavailable
    return Unavailable(rule=rule, detail=detail, since=since)


def phone_of(agent: str, live: AgentLive | None) -> str:
    """The extension of an agent whose phone can be rung on her own account. Raises Refused."""
    if live is None or not live.reachable:
        raise Refused(f"{agent} has no registered phone")
    if live.state is not AgentState.IDLE:
        raise Refused(f"{agent} is {live.state.value}")
    return live.extension
