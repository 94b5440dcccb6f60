"""The gates of a worker's legs: what descriptions say of them, what they bring about, and their time."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from time import time

from OpenSSL.SSL import Context

from pbx.plane.certificate import Certificate
from pbx.plane.dtls import make_context
from pbx.plane.failures import CHECKS_CEASED
from pbx.plane.gate import LegGate
from pbx.plane.leg import Leg
from pbx.plane.ports import Address
from pbx.plane.protocol import RemoteMedia
from pbx.plane.relay import Relay
from pbx.plane.reporter import Reporter
from pbx.plane.srtp import Srtp

CONSENT_S = 30.0
"""Neither a check nor audio for so long: the far side is gone, or its way to us (RFC 7675 section 5.1)."""

LOOK_EVERY_S = 5.0
"""Between two looks at whether a far side is still there."""

REPEAT_EVERY_S = 0.1
"""How exactly the timers of handshakes are kept; the first is a second (RFC 6347 section 4.2.4.1)."""


class Gates:
    """For all legs of a worker; it is ``Told`` by each of them."""

    def __init__(self, relay: Relay, reporter: Reporter, tell: Callable[[str, str], None]) -> None:
        """``tell`` takes a leg's name and what has gone wrong with its audio."""
        self._relay = relay
        self._reporter = reporter
        self._tell = tell
        self._context: Context | None = None
        self._gates: dict[Leg, LegGate] = {}
        self._shaking: set[Leg] = set()
        self._alive: dict[Leg, tuple[float, int]] = {}  # when, and how many packets there were then
        self._look_at = self._repeat_at = inf

    @property
    def next_at(self) -> float:
        """When ``tick`` has something to do, in seconds; infinity for never."""
        return min(self._look_at, self._repeat_at)

    def identify(self, own: Certificate) -> None:
        """Show this certificate in handshakes from now on."""
        self._context = make_context(own)

    def agree(self, leg: Leg, remote: RemoteMedia, now: float) -> None:
        """Take what a new description says of how audio is secured and travels; ``leg.remote`` is the one before."""
        if remote.handshake is None:
            if remote.keys != (None if leg.srtp is None else leg.srtp.keys):
                leg.srtp = None if remote.keys is None else Srtp(remote.keys, leg.srtp)
        elif leg.remote is None or remote.handshake != leg.remote.handshake:
            leg.srtp = None
        gate = self._gates.get(leg)
        if remote.handshake is None and remote.checks is None and not remote.rtcp_mux:
            self.forget(leg)
        elif gate is None:
            self._gates[leg] = leg.gate = LegGate(leg, remote, self._context, self)
            self._alive[leg] = now, 0
            self._look_at = min(self._look_at, now + LOOK_EVERY_S)
        else:
            gate.agree(remote)

    def begin(self, leg: Leg, now: float) -> None:
        """Let a leg's handshake begin, if that is up to us."""
        if (gate := self._gates.get(leg)) is not None:
            gate.begin(now)

    def tick(self, now: float) -> None:
        """Do what is due."""
        if now >= self._repeat_at:
            self._shaking = {leg for leg in self._shaking if leg in self._gates and self._gates[leg].repeat(now)}
            self._repeat_at = now + REPEAT_EVERY_S if self._shaking else inf
        if now >= self._look_at:
            self._look_at = now + LOOK_EVERY_S if self._gates else inf
            for leg, gate in self._gates.items():
                gate.release(now)
                if gate.remote.checks is not None:
                    self._look(leg, gate, now)

    def forget(self, leg: Leg) -> None:
        """A leg has no gate any more."""
        leg.gate = None
        self._gates.pop(leg, None)
        self._alive.pop(leg, None)

    def _look(self, leg: Leg, gate: LegGate, now: float) -> None:
        """See whether a far side is still there; told once."""
        leg.settle()
        at, packets = self._alive[leg]
        if leg.reception.received != packets or gate.heard_at > at:
            self._alive[leg] = now, leg.reception.received
        elif now - at >= CONSENT_S:
            self._alive[leg] = inf, packets
            self._tell(leg.name, CHECKS_CEASED)

    def shaking(self, leg: Leg) -> None:
        self._shaking.add(leg)
        self._repeat_at = 0.0

    def nominated(self, leg: Leg, origin: Address) -> None:
        self._relay.learn(leg, origin)

    def secured(self, leg: Leg) -> None:
        self._relay.wire(leg)
        leg.aim()

    def refused(self, leg: Leg, reason: str) -> None:
        self._tell(leg.name, reason)

    def reported(self, leg: Leg, data: bytes, origin: Address, now: float) -> None:
        self._reporter.hear(leg, data, origin, now, time())
