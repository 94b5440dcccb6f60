"""A network in virtual time: endpoints without sockets, datagrams that can be lost, delayed and overtaken.

Nothing here waits: ``run_until`` goes from one moment at which something happens to the next. The same seed gives the
same run.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from itertools import count
from typing import NamedTuple, TypeVar

from pbx.sip.endpoint import Endpoint
from pbx.sip.events import Event
from pbx.sip.flow import Flow
from pbx.sip.headers.address import Address
from pbx.sip.message import Request, parse_message
from pbx.sip.session import Session
from pbx.sip.uri import sip_uri

E = TypeVar("E", bound=Event)
OFFER, ANSWER = b"an offer", b"an answer"


class Packet(NamedTuple):
    """A message on its way."""

    at: float
    sender: str
    receiver: str
    data: bytes

    @property
    def what(self) -> str:
        """``INVITE`` for a request, ``200 INVITE`` for a response."""
        message = parse_message(self.data)
        return message.method if isinstance(message, Request) else f"{message.status} {message.cseq.method}"


class Party:
    """An endpoint with a name, an address and somebody who reacts to its events."""

    def __init__(self, network: Network, name: str, host: str) -> None:
        numbers = count()
        self.network = network
        self.name = name
        self.flow = Flow(network.transport, host, 5060)
        self.endpoint = Endpoint({network.transport: (host, 5060)}, lambda: f"{name}-{next(numbers)}")
        self.events: list[Event] = []
        self.react: Callable[[Event, float], None] = lambda event, now: None

    def call(self, other: Party, body: bytes = OFFER) -> Session:
        """Send an INVITE to another party."""
        me, you = (Address(sip_uri(one.name, one.flow.host)) for one in (self, other))
        session = self.endpoint.invite(str(you.uri), other.flow, caller=me, callee=you, body=body, now=self.network.now)
        self.network.flush()
        return session

    def told(self, kind: type[E]) -> list[E]:
        """The events of one kind, in order."""
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def left(self) -> tuple[int, int, int]:
        """Sessions, transactions and timers alive."""
        return self.endpoint.dialogs, self.endpoint.transactions, len(self.endpoint.timers)


class Network:
    """All parties, and the packets between them."""

    def __init__(
        self,
        *,
        transport: str = "udp",
        delay: float = 0.01,
        jitter: float = 0.0,
        loss: float = 0.0,
        seed: int = 0,
        began: float = 1000.0,
    ) -> None:
        """``began``: seconds since the epoch. ``delay`` and ``jitter``: seconds, the latter random on top.

        ``loss``: the share of packets that vanish.
        """
        self.transport = transport
        self.now = self.began = began
        self.parties: list[Party] = []
        self.sent: list[Packet] = []
        self.loss = loss
        self.alter: Callable[[Packet], bytes] = lambda packet: packet.data
        """What the network makes of a packet on its way."""
        self._delay, self._jitter = delay, jitter
        self._chance = random.Random(seed)
        self._order = count()
        self._due: list[tuple[float, int, Callable[[], object]]] = []
        self._to_lose: dict[str, float] = {}
        self._by_flow: dict[Flow, Party] = {}

    def party(self, name: str, host: str = "") -> Party:
        """Somebody new, at an address of their own unless ``host`` says which."""
        party = Party(self, name, host or f"192.0.2.{len(self.parties) + 1}")
        self.parties.append(party)
        self._by_flow[party.flow] = party
        return party

    def lose(self, what: str, times: float = 1) -> None:
        """Let the next ``times`` packets of a kind (see ``Packet.what``) vanish."""
        self._to_lose[what] = times

    def deliver(self, data: bytes, sender: Party, receiver: Party) -> None:
        """Put bytes into a party's ear, as if they had just arrived from another."""
        receiver.endpoint.receive(data, sender.flow, self.now)
        self.flush()

    def after(self, seconds: float, action: Callable[[], object]) -> None:
        """Do something later."""
        heapq.heappush(self._due, (self.now + seconds, next(self._order), action))

    def flush(self) -> None:
        """Tell what happened and carry what is to be sent, for all parties."""
        for party in self.parties:
            while events := party.endpoint.take_events():
                for event in events:
                    party.events.append(event)
                    party.react(event, self.now)
            for data, flow in party.endpoint.take_outgoing():
                if (receiver := self._by_flow.get(flow)) is not None:  # else nobody is there
                    self._carry(data, party, receiver)

    def _carry(self, data: bytes, sender: Party, receiver: Party) -> None:
        packet = Packet(self.now - self.began, sender.name, receiver.name, data)
        self.sent.append(packet)
        if self._to_lose and (left := self._to_lose.get(packet.what, 0)) > 0:
            self._to_lose[packet.what] = left - 1
        elif self.loss == 0 or self._chance.random() >= self.loss:
            wait = self._delay + (self._chance.random() * self._jitter if self._jitter else 0.0)
            arriving = self.alter(packet)
            self.after(wait, lambda: receiver.endpoint.receive(arriving, sender.flow, self.now))

    def run_until(self, end: float) -> None:
        """Let time pass, to ``end`` seconds after the beginning."""
        self.flush()
        while (moment := self._next()) is not None and moment <= self.began + end:
            self.now = max(self.now, moment)
            while self._due and self._due[0][0] <= self.now:
                heapq.heappop(self._due)[2]()
                self.flush()  # as the driver does: what a message gave rise to is told before the next one is read
            for party in self.parties:
                party.endpoint.handle_timer(self.now)
            self.flush()
        self.now = max(self.now, self.began + end)

    def _next(self) -> float | None:
        moments = [when for party in self.parties if (when := party.endpoint.next_timer()) is not None]
        if self._due:
            moments.append(self._due[0][0])
        return min(moments, default=None)

    def times(self, what: str, sender: str | None = None) -> list[float]:
        """When packets of a kind were sent, in seconds since the beginning, to the millisecond."""
        return [round(one.at, 3) for one in self.sent if one.what == what and sender in (None, one.sender)]

    def packets(self, what: str) -> list[Packet]:
        """The packets of a kind."""
        return [one for one in self.sent if one.what == what]

    @property
    def left(self) -> dict[str, tuple[int, int, int]]:
        """Who still holds sessions, transactions or timers, and how many of each."""
        return {party.name: party.left for party in self.parties if any(party.left)}
