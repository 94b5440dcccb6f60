"""A flow: the transport and the far address that messages come from and go to."""

from __future__ import annotations

from typing import NamedTuple

from pbx.sip.text import bare_host, is_address
from pbx.sip.uri import Uri

SECURE = frozenset(("tls", "wss"))
"""The transports on which nobody listens in."""
TRANSPORTS = SECURE.union(("udp", "tcp", "ws"))
Places = dict[str, tuple[str, int]]
"""Our own addresses by the keys that ``own_place`` looks under."""


class Flow(NamedTuple):
    """Where a message came from or goes to; a connection is found again by its far address."""

    transport: str
    """``udp``, ``tcp``, ``tls``, ``ws`` or ``wss``."""
    host: str
    """An address (IPv6 without brackets), or a name that the shell resolves."""
    port: int
    """0 with a name: the shell finds it by SRV (RFC 3263)."""
    local: str = ""
    """Which of our own addresses: '' is the transport's first one of the far address's family."""
    name: str = ""
    """The name that the far side's certificate must carry, where the host is an address found for it (RFC 5922)."""

    @property
    def reliable(self) -> bool:
        """Whether the transport resends by itself, so that we need not."""
        return self.transport != "udp"

    @property
    def secure(self) -> bool:
        """Whether nobody listens in."""
        return self.transport in SECURE


def place_key(transport: str, host: str) -> str:
    """The key of a transport's first address of a family, that of ``host`` (which may be a name)."""
    return f"{transport}6" if ":" in host else transport


def own_place(places: Places, flow: Flow) -> tuple[str, int]:
    """Our own host and port as the far side of a flow should see them.

    A transport on which we do not listen (a TLS connection that we open) borrows another's address of the family:
    answers come back on the connection. Raises StopIteration where there is no address at all.
    """
    found = places.get(flow.local) or places.get(place_key(flow.transport, flow.host)) or places.get(flow.transport)
    return found or places.get(place_key("udp", flow.host)) or next(iter(places.values()))


def flow_to(uri: Uri) -> Flow:
    """The flow that a URI names; where it names a host without a port, SRV records may know better than we."""
    host, port = uri.address
    return Flow(uri.transport, host, port if uri.port is not None or is_address(host) else 0)


def way_to(contact: Uri, seen: Flow) -> Flow:
    """How to reach a phone that named a contact and was last seen on a flow.

    A contact on another host than the phone speaks from is a private address behind NAT: the phone is answered
    where it was seen, as RFC 5626 flows do. So is one on a connection, which stands already: a browser's Contact
    (``.invalid``, RFC 7118 section 5.1) leads nowhere else. A sips contact is never reached in the clear.
    """
    if contact.kind == "sips" and not seen.secure:
        return flow_to(contact)
    if seen.reliable or contact.transport != seen.transport or bare_host(contact.host) != seen.host:
        return seen
    return seen._replace(port=contact.address[1])
