"""One rung of a ladder: a message in a few words, and as it was but for its secrets."""

from __future__ import annotations

import re

from msgspec import Struct

from pbx.ladder.book import Seen
from pbx.sip.text import decode

CENTRALA = "centrala"
"""How we are named on a ladder."""

_PROOF = re.compile(r"(?im)(^(?:proxy-)?authorization:.*?\bresponse=\")[^\"]*")


class Step(Struct, frozen=True):
    """One message."""

    at: float
    offset_ms: float
    """Milliseconds since the first message."""
    leg: str
    transport: str
    source: str
    """``host:port``, or ``centrala``."""
    destination: str
    method: str
    """Of a response, the method it answers."""
    status: int | None
    """None for a request."""
    summary: str
    """``INVITE sip:700@198.51.100.1`` or ``200 OK``."""
    has_sdp: bool
    repeated: bool
    """The same bytes went the same way before: a retransmission."""
    text: str
    """The whole message; digest responses are blanked, as media keys were before it was noted."""


def steps_of(messages: list[tuple[str, Seen]]) -> list[Step]:
    """The rungs of one call's ladder, from its messages in the order of time."""
    steps: list[Step] = []
    before: set[tuple[bool, bytes]] = set()
    for leg, seen in messages:
        far = f"[{seen.flow.host}]:{seen.flow.port}" if ":" in seen.flow.host else f"{seen.flow.host}:{seen.flow.port}"
        text = decode(seen.data)
        method, status, summary = _first_line(text)
        steps.append(
            Step(
                at=seen.at,
                offset_ms=round((seen.at - messages[0][1].at) * 1000, 1),
                leg=leg,
                transport=seen.flow.transport,
                source=CENTRALA if seen.outgoing else far,
                destination=far if seen.outgoing else CENTRALA,
                method=method,
                status=status,
                summary=summary,
                has_sdp="\r\n\r\nv=0" in text,
                repeated=(seen.outgoing, seen.data) in before,
                text=_PROOF.sub(r"\1***", text),
            )
        )
        before.add((seen.outgoing, seen.data))
    return steps


def _first_line(text: str) -> tuple[str, int | None, str]:
    line = text.lstrip("\r\n").partition("\r\n")[0]
    if not line.startswith("SIP/"):
        method = line.partition(" ")[0]
        return method, None, line.rpartition(" ")[0]
    status, _, reason = line.partition(" ")[2].partition(" ")
    found = re.search(r"(?im)^cseq[ \t]*:[ \t]*\d+[ \t]+(\S+)", text)
    return found[1] if found else "", int(status) if status.isdigit() else None, f"{status} {reason}".strip()
