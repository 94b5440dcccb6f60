"""What the sockets ask before they read: the guard, as the driver sees it."""

from __future__ import annotations

from typing import Protocol

from pbx.sip.flow import Flow


class Gate(Protocol):
    """Who decides which messages are taken in."""

    def admit(self, data: bytes, flow: Flow, now: float) -> bool:
        """Whether a message is taken in."""

    def banned(self, host: str) -> bool:
        """Whether nothing at all is taken from a host."""

    def malformed(self, flow: Flow, now: float) -> None:
        """One that was taken in could not be read."""
