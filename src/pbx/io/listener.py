"""Where SIP is served, and what its sockets are set up with."""

from __future__ import annotations

from msgspec import Struct

from pbx.io.tls import Security
from pbx.sip.text import wire_host

KINDS = {"": "UDP and TCP", "tls": "TLS", "ws": "WebSocket", "wss": "secure WebSocket"}


class Listener(Struct, frozen=True):
    """What is bound, and what others are told."""

    host: str
    port: int
    transport: str = ""
    """``tls``, ``ws`` or ``wss``; '' is UDP and TCP on one port."""
    advertised: str | None = None
    """The address in Via and Contact, where it is not the one bound."""
    origins: tuple[str, ...] = ()
    """The pages that may connect by WebSocket; without any, all may."""

    def __str__(self) -> str:
        return f"{wire_host(self.host)}:{self.port} ({KINDS[self.transport]})"


class Network(Struct, frozen=True):
    """All that the switch's sockets need."""

    listeners: tuple[Listener, ...]
    """The main one first."""
    security: Security
    nameservers: tuple[tuple[str, int], ...] = ()
    """Address and port of those to ask; without any, the system's."""
    secure_only: bool = False
    """Whether nothing is sent, and nobody listened to, where others listen in."""


class ListenFailed(Exception):
    """An address cannot be listened on; the text says which, and why."""
