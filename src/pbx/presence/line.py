"""What an extension's phone does, as its watchers see it."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from pbx.sip.dialog import DialogId

DialogState: TypeAlias = Literal["trying", "early", "confirmed"]
"""RFC 4235 section 3.7.1; a dialog that has ended is no longer listed."""


class LineCall(Struct):
    """One call of an extension."""

    id: str
    initiator: bool
    """Whether the extension placed the call (else it is called)."""
    state: DialogState
    remote: str
    """The number at the other end."""
    remote_name: str = ""
    dialog: DialogId | None = None
    """Call-ID, the phone's tag and its far end's, by which a call that rings may be picked up (RFC 3891)."""


class Line:
    """The calls of one extension, and what the extension says of itself."""

    __slots__ = ("calls", "new", "note", "old", "reachable")

    def __init__(self) -> None:
        self.calls: dict[str, LineCall] = {}
        """By leg."""
        self.reachable = False
        """Whether a phone is registered."""
        self.note = ""
        """What the person wants to be seen as: ``break``, ``meeting`` ...; '' is nothing in particular."""
        self.new = 0
        """Voicemail messages not heard yet."""
        self.old = 0

    @property
    def busy(self) -> bool:
        """Whether it talks."""
        return any(call.state == "confirmed" for call in self.calls.values())

    @property
    def idle(self) -> bool:
        """Whether there is nothing to remember of it."""
        return not (self.calls or self.reachable or self.note or self.new or self.old)
