"""A flow: the transport and the far address that messages come from and go to."""

from __future__ import annotations

from typing import NamedTuple

from pbx.sip.text import bare_host
from pbx.sip.uri import Uri


class Flow(NamedTuple):
    """Where a message came from or goes to; a connection is found again by its far address."""

    transport: str
    """``udp`` or ``tcp`` (later ``tls``, ``ws``, ``wss``)."""
    host: str
    """An address (IPv6 without brackets), or a name that the shell resolves."""
    port: int

    @property
    def reliable(self) -> bool:
        """Whether the transport resends by itself, so that we need not."""
        return self.transport != "udp"


def way_to(contact: Uri, seen: Flow) -> Flow:
    """How to reach a phone that named a contact and was last seen on a flow.

    A contact on another host than the phone speaks from is a private address behind NAT: the phone is answered
    where it was seen, as RFC 5626 flows do. So is one on a connection, which stands already.
    """
    if seen.reliable or contact.transport != seen.transport or bare_host(contact.host) != seen.host:
        return seen
    return Flow(seen.transport, seen.host, contact.address[1])
