"""The messages of the latest calls, kept as they crossed the wire.

A dialog is noted from its INVITE on and found by its Call-ID; registrations and the like are not kept. The book
holds so many bytes and no more: the oldest dialogs make room for new ones, and a dialog that goes on and on keeps
how it began and how it stands.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pbx.sip.flow import Flow

MAX_BYTES = 32 * 1024 * 1024
OVERHEAD = 400
"""What keeping a message costs beside its own bytes."""
MAX_MESSAGES = 400
"""Messages kept of one dialog."""
MAX_DIALOGS = 64
"""Dialogs kept of one call; a call forwarded or forked further is not followed."""

_CALL_ID = re.compile(rb"\r\n(?:call-id|i)[ \t]*:[ \t]*([^\r\n]+)", re.IGNORECASE)


class Seen(NamedTuple):
    """One message on the wire."""

    at: float
    """Seconds since the epoch."""
    flow: Flow
    """Its transport and far address."""
    outgoing: bool
    data: bytes


class Noted:
    """The messages of one Call-ID, and the call they turned out to belong to."""

    __slots__ = ("call", "leg", "messages", "size")

    def __init__(self) -> None:
        self.messages: list[Seen] = []
        self.size = 0
        self.call = ""
        self.leg = ""


class LadderBook:
    """What was said for whom."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._dialogs: dict[bytes, Noted] = {}
        self._calls: dict[str, list[bytes]] = {}
        self._size = 0

    def dialog_of(self, data: bytes) -> Noted | None:
        """The dialog that a message begins, or belongs to; None where it is none that is kept."""
        call_id = _call_id_of(data)
        if call_id is None:
            return None
        noted = self._dialogs.get(call_id)
        if noted is None and data.startswith(b"INVITE "):
            noted = self._dialogs[call_id] = Noted()
        return noted

    def keep(self, noted: Noted, seen: Seen) -> None:
        """Note a message of a dialog."""
        if len(noted.messages) >= MAX_MESSAGES:
            dropped = noted.messages.pop(MAX_MESSAGES // 2)
            noted.size -= len(dropped.data) + OVERHEAD
            self._size -= len(dropped.data) + OVERHEAD
        noted.messages.append(seen)
        noted.size += len(seen.data) + OVERHEAD
        self._size += len(seen.data) + OVERHEAD
        while self._size > self._max_bytes and len(self._dialogs) > 1:
            self._forget_oldest()

    def belongs(self, call_id: str, call: str, leg: str) -> None:
        """A SIP Call-ID turned out to be a leg of a call."""
        key = call_id.encode("utf-8", "surrogateescape")
        noted = self._dialogs.get(key)
        if noted is None:
            noted = self._dialogs[key] = Noted()  # we are about to send its INVITE
        if noted.call:
            return
        dialogs = self._calls.setdefault(call, [])
        if len(dialogs) < MAX_DIALOGS:
            noted.call, noted.leg = call, leg
            dialogs.append(key)

    def of(self, call: str) -> list[tuple[str, Seen]]:
        """The messages of a call with the leg that each belongs to, in the order of time; empty when forgotten."""
        dialogs = [self._dialogs[key] for key in self._calls.get(call, ())]
        found = [(noted.leg, seen) for noted in dialogs for seen in noted.messages]
        return sorted(found, key=lambda one: one[1].at)

    def __len__(self) -> int:
        """Dialogs kept."""
        return len(self._dialogs)

    def _forget_oldest(self) -> None:
        key = next(iter(self._dialogs))
        noted = self._dialogs.pop(key)
        self._size -= noted.size
        if (dialogs := self._calls.get(noted.call)) is not None:
            dialogs.remove(key)
            if not dialogs:
                del self._calls[noted.call]


def _call_id_of(data: bytes) -> bytes | None:
    start = data.find(b"\r\nCall-ID: ")
    if start >= 0:
        end = data.find(b"\r", start + 11)
        return data[start + 11 : end].strip()
    match = _CALL_ID.search(data)
    return match[1].strip() if match is not None else None
