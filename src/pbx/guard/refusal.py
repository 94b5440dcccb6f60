"""The stateless reply to one message too many (RFC 3261 sections 8.2.7 and 21.5.4): no transaction, no memory.

Replies are rationed, a source and in all: whoever forges a sender's address must not get them sent to a victim in
numbers (RFC 3261 section 26.1.5), and answering a flood must not cost what the flood is meant to cost.
"""

from __future__ import annotations

from pbx.guard.bucket import Buckets
from pbx.sip.message import respond, salvage

RETRY_AFTER_S = 10
A_SOURCE = (1.0, 5.0)
"""Replies a second and at once, to one source."""
IN_ALL = (50.0, 100.0)
"""The same, to all of them."""
LARGEST = 4096
"""Octets; what is larger is not worth being read for a reply."""
TAG = "overload"
_EVERYBODY = ""


class Refusals:
    """Writes replies while the ration lasts."""

    def __init__(self) -> None:
        self._buckets = Buckets()

    def reply_to(self, data: bytes, source: str, now: float) -> bytes | None:
        """503 with Retry-After for a request, None where none is due: silence is the rest."""
        if len(data) > LARGEST or not self._buckets.take(source, *A_SOURCE, now):
            return None
        if not self._buckets.take(_EVERYBODY, *IN_ALL, now):
            return None
        request = salvage(data)
        if request is None:
            return None
        response = respond(request, 503, tag=TAG)
        response.add("retry-after", str(RETRY_AFTER_S))
        return bytes(response)
