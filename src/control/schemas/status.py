"""The figures of the whole program."""

from __future__ import annotations

from pydantic import Field

from control.schemas.common import Instant, Shown


class Status(Shown):
    """What the program holds at this moment. With no call in progress the first seven counts are, or soon become, 0."""

    calls: int
    legs: int
    waiting: int
    unwritten: int = Field(
        default=0, description="Events of the distributor that its journal does not have yet; a crash would lose them."
    )
    ports_in_use: int = Field(description="Pairs of media ports.")
    transactions: int = Field(description="SIP transactions; finished ones linger for up to 32 s (RFC 3261).")
    dialogs: int
    messages_received: int = Field(default=0, description="SIP messages since the start.")
    messages_sent: int = 0
    unreadable: int = Field(
        default=0, description="SIP messages that were refused or dropped since they cannot be read."
    )
    failures: int = Field(default=0, description="Mistakes of ours that an event ran into; each is in the log.")
    banned: int = Field(default=0, description="Sources whose SIP messages are dropped.")
    turned_away: int = Field(default=0, description="SIP messages of banned sources, and those beyond the rate.")
    registrations: int = Field(description="Extensions with a reachable phone.")
    agents: dict[str, int] = Field(description="Agents by state; those who are not logged in count as `offline`.")
    open_files: int = Field(description="Open file descriptors of the main process.")
    tasks: int = Field(description="asyncio tasks.")
    started_at: Instant
    uptime_s: float
    version: str
    draining: bool
