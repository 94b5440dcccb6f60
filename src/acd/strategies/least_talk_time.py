"""Least talk time: the agent who talked least in the present half hour.

The windows are those of the clock, as in the intervals of a centre's reports. Whoever has not talked in the present
one comes first; among those, whose last window is longer ago or was quieter.
"""

from __future__ import annotations

from collections.abc import Callable

from acd.records import AgentRecord
from acd.seat import Seat
from acd.strategies.strategy import Strategy

WINDOW_S = 1800.0


class LeastTalkTime(Strategy):
    name = "least_talk_time"

    def key(self, agent: AgentRecord, seat: Seat, turn: float, draw: Callable[[], float]) -> float:
        return agent.talk_window * WINDOW_S + agent.talk_s


def note_talk(agent: AgentRecord, began: float, now: float) -> None:
    """Count a conversation that ends now, as far as it lies in the present window."""
    window = int(now // WINDOW_S)
    before = agent.talk_s if agent.talk_window == window else 0.0
    # Several chats at a time may add up to more than the window has.
    agent.talk_s = min(before + now - max(began, window * WINDOW_S), WINDOW_S - 1.0)
    agent.talk_window = window
