"""One phone of an extension, and the way to it: its flow, its Contact, or the proxies that it registered through."""

from __future__ import annotations

from msgspec import Struct, structs

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
    instance: str = ""
    """The device (``+sip.instance``, RFC 5626); kept only with ``reg_id``."""
    reg_id: int = 0
    """Which of the device's flows; 0 where it does not manage them as RFC 5626 describes."""
    q: float = 1.0
    """How much the extension prefers this phone, from 0 to 1 (RFC 3261 section 10.2.1.2)."""

    @property
    def key(self) -> str:
        """What a later registration must have in common to take this one's place (RFC 5626 section 6)."""
        return binding_key(self.contact, self.instance, self.reg_id)


def binding_key(contact: str, instance: str, reg_id: int) -> str:
    """``Binding.key``, before there is a binding."""
    return f"{instance};{reg_id}" if reg_id else contact


def way_to_binding(binding: Binding) -> tuple[Flow, tuple[str, ...]]:
    """Where to send requests for a phone, and the Route values to put in front (RFC 3327 section 5.5).

    With a Path that is its first proxy, over the connection that the registration came on where it is that proxy's;
    the host may be a name. Without one it is the phone itself (``sip.flow.way_to``). Who registered over TLS is not
    reached in the clear.
    """
    if not binding.path:
        return way_to(Uri.parse(binding.contact), binding.flow), ()
    edge = Address.parse(binding.path[0]).uri
    seen = binding.flow
    way, to_be_secured = flow_to(edge), edge.kind == "sips" and not seen.secure
    connected = seen.reliable and bare_host(edge.host) == seen.host and not to_be_secured
    if way.transport not in TRANSPORTS or connected or (seen.secure and not way.secure):
        return seen, binding.path
    local = seen.local if edge.transport == seen.transport else ""
    return way._replace(local=local), binding.path


def without_connection(binding: Binding) -> Binding | None:
    """The same phone after its connection ended: reached over one that we open, or not at all (None).

    A plain TCP phone listens where its Contact says, if that is at the address that it spoke from; an edge proxy does
    where its Path says, in the clear only if it spoke so. A device that manages its flows (RFC 5626), a browser, and
    one whose certificate we could not verify come back by themselves.
    """
    seen = binding.flow
    if binding.path:
        way = flow_to(Address.parse(binding.path[0]).uri)
        usable = way.transport == "tls" or (way.transport in ("tcp", "udp") and not seen.secure)
    else:
        contact = Uri.parse(binding.contact)
        way = flow_to(contact)
        usable = seen.transport == way.transport == "tcp" and way.host == seen.host and not binding.reg_id
    way = way._replace(local=seen.local if way.transport == seen.transport else "")
    return structs.replace(binding, flow=way) if usable and way != seen else None
