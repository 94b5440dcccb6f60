"""What comes to a leg's RTP port besides audio, where several protocols share it: checks, handshakes, reports.

A leg has a gate when it agreed upon any of these. Audio passes it as it came; with ICE the gate learns where from, with
DTLS it finds the keys. Nothing is sent that a stranger could have asked for: checks are signed, and handshakes are
with those who passed a check, or with few at once.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import Protocol

from OpenSSL.SSL import Context

from pbx.media.rtp import MAX_SIZE
from pbx.plane import ice
from pbx.plane.demux import Kind, kind_of
from pbx.plane.dtls import Association, Outcome, begins_handshake
from pbx.plane.failures import NO_HANDSHAKE
from pbx.plane.leg import Leg
from pbx.plane.ports import Address
from pbx.plane.protocol import Handshake, RemoteMedia
from pbx.plane.srtp import Refused, Srtp

STALE_S = 5.0
"""A nominated address without a check for so long gives way to one that the far side likes less."""

MOST_VALID = 16
"""Addresses of one far side that passed a check."""

MOST_AT_ONCE = 4
"""Handshakes under way, where nothing tells the far side from strangers yet."""


HANDSHAKE_S = 30.0
"""A handshake that takes longer has failed."""

LINGER_S = 30.0
"""How long the last words of a handshake may be asked for again, after it."""


class Told(Protocol):
    """Who is told by a gate."""

    def shaking(self, leg: Leg) -> None:
        """A handshake has begun."""

    def nominated(self, leg: Leg, origin: Address) -> None:
        """The far side is to be reached here from now on."""

    def secured(self, leg: Leg) -> None:
        """A leg has keys."""

    def refused(self, leg: Leg, reason: str) -> None:
        """A handshake has failed."""

    def reported(self, leg: Leg, data: bytes, origin: Address, now: float) -> None:
        """RTCP came, still sealed."""


class Handled(OSError):
    """What was received was no audio, and is dealt with."""


class LegGate:
    """For one leg."""

    __slots__ = (
        "_associations", "_checked_at", "_context", "_leg", "_origin", "_priority", "_told", "_valid", "heard_at",
        "remote",
    )  # fmt: skip

    def __init__(self, leg: Leg, remote: RemoteMedia, context: Context | None, told: Told) -> None:
        self._leg = leg
        self._context = context
        self._told = told
        self.remote = remote
        """What was agreed last."""
        self._associations: dict[Address | None, Association] = {}  # by origin; None with ICE, where the way may change
        self._origin: Address | None = None  # where the far side spoke from last, in a handshake
        self._valid: set[Address] = set()
        self._priority = 0
        self._checked_at = 0.0  # when the nominated address was
        self.heard_at = 0.0
        """When a check came last."""

    def agree(self, remote: RemoteMedia) -> None:
        """Take a new description of the far side's: another certificate, or another role, is another handshake; with
        other credentials checks begin anew, and what is in use stays so until they nominate (RFC 8445 section 9)."""
        if remote.handshake != self.remote.handshake:
            self._associations.clear()
        if remote.checks != self.remote.checks:
            self._valid.clear()
            self._priority = 0
        self.remote = remote

    def begin(self, now: float) -> None:
        """Say the first words of a handshake, where that is up to us and there is somebody to say them to."""
        leg, handshake = self._leg, self.remote.handshake
        origin = leg.signalled if self.remote.checks is None else leg.source
        if handshake is None or not handshake.begins or self._associations or origin is None or leg.srtp is not None:
            return
        key, association = self._associate(origin, handshake, now)
        self._conclude(key, association.begin(), now)

    def takes(self, data: bytes, origin: Address, now: float) -> bool:
        """Deal with a datagram that is no audio; whether it was none. Reports wait for the source to be learnt."""
        kind = kind_of(data)
        if kind is Kind.RTP:
            return False
        if kind is Kind.STUN and self.remote.checks is not None:
            self._check(data, origin, now)
        elif kind is Kind.DTLS and self.remote.handshake is not None:
            self._shake(data, origin, now)
        elif kind is Kind.RTCP and self.remote.rtcp_mux and origin == self._leg.source:
            self._told.reported(self._leg, data, origin, now)
        elif origin == self._leg.source:
            self._leg.spoilt()
        else:
            self._leg.foreign += 1
        return True

    def receiver(self, line: socket.socket) -> Callable[[bytearray], int]:
        """A way to receive audio from the source, opened; what is no audio is dealt with. Raises OSError."""
        leg = self._leg

        def receive(buffer: bytearray) -> int:
            data = line.recv(MAX_SIZE)
            if leg.source is not None and self.takes(data, leg.source, monotonic()):
                raise Handled
            if leg.srtp is None:
                leg.spoilt()  # audio before the keys are found, or from one who does not secure it
                raise Handled
            try:
                data = leg.srtp.open(data)
            except Refused:
                leg.spoilt()
                raise
            buffer[: len(data)] = data
            return len(data)

        return receive

    def repeat(self, now: float) -> bool:
        """Say last words again where the far side did not answer in time; whether handshakes are still under way."""
        for key, association in list(self._associations.items()):
            if not association.over and now - association.since > HANDSHAKE_S:
                self._conclude(key, Outcome(None, NO_HANDSHAKE), now)
            elif association.patience_s == 0.0:
                self._conclude(key, association.repeat(), now)
        return any(not one.over for one in self._associations.values())

    def release(self, now: float) -> None:
        """Forget a handshake that is long over: nobody will ask for its last words any more."""
        for key, association in list(self._associations.items()):
            if association.over and now - association.since > LINGER_S:
                del self._associations[key]

    def _check(self, data: bytes, origin: Address, now: float) -> None:
        checks = self.remote.checks
        assert checks is not None
        try:
            check = ice.answer(data, origin, checks)
        except ice.CheckError:
            if origin != self._leg.source:
                self._leg.foreign += 1
            return  # from the source it is an indication that keeps a NAT's mapping, or a check of before a restart
        self._send(origin, check.answer)
        self.heard_at = now
        if len(self._valid) < MOST_VALID:
            self._valid.add(origin)
        if check.nominates:
            self._nominate(origin, check.priority, now)

    def _nominate(self, origin: Address, priority: int, now: float) -> None:
        """Use an address from now on, unless the one in use is liked better and still checked (RFC 8445 section 8.1.1:
        one who nominates several means the best)."""
        source = self._leg.source
        if source not in (None, origin) and priority < self._priority and now - self._checked_at < STALE_S:
            return
        self._priority, self._checked_at = priority, now
        if origin != source:
            self._told.nominated(self._leg, origin)
        self.begin(now)

    def _shake(self, data: bytes, origin: Address, now: float) -> None:
        leg, handshake, checked = self._leg, self.remote.handshake, self.remote.checks is not None
        assert handshake is not None
        key = None if checked else origin
        association = self._associations.get(key)
        if checked and origin != leg.source and origin not in self._valid:
            leg.foreign += 1
        elif association is not None:
            self._origin = origin
            self._conclude(key, association.take(data), now)
        elif leg.srtp is not None:
            return  # words of before, or a second handshake that nobody agreed upon
        elif handshake.begins or not begins_handshake(data) or not self._room_for(origin):
            leg.foreign += 1  # whom we begin with is who answers
        else:
            key, association = self._associate(origin, handshake, now)
            self._conclude(key, association.take(data), now)

    def _room_for(self, origin: Address) -> bool:
        """Whether one more handshake may begin; the signalled address has room of its own, whoever took the rest."""
        others = sum(key != self._leg.signalled for key in self._associations)
        return origin == self._leg.signalled or others < MOST_AT_ONCE

    def _associate(self, origin: Address, handshake: Handshake, now: float) -> tuple[Address | None, Association]:
        assert self._context is not None, "no certificate, no fingerprint of it in any description"
        self._origin = origin
        key, send = (origin, partial(self._send, origin)) if self.remote.checks is None else (None, self._send_on)
        association = self._associations[key] = Association(self._context, handshake, send, now)
        self._told.shaking(self._leg)
        return key, association

    def _conclude(self, key: Address | None, outcome: Outcome | None, now: float) -> None:
        """See how a handshake ended, if it did."""
        if outcome is None:
            return
        if outcome.keys is None:
            del self._associations[key]
            self._leg.handshakes_failed += 1
            if key is None or key == self._leg.signalled:  # else it may well have been a stranger's
                self._told.refused(self._leg, outcome.failure)
            return
        self._associations = {key: self._associations[key]}
        self._associations[key].since = now
        self._leg.srtp = Srtp(outcome.keys)
        self._told.secured(self._leg)

    def _send_on(self, data: bytes) -> None:
        """With ICE: to where the far side is to be reached, or spoke from last."""
        target = self._leg.source or self._origin
        if target is not None:
            self._send(target, data)

    def _send(self, target: Address, data: bytes) -> None:
        if self._leg.ports is not None:
            with suppress(OSError):
                self._leg.ports.rtp.sendto(data, target)
