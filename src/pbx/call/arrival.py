"""The first leg of a call that a trunk brought: in the trunk's books, its audio as the trunk has it."""

from __future__ import annotations

from pbx.call.call import Leg
from pbx.routing.trunks.board import Arrival
from pbx.routing.trunks.choice import Line


def write_down(leg: Leg, arrival: Arrival) -> None:
    """Note which trunk a leg came by, and how far its caller is vouched for."""
    line = arrival.line
    leg.call.trunk, leg.call.attestation = line.trunk.id, arrival.attestation
    leg.audio.allowed, leg.audio.srtp = line.trunk.codecs, line.trunk.srtp.under(leg.audio.srtp)
    leg.audio.dtmf = line.trunk.dtmf
    leg.charge = ArrivalCharge(line, leg.id)


class ArrivalCharge:
    """An incoming leg occupies its trunk and costs nothing (a ``Charge``)."""

    def __init__(self, line: Line, leg: str) -> None:
        self._line = line
        self._leg = leg
        line.ledger.came_in(leg)

    def answered(self, at: float) -> None: ...

    def ended(self, at: float) -> None:
        self._line.ledger.ended(self._leg, self._line.trunk, at)
