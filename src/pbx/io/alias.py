"""Connection reuse (RFC 5923): requests to whom connected to us go over his own connection, where he asks for it.

Only a certificate makes that safe (section 9): anybody could claim to listen at another's port.
"""

from __future__ import annotations

from pbx.sip.errors import ParseError
from pbx.sip.flow import Flow
from pbx.sip.headers.via import DEFAULT_PORTS
from pbx.sip.message import Request, parse_message
from pbx.sip.text import find_param


def alias_of(message: bytes, source: Flow) -> Flow | None:
    """The flow that a request asks to be an alias of its connection: same address, the port that its Via names."""
    if b";alias" not in message:
        return None
    try:
        request = parse_message(message)
        via = request.via
    except ParseError:
        return None  # the endpoint refuses it
    if not isinstance(request, Request) or find_param(via.params, "alias") is None:
        return None
    return source._replace(port=via.port or DEFAULT_PORTS.get(via.transport, source.port))
