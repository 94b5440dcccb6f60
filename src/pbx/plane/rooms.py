"""Which worker mixes each conference room: that of the first who came, whoever else comes."""

from __future__ import annotations

from msgspec import Struct

from pbx.plane.maker import Maker


class Room(Struct, eq=False):
    """A room with somebody in it."""

    name: str
    maker: Maker
    members: set[str]


class Rooms:
    """The rooms of a plane, and which of them each leg is in."""

    def __init__(self) -> None:
        self._rooms: dict[str, Room] = {}
        self._places: dict[str, Room] = {}

    def enter(self, leg: str, name: str, maker: Maker) -> Maker:
        """Let a leg in that is in no room; ``maker`` holds it, and the room too where it is the first. The room's."""
        room = self._rooms.get(name)
        if room is None:
            room = self._rooms[name] = Room(name, maker, set())
        room.members.add(leg)
        self._places[leg] = room
        return room.maker

    def leave(self, leg: str) -> bool:
        """Let a leg out; whether it was in a room."""
        room = self._places.pop(leg, None)
        if room is None:
            return False
        room.members.remove(leg)
        if not room.members:
            del self._rooms[room.name]
        return True

    def orphans(self, maker: Maker) -> list[tuple[str, str]]:
        """Who is left in the rooms of a worker that died, each with the room's name; these rooms are dropped."""
        lost = [room for room in self._rooms.values() if room.maker is maker]
        left = [(leg, room.name) for room in lost for leg in sorted(room.members)]
        for leg, _ in left:
            self.leave(leg)
        return left
