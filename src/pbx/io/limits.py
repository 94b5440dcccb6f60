"""What a connection may take: of our memory, of our descriptors, and of our patience."""

from __future__ import annotations

from msgspec import Struct


class Limits(Struct, frozen=True):
    """For all connections of one driver; times are seconds."""

    connections: int = 10_000
    per_source: int = 500
    """Connections from one address: an office behind NAT has one."""
    handshake_s: float = 10.0
    """For a TLS handshake."""
    first_s: float = 30.0
    """Until a new connection has said something whole: a message, a keep-alive."""
    message_s: float = 10.0
    """From a message's first byte to its last."""
    idle_s: float = 900.0
    """Of silence, after which a connection that nobody needs is closed."""
    keepalive_s: float = 150.0
    """Of silence, after which one is dead that had promised keep-alives (RFC 5626 section 4.4.1)."""
    ping_s: float = 30.0
    """Of silence on a WebSocket, after which we ask whether anybody is there (browsers cannot)."""
    connect_s: float = 4.0
    """For one attempt to connect."""
    sweep_s: float = 5.0
    """How often connections are looked over; a limit is kept that precisely."""
    unsent: int = 1024 * 1024
    """Bytes that may wait for a slow reader."""
