"""Longest idle: the agent who has been free for the longest time takes the next work."""

from __future__ import annotations

from acd.strategies.strategy import Strategy


class LongestIdle(Strategy):
    """All keys are equal, and among equals the longest free comes first."""

    name = "longest_idle"
