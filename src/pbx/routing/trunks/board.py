"""All trunks of one switch as they stand: declared, up or down, carrying calls, recognised by where they call from."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from pbx.routing.numbering import fits
from pbx.routing.trunks.choice import Choice, Line, choose, objection
from pbx.routing.trunks.emergency import EmergencyNumbers
from pbx.routing.trunks.ledger import Ledger
from pbx.routing.trunks.numbers import read_number
from pbx.routing.trunks.trunk import Trunk
from pbx.sip.flow import Flow


class Arrival(Struct, frozen=True):
    """A call that a trunk brings."""

    line: Line
    number: str | None
    """What it is for, as routes know it; None for one that the trunk is not expected to bring calls for."""
    attestation: str | None = None
    """How far its caller is vouched for: ``A``, ``B``, ``C``, or ``failed``."""


class TrunkBoard:
    """What call control asks about trunks, and what the keepers of their registrations and health write down."""

    def __init__(self, region: str, emergency_numbers: tuple[str, ...] = ()) -> None:
        """``region``: ISO 3166 country in which numbers without ``+`` are read."""
        self.region = region
        self.emergency = EmergencyNumbers(region, emergency_numbers)
        self.lines: dict[str, Line] = {}
        self._ways: dict[str, tuple[Flow, ...]] = {}
        self._by_host: dict[str, list[str]] = {}

    def declare(self, trunks: Iterable[Trunk]) -> None:
        """Replace all trunks; the books of those that stay are kept."""
        lines: dict[str, Line] = {}
        for trunk in trunks:
            known = self.lines.get(trunk.id)
            if known is None:
                lines[trunk.id] = Line(trunk, Ledger())
            else:
                known.trunk = trunk
                lines[trunk.id] = known
        self.lines = lines
        for gone in set(self._ways) - set(lines):
            self.found_at(gone, ())

    def found_at(self, trunk: str, ways: tuple[Flow, ...]) -> None:
        """Where a trunk's address was resolved to, the preferred way first."""
        for flow in self._ways.pop(trunk, ()):
            known = self._by_host.get(flow.host, [])
            if trunk in known:
                known.remove(trunk)
            if not known:
                self._by_host.pop(flow.host, None)
        if ways:
            self._ways[trunk] = ways
        for host in {flow.host for flow in ways}:
            self._by_host.setdefault(host, []).append(trunk)

    def ways_to(self, trunk: str) -> tuple[Flow, ...]:
        """The ways to a trunk; none while its address is not resolved."""
        return self._ways.get(trunk, ())

    def choose(self, name: str, number: str, now: float) -> Choice:
        """Which trunks a dialled number may go out by; ``now`` is seconds since the epoch."""
        return choose(self.lines, name, number, self.region, emergency=number in self.emergency, now=now)

    def may_carry(self, trunk: str, number: str, now: float) -> bool:
        """Whether a trunk, chosen a moment ago, may still take a call."""
        line = self.lines.get(trunk)
        if line is None:
            return False
        return number in self.emergency or objection(line, number, self.region, now) is None

    def calling_from(self, flow: Flow, number: str) -> Trunk | None:
        """The trunk that a request from an address is of; where several share it, the one with that number.

        A trunk declared with a port is recognised by it over UDP, where a carrier calls from the port it is called
        at; a connection comes from any port.
        """
        found = [
            self.lines[id].trunk
            for id in self._by_host.get(flow.host, ())
            if id in self.lines and _calls_from(self.lines[id].trunk, self._ways[id], flow)
        ]
        if len(found) < 2:
            return found[0] if found else None
        return min(found, key=lambda trunk: (not expects(trunk, number), not trunk.numbers, trunk.priority, trunk.id))

    def arriving(self, trunk: Trunk, number: str) -> str | None:
        """The number for which a trunk brings a call, in E.164 where it is a telephone number.

        None where the trunk is not expected to bring calls for it.
        """
        plain = f"+{number}" if trunk.number_format == "e164" and number.isdigit() else number
        called = read_number(plain, self.region).e164 or read_number(number, self.region).e164 or number
        return next((one for one in (called, number) if expects(trunk, one)), None)


def _calls_from(trunk: Trunk, ways: tuple[Flow, ...], flow: Flow) -> bool:
    if trunk.transport != flow.transport:
        return False
    return trunk.port is None or flow.reliable or any((way.host, way.port) == (flow.host, flow.port) for way in ways)


def owns(trunk: Trunk, number: str) -> bool:
    """Whether a number (E.164) is one of ours there: it is the one that is shown, or calls for it come in."""
    return number == trunk.caller_id or any(fits(pattern, number) for pattern in trunk.numbers)


def expects(trunk: Trunk, number: str) -> bool:
    """Whether a trunk brings calls for a number."""
    return not trunk.numbers or any(fits(pattern, number) for pattern in trunk.numbers)
