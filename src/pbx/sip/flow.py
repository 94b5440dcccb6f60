"""A flow: the transport and the far address that messages come from and go to."""

from __future__ import annotations

from typing import NamedTuple


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
