"""The pattern in which packets are lost: runs, bursts and gaps (RFC 3611 section 4.7.2, appendix A.2).

A *burst* begins and ends with a loss, and within it fewer than ``GMIN`` packets in a row arrive; between bursts lie
*gaps*. Only losses are counted here as they come, so a packet that arrives costs nothing. What comes late was taken
for lost when its successor came: reordering makes losses look more scattered than they are.
"""

from __future__ import annotations

from msgspec import Struct

GMIN = 16
"""Packets that must arrive in a row for a gap."""


class Burstiness(Struct, frozen=True):
    """What a pattern comes to; lengths are packets."""

    burst_density: float = 0.0
    """The share of a burst's packets that is lost, 0 to 1."""
    gap_density: float = 0.0
    burst_length: float = 0.0
    gap_length: float = 0.0


class LossPattern:
    """Counts the losses of a stream."""

    __slots__ = ("_arrived", "_arrived_in_bursts", "_arrived_in_gaps", "_bursts", "_length", "_lone", "_lost", "runs")

    def __init__(self) -> None:
        self.runs = 0
        """Runs of losses so far."""
        self._arrived = 0  # when the last run was noted
        self._length = 0  # losses since the last gap: one may be alone, more are a burst
        self._lone = 0
        self._bursts = 0
        self._lost = 0  # in bursts
        self._arrived_in_bursts = 0
        self._arrived_in_gaps = 0

    def missed(self, packets: int, arrived: int) -> None:
        """A run of ``packets`` is missing; ``arrived`` packets came so far, in all."""
        between, self._arrived = max(0, arrived - self._arrived), arrived
        self.runs += 1
        if between >= GMIN or not self._length:
            self._lone += self._length == 1
            if self._length > 1:
                self._bursts += 1
                self._lost += self._length
            self._length = packets
            self._arrived_in_gaps += between
        else:
            self._length += packets
            self._arrived_in_bursts += between

    def sum_up(self, arrived: int) -> Burstiness:
        """The pattern after ``arrived`` packets in all."""
        last = self._length
        lone = self._lone + (last == 1)
        bursts, lost = (self._bursts + 1, self._lost + last) if last > 1 else (self._bursts, self._lost)
        in_gaps = self._arrived_in_gaps + max(0, arrived - self._arrived) + lone
        in_bursts = self._arrived_in_bursts + lost
        return Burstiness(
            burst_density=lost / in_bursts if in_bursts else 0.0,
            gap_density=lone / in_gaps if in_gaps else 0.0,
            burst_length=in_bursts / bursts if bursts else 0.0,
            gap_length=in_gaps / (bursts + 1),
        )
