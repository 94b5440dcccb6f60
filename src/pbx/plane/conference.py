"""Rooms of a worker, in which legs hear each other: one tick of 20 ms mixes all of them at once.

Each member speaks to everybody, to nobody (who is muted, or only listens), or to one other member (who whispers); see
``protocol.Plane.join``.

What is mixed lies the depth of a jitter buffer behind what is relayed. So two who come from a relay into a room hear a
pause of 40 to 60 ms, until their buffers are filled; and where they are relayed again, as much is skipped.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from pbx.media import g711
from pbx.media.g711 import FRAME, PCMU, Samples
from pbx.media.jitter import JitterBuffer
from pbx.media.mixer import mix
from pbx.media.rtp import Packet
from pbx.plane.control import Join
from pbx.plane.leg import Leg
from pbx.plane.playback import Pacer
from pbx.plane.protocol import EVERYBODY

MOST_TONES = 100
"""Frames of tone that may wait for a member: two seconds; who comes and goes in such numbers is not announced."""

Tone = tuple[bytes, ...]
"""Mu-law frames of 20 ms."""


class Member:
    """A leg in a room."""

    def __init__(self, leg: Leg, room: Room, wish: Join) -> None:
        self.leg = leg
        self.name = wish.name
        """What the switch calls it; the leg itself may be the end of a line to another worker."""
        self.room = room
        self.heard_by = wish.heard_by
        self.tones = wish.tones
        self.digits = wish.digits
        self.buffer = JitterBuffer()
        self.tone: deque[Samples] = deque()
        """What it hears besides the others."""

    def take(self, packet: Packet, now: float) -> None:
        """Take one packet of what the leg says."""
        self.buffer.put(packet.ssrc, self.leg.place(packet), self.leg.samples(packet))

    def chime(self, tone: Tone) -> None:
        """Let it hear a tone, after those that wait already."""
        if len(self.tone) + len(tone) <= MOST_TONES:
            self.tone.extend(g711.decode(frame, PCMU) for frame in tone)


class Room:
    """Who is in it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.members: list[Member] = []

    def announce(self, tone: Tone) -> None:
        """Let all hear a tone."""
        for member in self.members:
            member.chime(tone)


class Seating:
    """Who is where while nobody comes, goes or changes; rows are members, room after room."""

    def __init__(self, rooms: list[Room]) -> None:
        self.members = [member for room in rooms for member in room.members]
        self.sizes = [len(room.members) for room in rooms]
        self.aloud: npt.NDArray[np.bool_] = np.array([one.heard_by == EVERYBODY for one in self.members], np.bool_)
        self.whispers: list[tuple[int, int]] = []
        """Who speaks to one other member, and to whom."""
        rows = {(member.room.name, member.name): row for row, member in enumerate(self.members)}
        for row, member in enumerate(self.members):
            to = rows.get((member.room.name, member.heard_by))
            if to is not None and to != row:
                self.whispers.append((row, to))
        self.laws = {law for one in self.members if (law := one.leg.law) is not None}


class Conferences:
    """All rooms; a room lives as long as somebody is in it. ``tone_of`` finds the frames of a clip."""

    def __init__(self, tone_of: Callable[[str], Tone]) -> None:
        self._tone_of = tone_of
        self._rooms: dict[str, Room] = {}
        self._members: dict[Leg, Member] = {}
        self._seating: Seating | None = None
        self.pacer = Pacer()

    def join(self, leg: Leg, wish: Join, now: float) -> None:
        """Let a leg into a room; where that has tones, all hear them, the newcomer too."""
        self.leave(leg)
        room = self._rooms.setdefault(wish.room, Room(wish.room))
        member = self._members[leg] = Member(leg, room, wish)
        room.members.append(member)
        if wish.tones:
            room.announce(self._tone_of("joined"))
        leg.tap(member.take)
        self._seating = None
        self.pacer.start(now)

    def leave(self, leg: Leg) -> None:
        """Take a leg out of its room, if it is in one."""
        member = self._members.pop(leg, None)
        if member is None:
            return
        leg.untap(member.take)
        room = member.room
        room.members.remove(member)
        if member.tones:
            room.announce(self._tone_of("left"))
        self._seating = None
        if not room.members:
            del self._rooms[room.name]
        if not self._rooms:
            self.pacer.stop()

    def speak_to(self, leg: Leg, heard_by: str) -> None:
        """Change who hears a member."""
        if (member := self._members.get(leg)) is not None:
            member.heard_by = heard_by
            self._seating = None

    def chime(self, leg: Leg, clip: str) -> None:
        """Let a member hear a clip besides the others."""
        if (member := self._members.get(leg)) is not None:
            member.chime(self._tone_of(clip))

    def hear_digits_of(self, leg: Leg) -> list[Leg]:
        """The others in a leg's room for whom its keys are, where these do not pass as tones in the mix."""
        member = self._members.get(leg)
        if member is None or not member.digits or leg.dtmf_type is None:
            return []
        return [one.leg for one in member.room.members if one.digits and one is not member]

    def changed(self, leg: Leg) -> None:
        """A leg's codec may be another one from now on."""
        if leg in self._members:
            self._seating = None

    def tick(self, now: float) -> None:
        """Mix and send what is due."""
        for _ in range(self.pacer.due(now)):
            self._turn(now)

    def _turn(self, now: float) -> None:
        if self._seating is None:
            self._seating = Seating(list(self._rooms.values()))
        seating = self._seating
        members = seating.members
        spoken = np.empty((len(members), FRAME), np.int16)
        listeners = [to for _, to in seating.whispers]
        for row, member in enumerate(members):
            member.buffer.pull(spoken[row])
        asides = [spoken[row] for row, _ in seating.whispers]
        for row, member in enumerate(members):
            if member.tone:
                listeners.append(row)
                asides.append(member.tone.popleft())
        heard = mix(spoken, seating.sizes, seating.aloud, listeners, asides)
        audio = {law: g711.encode(heard, law) for law in seating.laws}
        for row, member in enumerate(members):
            leg = member.leg
            if leg.law is None:
                leg.speak(heard[row], now)
            else:
                leg.speak_encoded(audio[leg.law][row * FRAME : (row + 1) * FRAME], now)
