"""A leg's part in a call as a supervisor."""

from __future__ import annotations

from msgspec import Struct

from pbx.supervision import Mode


class Supervising(Struct, kw_only=True):
    """What a supervisor's leg does, from its phone's first ringing on."""

    mode: Mode
    agent: str
    """The leg for which the supervision was asked; where it has left the call, whoever of ours talks is meant."""
    tone: bool
    """Whether the agent is told by a tone."""
    begun: bool = False
