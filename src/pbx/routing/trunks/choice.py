"""Which trunks a call may go out by, in which order, and why not by the others.

A route names them: ``trunk:a`` or ``trunk:a,b`` in that order, ``trunk:*`` all of them, the cheapest first. A trunk
that is down is passed over, and so is one whose limits speak against the call. For an emergency number nothing does:
each trunk of the house is a candidate, those meant for emergencies first, those that are down last.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from pbx.routing.trunks.ledger import Ledger
from pbx.routing.trunks.numbers import UNKNOWN, Called, read_number, write_number
from pbx.routing.trunks.rates import Rate, rate_of
from pbx.routing.trunks.trunk import ANYWHERE, Trunk

LEAST_COST = "*"


class Line(Struct):
    """A declared trunk as it stands."""

    trunk: Trunk
    ledger: Ledger
    down: str = ""
    """Why no call can go out by it now, e.g. ``not registered``; empty while it is up."""


class Candidate(Struct, frozen=True):
    """A trunk that may carry the call."""

    trunk: str
    number: str
    """As it is sent to the carrier."""
    rate: Rate | None
    country: str
    """ISO 3166, of the number that the carrier is to call; that of the home region for an emergency call."""
    reason: str
    """What gave it its place in the order."""


class PassedOver(Struct, frozen=True):
    """A trunk that may not, and the rule that says so."""

    trunk: str
    rule: str
    """``down``, ``countries``, ``rates``, ``max_calls``, ``calls_per_s``, ``hours``, ``spend_per_day``, ``unknown``."""
    detail: str


class Choice(Struct, frozen=True):
    """A decision, explained."""

    number: str
    """As dialled."""
    e164: str
    country: str
    policy: Literal["ordered", "least_cost", "emergency"]
    candidates: tuple[Candidate, ...]
    """In the order in which they are to be tried."""
    passed_over: tuple[PassedOver, ...]

    def abroad(self, home: str) -> str | None:
        """The country other than ``home`` that some candidate would call; None where all stay at home.

        A call for help is never one abroad. Trunks may read a number differently (``Trunk.strip``).
        """
        if self.policy == "emergency":
            return None
        return next((one.country for one in self.candidates if one.country != home), None)


def choose(lines: dict[str, Line], name: str, number: str, region: str, *, emergency: bool, now: float) -> Choice:
    """Choose for a dialled number; ``name`` is that of the target ``trunk:name``."""
    called = read_number(number, region)
    if emergency:
        return _for_emergency(lines.values(), called)
    if name == LEAST_COST:
        wanted = sorted(lines.values(), key=lambda line: (line.trunk.priority, line.trunk.id))
    else:
        wanted = [lines[id] for id in name.split(",") if id in lines]
    passed_over: list[PassedOver] = []
    candidates: list[Candidate] = []
    for line in wanted:
        judged = _judge(line, number, region, now, cheapest=name == LEAST_COST)
        if isinstance(judged, Candidate):
            candidates.append(judged)
        else:
            passed_over.append(judged)
    passed_over += [PassedOver(id, "unknown", "there is no such trunk") for id in _missing(lines, name)]
    if name == LEAST_COST:
        candidates.sort(key=lambda one: one.rate.per_minute if one.rate is not None else 0.0)
    policy: Literal["ordered", "least_cost"] = "least_cost" if name == LEAST_COST else "ordered"
    return Choice(number, called.e164, called.country, policy, tuple(candidates), tuple(passed_over))


def objection(line: Line, number: str, region: str, now: float) -> PassedOver | None:
    """What speaks now against a trunk for a dialled number; asked again before each is tried."""
    trunk = line.trunk
    called = read_number(number[trunk.strip :], region)
    if line.down:
        return PassedOver(trunk.id, "down", line.down)
    if not _may_call(trunk, called.country, region):
        allowed = ", ".join(trunk.countries) or region
        country = "a country that cannot be told" if called.country == UNKNOWN else called.country
        return PassedOver(trunk.id, "countries", f"{country} is not among: {allowed}")
    if trunk.spend_per_day is not None and rate_of(trunk.rates, called.e164) is None:
        # What has no price would be spent without limit.
        return PassedOver(trunk.id, "rates", f"no rate is set for {called.e164 or called.dialled}, but a daily limit")
    against = line.ledger.objection(trunk, now)
    return None if against is None else PassedOver(trunk.id, against.rule, against.detail)


def _judge(line: Line, number: str, region: str, now: float, *, cheapest: bool) -> Candidate | PassedOver:
    against = objection(line, number, region, now)
    if against is not None:
        return against
    trunk = line.trunk
    called = read_number(number[trunk.strip :], region)
    rate = rate_of(trunk.rates, called.e164)
    if cheapest and rate is None and trunk.rates:
        return PassedOver(trunk.id, "rates", f"no rate is set for {called.e164 or called.dialled}")
    sent = trunk.prepend + write_number(called, trunk.number_format, region)
    reason = "the route's order"
    if cheapest:
        reason = f"{rate.per_minute:g} {trunk.currency} a minute" if rate is not None else "no rates: free of charge"
    return Candidate(trunk.id, sent, rate, called.country, reason)


def _may_call(trunk: Trunk, country: str, region: str) -> bool:
    return ANYWHERE in trunk.countries or country in (trunk.countries or (region,))


def _missing(lines: dict[str, Line], name: str) -> list[str]:
    return [] if name == LEAST_COST else [id for id in name.split(",") if id not in lines]


def _for_emergency(lines: Iterable[Line], called: Called) -> Choice:
    ordered = sorted(
        lines, key=lambda line: (bool(line.down), not line.trunk.emergency, line.trunk.priority, line.trunk.id)
    )
    sent, home = called.dialled, called.country
    candidates = [Candidate(line.trunk.id, sent, None, home, _emergency_reason(line)) for line in ordered]
    return Choice(called.dialled, "", called.country, "emergency", tuple(candidates), ())


def _emergency_reason(line: Line) -> str:
    if line.down:
        return f"tried last, since it is down: {line.down}"
    return "meant for emergency calls" if line.trunk.emergency else "up"
