"""The phones of the load generator: any number of extensions on one socket; each rings, answers and waits for BYE."""

from __future__ import annotations

from _callers import Call, Callers
from _line import Line, Timers
from _messages import CALL_ID, CSEQ, FROM, Address, caller_in, field, response, sdp

REMEMBERED = 20_000
"""Ended dialogs that are kept, to answer what is sent again."""


class Leg:
    """A call at one phone."""

    __slots__ = ("acknowledged", "answer", "call", "ended")

    def __init__(self, call: Call | None) -> None:
        self.call = call
        self.answer = b""
        self.acknowledged = self.ended = False


class Phones:
    """Whom the switch calls."""

    def __init__(self, switch: Address, audio: Address, timers: Timers, callers: Callers) -> None:
        self.line = Line(switch, timers)
        self._callers = callers
        self._own = f"{self.line.address[0]}:{self.line.address[1]}".encode()
        self._sdp = sdp(audio).encode()
        self._legs: dict[bytes, Leg] = {}
        self.repeated = 0
        """Requests that the switch sent again."""

    def received(self, message: bytes) -> None:
        """A message to a phone: all are requests, for these phones never ask."""
        leg = self._legs.get(field(message, CALL_ID))
        if message.startswith(b"INVITE"):
            self._invited(leg, message)
        elif leg is None:
            if not message.startswith(b"ACK"):
                self.line.send(response(message, b"481 Unknown"))
        elif message.startswith(b"ACK"):
            self._acknowledged(leg)
        elif message.startswith(b"BYE"):
            self._ended(leg, message)
        else:
            self.line.send(response(message, b"200 OK"))
            if leg.call is not None:
                self._callers.fail(leg.call, f"a phone got {field(message, CSEQ).decode()}")

    def _invited(self, leg: Leg | None, message: bytes) -> None:
        if leg is not None:
            self.repeated += 1
            self.line.send(leg.answer)
            return
        call = self._callers.find(caller_in(field(message, FROM)))
        leg = self._remember(field(message, CALL_ID), Leg(call))
        if call is not None:
            call.legs += 1
            if call.legs > 1:
                self._callers.fail(call, "a second phone rang")
        tag = b"p%d" % id(leg)
        leg.answer = response(message, b"200 OK", tag=tag, own=self._own, body=self._sdp)
        self.line.send(response(message, b"180 Ringing", tag=tag, own=self._own))
        self.line.send_until(leg.answer, lambda: leg.acknowledged)

    def _remember(self, call_id: bytes, leg: Leg) -> Leg:
        self._legs[call_id] = leg
        if len(self._legs) > REMEMBERED:
            del self._legs[next(iter(self._legs))]
        return leg

    def _acknowledged(self, leg: Leg) -> None:
        if leg.acknowledged:
            return
        leg.acknowledged = True
        if leg.call is not None:
            leg.call.picked_up = True
            self._callers.check(leg.call)

    def _ended(self, leg: Leg, message: bytes) -> None:
        self.line.send(response(message, b"200 OK"))
        if leg.ended:
            self.repeated += 1
            return
        leg.ended = True
        if leg.call is not None:
            leg.call.released = True
            self._callers.check(leg.call)
