"""Conference rooms on the wire."""

from __future__ import annotations

from control.schemas.call import LiveCall
from control.schemas.common import Instant, Shown


class ConferenceMemberShown(Shown):
    """Somebody in a room."""

    call: str
    caller: str
    caller_name: str
    muted: bool
    since: Instant


class ConferenceLive(Shown):
    """A room in which somebody is."""

    id: str
    locked: bool
    members: list[ConferenceMemberShown]


class ConferenceShown(ConferenceLive):
    """The same with the calls of its members."""

    calls: list[LiveCall]
