"""Conference rooms on the wire."""

from __future__ import annotations

from control.schemas.call import LiveCall
from control.schemas.common import Shown


class ConferenceShown(Shown):
    """A room in which somebody is."""

    id: str
    calls: list[LiveCall]
