"""Who sent a call elsewhere before it came here: Diversion (RFC 5806) and History-Info (RFC 7044)."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Literal, TypeAlias
from urllib.parse import quote

from msgspec import Struct

from pbx.sip.errors import ParseError
from pbx.sip.headers.address import Address
from pbx.sip.message import Request
from pbx.sip.uri import sip_uri

Reason: TypeAlias = Literal[
    "unconditional", "user-busy", "no-answer", "unavailable", "do-not-disturb", "deflection", "unknown"
]

CAUSES: dict[Reason, int] = {"unconditional": 302, "user-busy": 486, "do-not-disturb": 486, "no-answer": 408,
                             "unavailable": 503, "deflection": 480}  # fmt: skip
"""RFC 4458 section 2."""
_REASON_OF_CAUSE: dict[str, Reason] = {"302": "unconditional", "486": "user-busy", "408": "no-answer",
                                       "503": "unavailable", "404": "unavailable", "480": "deflection",
                                       "487": "deflection"}  # fmt: skip
MAX_READ = 10
"""Entries that are read of a history; a longer one is somebody's game."""


class Diversion(Struct, frozen=True):
    """One step: a number whose calls went elsewhere."""

    number: str
    reason: Reason
    counter: int = 1
    """How many steps it stands for (RFC 5806 section 3)."""


def read(request: Request) -> tuple[Diversion, ...]:
    """The steps that a request's headers tell of, the first one first; none where they cannot be read."""
    try:
        if request.has("diversion"):
            return tuple(_diversion(value) for value in request.values("diversion")[:MAX_READ])[::-1]
        if request.has("history-info"):
            return _history([Address.parse(value) for value in request.values("history-info")[:MAX_READ]])
    except ParseError:
        return ()
    return ()


def write(steps: Iterable[Diversion], callee: str, host: str, port: int | None) -> tuple[tuple[str, str], ...]:
    """The header fields that tell of the steps, for an INVITE that goes to ``callee``; none where there were none."""
    steps = tuple(steps)
    if not steps:
        return ()
    fields = [
        ("diversion", f"<{sip_uri(one.number, host, port)}>;reason={one.reason};counter={one.counter}")
        for one in steps[::-1]  # the latest comes first (RFC 5806 section 5.1)
    ]
    index, came = "1", ""
    for step in steps:
        cause = CAUSES.get(step.reason, 302)
        why = quote(f"SIP;cause={cause}", safe="")
        fields.append(
            ("history-info", f"<{sip_uri(step.number, host, port)}{came}?Reason={why}>;index={index}{_mp(index)}")
        )
        came = f";cause={cause}"
        index += ".1"
    fields.append(("history-info", f"<{sip_uri(callee, host, port)}{came}>;index={index}{_mp(index)}"))
    return tuple(fields)


def _mp(index: str) -> str:
    """The entry that this one was mapped from (RFC 7044 section 5.1): another user, hence ``mp``."""
    return f";mp={index.rpartition('.')[0]}" if "." in index else ""


def _diversion(value: str) -> Diversion:
    address = Address.parse(value)
    counter = address.param("counter") or "1"
    reason = (address.param("reason") or "").strip('"').lower()
    known: Reason = next((one for one in CAUSES if one == reason), "unknown")
    return Diversion(address.uri.number, known, min(int(counter), 99) if counter.isascii() and counter.isdigit() else 1)


def _history(entries: list[Address]) -> tuple[Diversion, ...]:
    """An entry whose URI has a cause was put in the place of the one before it (RFC 4458, RFC 7044 section 10.3)."""
    steps = []
    for before, after in pairwise(entries):
        cause = after.uri.param("cause")
        if cause is not None:
            steps.append(Diversion(before.uri.number, _REASON_OF_CAUSE.get(cause, "unknown")))
    return tuple(steps)
