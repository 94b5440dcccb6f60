"""Channels: how much of an agent a piece of work fills, and which work yields to other.

An agent who can have one call or four chats is full with either; with two chats she has room for two more, and none
for a call. Email and tasks yield: an agent who is at one may be offered a call, and finds it waiting afterwards.
"""

from __future__ import annotations

from acd.model import AgentProfile, Channel
from acd.records import AgentRecord

FULL = 232_792_560
"""An agent's room. It divides by every number up to MOST, so that sums of shares are exact."""
MOST = 20

CAPACITY = {Channel.VOICE: 1, Channel.CHAT: 4, Channel.EMAIL: 1, Channel.CALLBACK: 1, Channel.TASK: 1}
YIELDING = frozenset({Channel.EMAIL, Channel.TASK})
PRESENT = frozenset({Channel.VOICE, Channel.CHAT})
"""Whose customer is there while it waits; the rest waits for as long as it takes, over the night, too."""

_ALL = tuple(Channel)
_USUAL = {channel: FULL // most for channel, most in CAPACITY.items()}


def weight(profile: AgentProfile, channel: Channel) -> int:
    """What one piece of work takes of ``FULL``; more than that where she takes none of the channel."""
    if not profile.capacity:
        return _USUAL[channel]
    most = min(profile.capacity.get(channel, CAPACITY[channel]), MOST)
    return FULL // most if most > 0 else FULL + 1


def served_by(profile: AgentProfile) -> tuple[Channel, ...]:
    """The channels that an agent takes work of."""
    if not profile.capacity:
        return _ALL
    return tuple(channel for channel in _ALL if weight(profile, channel) <= FULL)


def open_to(agent: AgentRecord) -> tuple[Channel, ...]:
    """The channels of which an agent could be offered work now, in a fixed order."""
    if not agent.assignments:
        return agent.channels if agent.rest is None and agent.willing else ()
    firm = yielding = 0
    for one in agent.assignments.values():
        if one.weight >= FULL and one.channel not in YIELDING:
            return ()
        if one.channel in YIELDING:
            yielding += one.weight
        else:
            firm += one.weight
    if firm >= FULL or agent.rest is not None or not agent.willing:
        return ()
    profile = agent.profile
    return tuple(
        channel
        for channel in agent.channels
        if firm + (yielding if channel in YIELDING else 0) + weight(profile, channel) <= FULL
    )
