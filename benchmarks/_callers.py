"""The callers of the load generator: each dials, is answered, talks for a while and hangs up.

The steps of a call, as its caller sees them::

    CALLING ──1xx──► PROCEEDING ──200──► ANSWERED ──hang up──► LEAVING ──200──► LEFT
        └───────────any other final response, or none──────────► failed

A call is complete when its caller has left, and the phone that took it has been told so.
"""

from __future__ import annotations

from collections import Counter
from enum import IntEnum
from functools import partial
from time import monotonic

from _line import Line, Timers
from _messages import CONTACT, CSEQ, FROM, TO, Address, Requests, caller_in, field, response, uri_in


class Step(IntEnum):
    """Where a caller is."""

    CALLING = 0
    PROCEEDING = 1
    ANSWERED = 2
    LEAVING = 3
    LEFT = 4


class Call:
    """One call of ours."""

    __slots__ = ("began", "legs", "number", "picked_up", "released", "step", "target", "to")

    def __init__(self, number: int, began: float) -> None:
        self.number = number
        self.began = began
        self.step = Step.CALLING
        self.to = self.target = b""
        self.legs = 0
        """Phones that rang for it."""
        self.picked_up = self.released = False
        """Whether a phone's answer was acknowledged, and whether its call was ended."""


class Callers:
    """All calls of a run, and what became of them."""

    def __init__(self, switch: Address, audio: Address, timers: Timers) -> None:
        self.line = Line(switch, timers)
        self._timers = timers
        self._requests = Requests(switch, self.line.address, audio)
        self._calls: dict[int, Call] = {}
        self._last = 0
        self.hold_s = 0.0
        """Seconds of talk."""
        self.reset()

    def reset(self) -> None:
        """Forget all calls; counts begin again."""
        self._calls.clear()
        self.completed = 0
        self.repeated = 0
        """Responses that the switch sent again."""
        self.failures: Counter[str] = Counter()
        self.setup_s: list[float] = []
        """From dialling until both sides were connected, of each call."""

    @property
    def in_progress(self) -> int:
        """Calls that are neither complete nor failed."""
        return len(self._calls)

    def find(self, number: int) -> Call | None:
        """The call in progress of this number."""
        return self._calls.get(number)

    def dial(self, to: int) -> None:
        """Begin a call."""
        self._last += 1
        call = self._calls[self._last] = Call(self._last, monotonic())
        invite = self._requests.invite % {b"call": call.number, b"to": to}
        self.line.send_until(invite, lambda: call.step is not Step.CALLING or call.number not in self._calls)

    def received(self, message: bytes) -> None:
        """A message to a caller."""
        if not message.startswith(b"SIP/2.0 "):
            self._asked(message)
            return
        call = self._calls.get(caller_in(field(message, FROM)))
        if field(message, CSEQ).endswith(b"INVITE"):
            self._invite_answered(call, int(message[8:11]), message)
        elif call is None or call.step is not Step.LEAVING:
            self.repeated += 1
        elif message.startswith(b"SIP/2.0 200"):
            call.step = Step.LEFT
            self.check(call)
        else:
            self.fail(call, f"BYE answered {message[8:11].decode()}")

    def _invite_answered(self, call: Call | None, status: int, message: bytes) -> None:
        if status < 200:
            if call is not None and call.step is Step.CALLING:
                call.step = Step.PROCEEDING
            return
        number = caller_in(field(message, FROM))
        to = field(message, TO)
        if status >= 300:
            target = uri_in(to)
            self.line.send(self._requests.ack_refusal % {b"call": number, b"target": target, b"to": to})
            if call is not None:
                self.fail(call, f"INVITE answered {status}")
            return
        target = uri_in(field(message, CONTACT))
        self.line.send(self._requests.ack % {b"call": number, b"target": target, b"to": to})
        if call is None or call.step >= Step.ANSWERED:
            self.repeated += 1
            return
        call.step, call.to, call.target = Step.ANSWERED, to, target
        self.check(call)

    def check(self, call: Call) -> None:
        """Take a call on from where it is: begin the talk, or end it all."""
        if call.step is Step.ANSWERED and call.picked_up:
            now = monotonic()
            self.setup_s.append(now - call.began)
            self._timers.at(now + self.hold_s, partial(self._hang_up, call))
        elif call.step is Step.LEFT and call.released and call.number in self._calls:
            del self._calls[call.number]
            self.completed += 1

    def _hang_up(self, call: Call) -> None:
        if call.number not in self._calls:
            return
        call.step = Step.LEAVING
        bye = self._requests.bye % {b"call": call.number, b"target": call.target, b"to": call.to}
        self.line.send_until(bye, lambda: call.step is Step.LEFT or call.number not in self._calls)

    def _asked(self, request: bytes) -> None:
        """The switch hangs up on a caller, which it never should before the caller does."""
        self.line.send(response(request, b"200 OK"))
        call = self._calls.get(caller_in(field(request, TO)))
        if call is not None:
            self.fail(call, f"the switch sent {request.partition(b' ')[0].decode()}")

    def fail(self, call: Call, why: str) -> None:
        """A call did not go as it should."""
        if self._calls.pop(call.number, None) is not None:
            self.failures[why] += 1

    def fail_rest(self) -> None:
        """Those who still are not through never will be."""
        for call in list(self._calls.values()):
            agent = "released" if call.released else "connected" if call.picked_up else f"{call.legs} phones rang"
            self.fail(call, f"stuck {call.step.name}, {agent}")
