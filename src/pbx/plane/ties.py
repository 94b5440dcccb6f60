"""Tie lines: what lets legs of different workers hear each other.

A tie line is a pair of connected sockets, one end handed to each worker. To its worker an end is a leg like any other,
whose far side happens to be the other worker::

    phone ── leg ══ end ─────────── end ══ leg ── phone        two legs that are bridged
    phone ── leg ══ end ─────────── end ══ room                a leg in a room of another worker
             └─ worker 1 ─┘     └─ worker 2 ─┘

What is under way on a line lies in its socket buffers, which bounds it; where a worker is too slow, packets are lost.
"""

from __future__ import annotations

import socket
from itertools import count

from msgspec import Struct

from pbx.plane import control
from pbx.plane.maker import Maker
from pbx.plane.rooms import Place

BUFFER = 1 << 16
"""Octets that may be under way in one direction: a second of audio or so, with the kernel's own share."""


class Tie(Struct, eq=False):
    """A line in use, by the legs at its ends; a room has no leg of its own."""

    legs: tuple[str, ...]
    ends: tuple[tuple[Maker, str], ...]
    own_clips: set[str]
    """Which of the legs hear clips of their own instead, as a held caller hears music."""


class TieLines:
    """The lines of a plane, at most one a leg."""

    def __init__(self) -> None:
        self._ties: dict[str, Tie] = {}
        self._numbers = count(1)

    def bridge(self, leg: str, maker: Maker, other: str, other_maker: Maker) -> None:
        """Let two legs of two workers hear each other. Raises OSError when there are no sockets left."""
        tie = self._lay((leg, other), (maker, other_maker))
        for (holder, end), near in zip(tie.ends, tie.legs, strict=True):
            holder.post(control.Bridge(near, end))

    def join(self, leg: str, maker: Maker, place: Place) -> None:
        """Let a leg into its place in a room of another worker. Raises OSError when there are no sockets left."""
        room = place.room
        (_, near), (_, place.end) = self._lay((leg,), (maker, room.maker)).ends
        maker.post(control.Bridge(leg, near))
        room.maker.post(control.Join(place.end, room.name, leg, place.heard_by, place.tones, place.digits))

    def plays(self, leg: str) -> None:
        """Note that a bridged leg hears clips from now on; it is still heard by the other."""
        if (tie := self._ties.get(leg)) is not None:
            tie.own_clips.add(leg)

    def quieten(self, leg: str) -> None:
        """End a leg's line, unless what it hears are clips."""
        if (tie := self._ties.get(leg)) is not None and leg not in tie.own_clips:
            self.part(leg)

    def part(self, leg: str) -> None:
        """End a leg's line, if it has one."""
        tie = self._ties.get(leg)
        if tie is not None:
            for each in tie.legs:
                del self._ties[each]
            for maker, end in tie.ends:
                maker.post(control.Close(end))

    def _lay(self, legs: tuple[str, ...], makers: tuple[Maker, Maker]) -> Tie:
        number = next(self._numbers)
        pair = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        ends = []
        for line, maker, side in zip(pair, makers, ("near", "far"), strict=True):
            line.setblocking(False)
            line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
            ends.append((maker, f"tie {number} {side}"))
        tie = Tie(legs, tuple(ends), set())
        self._ties |= dict.fromkeys(legs, tie)
        for line, (maker, end), near in zip(pair, ends, (*legs, "")[:2], strict=True):
            maker.hand(control.Tie(end, near), line)
        return tie
