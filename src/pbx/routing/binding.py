"""One phone of an extension, and the way to it: its flow, its Contact, or the proxies that it registered through."""

from __future__ import annotations

from msgspec import Struct

from pbx.sip.flow import TRANSPORTS, Flow, flow_to, way_to
from pbx.sip.headers.address import Address
from pbx.sip.text import bare_host
from pbx.sip.uri import Uri


class Binding(Struct, frozen=True):
    """One phone of an extension."""

    contact: str
    """The Contact URI, as the phone wrote it: the Request-URI of calls to it."""
    call_id: str
    cseq: int
    expires_at: float
    flow: Flow
    """Where it registered from: the way to it through NAT."""
    user_agent: str = ""
    path: tuple[str, ...] = ()
    """The Path values in their order (RFC 3327): the Route of calls to it, the first one the next hop."""


def way_to_binding(binding: Binding) -> tuple[Flow, tuple[str, ...]]:
    """Where to send requests for a phone, and the Route values to put in front (RFC 3327 section 5.5).

    With a Path that is its first proxy, over the connection that the registration came on where it is that proxy's;
    the host may be a name. Without one it is the phone itself (``sip.flow.way_to``).
    """
    if not binding.path:
        return way_to(Uri.parse(binding.contact), binding.flow), ()
    edge = Address.parse(binding.path[0]).uri
    seen = binding.flow
    if edge.transport not in TRANSPORTS or (seen.reliable and bare_host(edge.host) == seen.host):
        return seen, binding.path
    local = seen.local if edge.transport == seen.transport else ""
    return flow_to(edge)._replace(local=local), binding.path
