"""What the broken messages are thrown at: a whole switch in virtual time, with phones and calls in it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from pbx import events
from pbx.sip import events as sip
from pbx.sip.errors import ParseError
from pbx.sip.framing import StreamFramer
from pbx.sip.session import Phase
from tests.scenario.exchange import Exchange

TORTURE = Path(__file__).parents[1] / "torture"
PATIENCE_S = 400.0
"""Longer than any timer of a transaction, a ringing phone or an unacknowledged answer."""


class Subject:
    """A switch; raises whatever a message makes it raise."""

    def __init__(self) -> None:
        self.exchange = Exchange(capacity=500)
        self.exchange.routes(n1001="phone:1001", n1002="phone:1002", n600="echo", n601="music", n700="queue:support")
        self.phones = [self.exchange.phone(f"10{number}", "answer") for number in ("01", "03", "04")]
        self.exchange.phone("1002", 486)
        self.exchange.on_event = self._own
        self._call_control = self.exchange.switch.react
        self.exchange.switch.react = self._react
        self._stranger = self.exchange.network.party("stranger")
        self._elapsed = 0.0
        self._said: list[bytes] = []

    def _own(self, event: events.Event) -> None:
        """Nobody serves queues here: their calls are refused."""
        if isinstance(event, events.CallOffered):
            leg = self.exchange.control.legs[event.leg]
            self.exchange.control.hang_up(leg, "busy", self.exchange.network.now)

    def _react(self, event: sip.Event, now: float) -> None:
        """Requests outside calls are answered at once; all else is call control's."""
        if isinstance(event, sip.RequestReceived):
            self.exchange.switch.endpoint.respond(event.transaction, event.request, 405, now)
        else:
            self._call_control(event, now)

    def samples(self) -> list[bytes]:
        """Messages to break: the torture files, and all that one ordinary call sends, held and resumed."""
        files = [path.read_bytes() for path in sorted(TORTURE.glob("rfc*/*")) if path.is_file()]
        ana = self.phones[1]
        for number in ("1001", "600", "700", "1002"):
            ana.dial(number)
            self._let_pass(1.0)
            if ana.talks:
                ana.offer("sendonly")
                self._let_pass(1.0)
                ana.hang_up()
                self._let_pass(1.0)
        return files + self._said

    def hear(self, data: bytes) -> None:
        """Take one message from a stranger, and let a moment pass."""
        self.exchange.switch.endpoint.receive(data, self._stranger.flow, self.exchange.network.now)
        self._let_pass(0.02)

    def hear_stream(self, data: bytes, cuts: Sequence[int]) -> None:
        """Take bytes of a connection, cut at these places; a stream that cannot be framed ends."""
        framer = StreamFramer()
        places = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
        try:
            for start, end in pairwise(places):
                for message in framer.feed(data[start:end]):
                    self.hear(message)
        except ParseError:
            pass

    def talk(self, chance: random.Random) -> None:
        """Let a phone do something: call, hold, resume, hang up."""
        phone = chance.choice(self.phones)
        action = chance.choice(("dial", "dial", "hold", "resume", "hang up"))
        if phone.session is None or phone.session.phase is Phase.ENDED:
            phone.dial(chance.choice(("1001", "1002", "1003", "600", "601", "700", "999")))
        elif action == "hang up":
            phone.hang_up()
        elif phone.talks and not phone.session.offer_pending:
            phone.offer("sendrecv" if action == "resume" else "sendonly")
        self._let_pass(chance.choice((0.02, 0.5, 4.0)))

    def is_clean(self) -> bool:
        """Whether nothing stays behind once every call is ended and every timer has run."""
        self.exchange.network.alter = lambda packet: packet.data
        for leg in list(self.exchange.control.legs.values()):
            self.exchange.control.hang_up(leg, "normal", self.exchange.network.now)
        self._let_pass(PATIENCE_S)
        return self.exchange.in_use == (0, 0, 0) and not any(self.exchange.switch.left)

    def _let_pass(self, seconds: float) -> None:
        self._elapsed += seconds
        self.exchange.run_until(self._elapsed)
        if len(self._said) < 200:
            self._said += [packet.data for packet in self.exchange.network.sent]
        self.exchange.network.sent.clear()
        self.exchange.published.clear()
