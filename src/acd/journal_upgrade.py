"""Snapshots of format 0, from before an agent could have several pieces of work at a time."""

from __future__ import annotations

from typing import Any

from acd.records import FORMAT


def upgraded(raw: dict[str, Any]) -> dict[str, Any]:
    """The same snapshot in the present format: configuration, counters and what agents want are kept. Work is not: no
    call outlives the process that is replaced, and events about work that is not known are stale."""
    return {
        "format": FORMAT,
        "serial": raw["serial"],
        "queues": raw["queues"],
        "agents": [_agent(agent, number) for number, agent in enumerate(raw["agents"])],
        "works": [],
    }


def _agent(agent: dict[str, Any], number: int) -> dict[str, Any]:
    kept = ("profile", "status", "reason", "status_since", "reachable", "reachable_since", "engaged", "engaged_since")
    since = agent["status_since"]
    ready = agent["status"] == "available" and agent["reachable"] and not agent["engaged"]
    return {name: agent[name] for name in kept if name in agent} | {
        "number": number,
        "channels": ["voice", "chat", "email", "callback", "task"],
        "state_since": since,
        "occupancy_at": since,
        "free": (agent["free"] or [agent["state_since"], number]) if ready else None,
    }
