"""Conference rooms of a worker: one tick of 20 ms mixes all of them at once."""

from __future__ import annotations

from collections import deque

import numpy as np

from pbx.media import g711
from pbx.media.g711 import PCMU, Samples
from pbx.media.jitter import JitterBuffer
from pbx.media.mixer import mix
from pbx.media.rtp import Packet
from pbx.media.stream import FRAME
from pbx.plane.leg import Leg
from pbx.plane.playback import Pacer

MOST_TONES = 100
"""Frames of tone that may wait in a room: two seconds; who comes and goes in such numbers is not announced."""


class Member:
    """A leg in a room."""

    def __init__(self, leg: Leg, room: Room) -> None:
        self.leg = leg
        self.room = room
        self.buffer = JitterBuffer()

    def take(self, packet: Packet, now: float) -> None:
        """Take one packet of what the leg says."""
        self.buffer.put(packet.ssrc, self.leg.place(packet), self.leg.samples(packet))


class Room:
    """Who is in it, and the tone that is to be heard there."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.members: list[Member] = []
        self.tone: deque[Samples] = deque()

    def announce(self, frames: tuple[bytes, ...]) -> None:
        """Let all hear a tone, after those that wait already."""
        if len(self.tone) + len(frames) <= MOST_TONES:
            self.tone.extend(g711.decode(frame, PCMU) for frame in frames)


class Conferences:
    """All rooms; a room lives as long as somebody is in it."""

    def __init__(self) -> None:
        self._rooms: dict[str, Room] = {}
        self._members: dict[Leg, Member] = {}
        self.pacer = Pacer()

    def join(self, leg: Leg, name: str, tone: tuple[bytes, ...], now: float) -> None:
        """Let a leg into a room; all hear ``tone`` (mu-law frames), the newcomer too."""
        self.leave(leg, ())
        room = self._rooms.setdefault(name, Room(name))
        room.announce(tone)
        member = self._members[leg] = Member(leg, room)
        room.members.append(member)
        leg.tap(member.take)
        self.pacer.start(now)

    def leave(self, leg: Leg, tone: tuple[bytes, ...]) -> None:
        """Take a leg out of its room, if it is in one; those who stay hear ``tone``."""
        member = self._members.pop(leg, None)
        if member is None:
            return
        leg.untap(member.take)
        room = member.room
        room.members.remove(member)
        room.announce(tone)
        if not room.members:
            del self._rooms[room.name]
        if not self._rooms:
            self.pacer.stop()

    def tick(self, now: float) -> None:
        """Mix and send what is due."""
        for _ in range(self.pacer.due(now)):
            self._turn(now)

    def _turn(self, now: float) -> None:
        rooms = self._rooms.values()
        members = [member for room in rooms for member in room.members]
        spoken = np.empty((len(members), FRAME), np.int16)
        for row, member in enumerate(members):
            member.buffer.pull(spoken[row])
        tones = np.zeros((len(rooms), FRAME), np.int32)
        for row, room in enumerate(rooms):
            if room.tone:
                tones[row] = room.tone.popleft()
        heard = mix(spoken, [len(room.members) for room in rooms], tones)
        audio = {law: g711.encode(heard, law) for law in {member.leg.payload_type for member in members}}
        for row, member in enumerate(members):
            leg = member.leg
            leg.speak_encoded(audio[leg.payload_type][row * FRAME : (row + 1) * FRAME], now)
