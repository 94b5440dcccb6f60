"""What a supervisor does in a call: listens (heard by nobody), whispers (heard by the agent) or barges in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from pbx.plane.protocol import EVERYBODY, NOBODY

if TYPE_CHECKING:
    from pbx.call.call import Leg

Mode: TypeAlias = Literal["listen", "whisper", "barge", "take_over"]
"""``take_over`` is the last one: the supervisor takes the agent's place, and is a party like any other from then on."""

MODES: tuple[Mode, ...] = get_args(Mode)


class Supervising:
    """A leg's part in a call as a supervisor; from its phone's first ringing on."""

    __slots__ = ("agent", "begun", "mode", "tone")

    def __init__(self, mode: Mode, agent: Leg, *, tone: bool) -> None:
        self.mode = mode
        self.agent = agent
        """Whom the supervision was asked for; where she has left the call, whoever of ours talks there is meant."""
        self.tone = tone
        """Whether the agent is told by a tone."""
        self.begun = False

    def heard_by(self, agent: Leg | None) -> str:
        """By whom the supervisor is heard, as in ``plane.protocol.Plane.join``; ``agent``: who may be whispered to."""
        if self.mode == "barge":
            return EVERYBODY
        return agent.id if self.mode == "whisper" and agent is not None else NOBODY


def agent_of(talking: list[Leg], asked: Leg) -> Leg | None:
    """Whom a supervisor is with, of those who talk: who was asked for, else the last of our own phones to come."""
    if asked in talking:
        return asked
    return next((leg for leg in reversed(talking) if leg.account is not None), None)
