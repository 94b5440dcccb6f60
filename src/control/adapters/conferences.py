"""Conference rooms as they are now: who is in them, and what may be asked of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct

from control.adapters.visit import Visit
from control.errors import NotFound
from control.realtime.hub import Hub
from control.schemas.conference import ConferenceLive, ConferenceMemberShown, ConferenceShown
from pbx import commands
from pbx.commands import Command
from pbx.conference_events import ConferenceJoined, ConferenceLeft, ConferenceLocked, MemberMuted


class Member(Struct):
    """Somebody in a room; ``since`` in seconds since the epoch."""

    call: str
    since: float
    muted: bool = False


class Room(Struct):
    """A room with somebody in it."""

    members: dict[str, Member] = {}
    """By leg."""
    locked: bool = False


class ConferenceDesk:
    """All rooms. The verbs raise NotFound for a room in which nobody is, and for a call that is not in it."""

    def __init__(self, visits: dict[str, Visit], execute: Callable[[Iterable[Command]], None]) -> None:
        self._visits = visits
        self._execute = execute
        self._rooms: dict[str, Room] = {}
        self._changed: set[str] = set()

    # What may be asked

    def all(self) -> list[ConferenceShown]:
        """Every room, by name."""
        return [self.one(room) for room in sorted(self._rooms)]

    def one(self, room: str) -> ConferenceShown:
        """A room, its members, the first who came before the others, and their calls."""
        found = self._room(room)
        calls = [self._visits[one.call].shown() for one in found.members.values()]
        return ConferenceShown(id=room, locked=found.locked, members=self._members(found), calls=calls)

    def live(self) -> list[ConferenceLive]:
        """Every room and its members, by name."""
        return [self._live(room) for room in sorted(self._rooms)]

    def tell(self, hub: Hub) -> None:
        """Tell of each room in which something changed since the last time: a tick's comings and goings once."""
        changed, self._changed = self._changed, set()
        for room in changed:
            hub.publish("conference", room, self._live(room) if room in self._rooms else None)

    def lock(self, room: str, locked: bool) -> None:
        """Keep newcomers out, or let them in again; a room that is empty is locked no more."""
        self._room(room)
        self._execute((commands.LockConference(room, locked),))

    def mute(self, room: str, call: str, muted: bool) -> None:
        """Let nobody hear a member, or all again."""
        self._execute((commands.MuteMember(self._leg(room, call), muted),))

    def put_out(self, room: str, call: str) -> None:
        """End a member's call."""
        self._execute((commands.Hangup(self._leg(room, call)),))

    def _live(self, room: str) -> ConferenceLive:
        found = self._rooms[room]
        return ConferenceLive(id=room, locked=found.locked, members=self._members(found))

    def _members(self, room: Room) -> list[ConferenceMemberShown]:
        return [
            ConferenceMemberShown(
                call=one.call, caller=visit.caller, caller_name=visit.caller_name, muted=one.muted, since=one.since
            )
            for one, visit in ((one, self._visits[one.call]) for one in room.members.values())
        ]

    def _room(self, room: str) -> Room:
        if room not in self._rooms:
            raise NotFound(f"nobody is in a conference {room}")
        return self._rooms[room]

    def _leg(self, room: str, call: str) -> str:
        for leg, member in self._room(room).members.items():
            if member.call == call:
                return leg
        raise NotFound(f"call {call} is not in conference {room}")

    # What the switch tells

    def joined(self, event: ConferenceJoined) -> None:
        """Somebody came."""
        self._changed.add(event.room)
        self._rooms.setdefault(event.room, Room({})).members[event.leg] = Member(event.call, event.at)

    def left(self, event: ConferenceLeft) -> None:
        """Somebody left."""
        self._changed.add(event.room)
        room = self._rooms[event.room]
        del room.members[event.leg]
        if not room.members:
            del self._rooms[event.room]

    def muted(self, event: MemberMuted) -> None:
        """A member was muted, or mutes itself."""
        self._changed.add(event.room)
        self._rooms[event.room].members[event.leg].muted = event.muted

    def locked(self, event: ConferenceLocked) -> None:
        """A room was locked, or opened."""
        self._changed.add(event.room)
        self._rooms[event.room].locked = event.locked
