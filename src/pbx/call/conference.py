"""Conference rooms that are dialled: the target ``conference``.

A room is there while somebody is in it. It may ask for a PIN, and be locked against newcomers; members are muted and
put out, and mute themselves by the key 0.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from pbx.asking import Answering
from pbx.call import cause as causes
from pbx.call.call import Leg
from pbx.call.conversation import Conversation
from pbx.call.host import CallHost
from pbx.call.phrases import phrase
from pbx.conference_events import ConferenceJoined, ConferenceLeft, ConferenceLocked, MemberMuted
from pbx.plane.protocol import EVERYBODY, NOBODY

MUTE_KEY = "0"
PIN_S = 10.0
"""Seconds for a PIN, and for each further key of it."""
TRIES = 3


class RoomRules(Struct, frozen=True):
    """How a room is declared; one that is not is open to all who dial it, and has tones."""

    pin: str = ""
    """Digits; empty for none."""
    tones: bool = True
    """Whether all hear that somebody comes or goes."""


OPEN = RoomRules()


class Member:
    """Attends to the leg of somebody in a room."""

    __slots__ = ("_host", "_rooms", "leg", "muted", "room")

    def __init__(self, rooms: ConferenceRooms, host: CallHost, leg: Leg, room: str) -> None:
        self._rooms = rooms
        self._host = host
        self.leg = leg
        self.room = room
        self.muted = False

    def mute(self, muted: bool) -> None:
        """Let nobody hear it, or all again."""
        if muted != self.muted:
            self.muted = muted
            self._host.plane.speak_to(self.leg.id, NOBODY if muted else EVERYBODY)
            self._host.plane.chime(self.leg.id, "denied" if muted else "confirm")
            self._host.publish(MemberMuted(self._host.clock(), self.leg.call.id, self.leg.id, self.room, muted))

    def digit_pressed(self, digit: str, now: float) -> None:
        """The key that mutes oneself; all others mean nothing."""
        if digit == MUTE_KEY:
            self.mute(not self.muted)

    def clips_ended(self, now: float) -> None:
        """Nothing is played to it."""

    def answered(self, answer: Answering, now: float) -> None:
        """It asks nothing."""

    def partner_failed(self, cause: str, now: float) -> None:
        """It has no partner."""

    def dismissed(self, now: float) -> None:
        """It has left."""
        self._rooms.left(self)
        self._host.publish(ConferenceLeft(self._host.clock(), self.leg.call.id, self.leg.id, self.room))


class AskingPin(Conversation):
    """Asks who wants in for the room's PIN, which ``#`` may end; three tries."""

    def __init__(self, rooms: ConferenceRooms, host: CallHost, leg: Leg, room: str, pin: str) -> None:
        super().__init__(host, leg)
        self._rooms = rooms
        self._room = room
        self._pin = pin
        self._typed = ""
        self._tries = TRIES

    def begin(self, now: float) -> None:
        """Ask."""
        self.say(self.leg.call.language, (phrase(self.leg.call.language, "enter-pin"),), now)

    def digit_pressed(self, digit: str, now: float) -> None:
        """One more digit of it."""
        self.hush()
        if digit != "#":
            self._typed += digit
        if digit == "#" or len(self._typed) == len(self._pin):
            self._judge(now)
        else:
            self.wait(PIN_S, now)

    def heard(self, now: float) -> None:
        """The question was heard."""
        self.wait(PIN_S, now)

    def waited(self, now: float) -> None:
        """Nothing more was typed."""
        self._judge(now)

    def told(self, answer: Answering | None, now: float) -> None:
        """The question cannot be spoken: it may be answered all the same."""
        self.heard(now)

    def partner_failed(self, cause: str, now: float) -> None:
        """It has no partner."""

    def _judge(self, now: float) -> None:
        typed, self._typed = self._typed, ""
        self._tries -= 1
        if typed == self._pin:
            self.leg.attendant = None
            self._rooms.admit(self.host, self.leg, self._room, now)
        elif self._tries:
            self.begin(now)
        else:
            self.host.hang_up(self.leg, causes.DECLINED, now)


class ConferenceRooms:
    """All rooms; ``serve`` is the destination."""

    def __init__(self) -> None:
        self.rules: Mapping[str, RoomRules] = {}
        self._members: dict[str, list[Member]] = {}
        self._locked: set[str] = set()

    def serve(self, host: CallHost, leg: Leg, name: str, now: float) -> None:
        """Let a leg into a room, or ask it for the PIN first; refused where the room is locked."""
        pin = self.rules.get(name, OPEN).pin
        if name in self._locked:
            host.turn_away(leg, causes.DECLINED, 403, now)
        elif host.answer(leg, now):
            if pin:
                asking = leg.attendant = AskingPin(self, host, leg, name, pin)
                asking.begin(now)
            else:
                self.admit(host, leg, name, now)

    def admit(self, host: CallHost, leg: Leg, name: str, now: float) -> None:
        """Let an answered leg in; one that typed while the room was locked is let go."""
        if name in self._locked:
            host.hang_up(leg, causes.DECLINED, now)
            return
        member = leg.attendant = Member(self, host, leg, name)
        self._members.setdefault(name, []).append(member)
        host.plane.join(leg.id, name, tones=self.rules.get(name, OPEN).tones)
        host.publish(ConferenceJoined(host.clock(), leg.call.id, leg.id, name))

    def left(self, member: Member) -> None:
        """A member is gone; with the last one goes the room."""
        members = self._members[member.room]
        members.remove(member)
        if not members:
            del self._members[member.room]
            self._locked.discard(member.room)

    def lock(self, host: CallHost, name: str, locked: bool) -> None:
        """Keep newcomers out of a room that somebody is in, or let them in again."""
        if name in self._members and locked != (name in self._locked):
            (self._locked.add if locked else self._locked.discard)(name)
            host.publish(ConferenceLocked(host.clock(), name, locked))

    @staticmethod
    def mute(leg: Leg, muted: bool) -> None:
        """Mute a member, or no more; passed over for a leg in no room."""
        if isinstance(leg.attendant, Member):
            leg.attendant.mute(muted)
