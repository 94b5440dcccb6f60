"""Ring all: everybody who is free is asked at once, and whoever answers first has the work."""

from __future__ import annotations

from acd.strategies.strategy import Strategy

AT_ONCE = 50
"""Phones that ring for one piece of work at most; those of the longest free."""


class RingAll(Strategy):
    name = "ring_all"
    everybody = True
