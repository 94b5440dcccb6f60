"""Which worker mixes each room: that of the first who came, whoever else comes."""

from __future__ import annotations

from msgspec import Struct

from pbx.plane.maker import Maker


class Place(Struct, eq=False):
    """A leg's place in a room."""

    leg: str
    room: Room
    heard_by: str
    tones: bool
    digits: bool
    end: str
    """What the room's worker calls the leg: its name, or that of the end of its line to there."""


class Room(Struct, eq=False):
    """A room with somebody in it."""

    name: str
    maker: Maker
    members: set[str]


class Rooms:
    """The rooms of a plane, and which of them each leg is in."""

    def __init__(self) -> None:
        self._rooms: dict[str, Room] = {}
        self._places: dict[str, Place] = {}

    def enter(self, leg: str, name: str, maker: Maker, heard_by: str, tones: bool, digits: bool) -> Place:
        """Let a leg in that is in no room; ``maker`` holds it, and the room too where it is the first."""
        room = self._rooms.get(name)
        if room is None:
            room = self._rooms[name] = Room(name, maker, set())
        room.members.add(leg)
        place = self._places[leg] = Place(leg, room, heard_by, tones, digits, leg)
        return place

    def place_of(self, leg: str) -> Place | None:
        """Where a leg is; None for one that is in no room."""
        return self._places.get(leg)

    def leave(self, leg: str) -> bool:
        """Let a leg out; whether it was in a room."""
        place = self._places.pop(leg, None)
        if place is None:
            return False
        room = place.room
        room.members.remove(leg)
        if not room.members:
            del self._rooms[room.name]
        return True

    def orphans(self, maker: Maker) -> list[Place]:
        """Who is left in the rooms of a worker that died, and where they were; these rooms are dropped."""
        lost = [room for room in self._rooms.values() if room.maker is maker]
        left = [self._places[leg] for room in lost for leg in sorted(room.members)]
        for place in left:
            self.leave(place.leg)
        return left
