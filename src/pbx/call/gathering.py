"""A call in which more than two hear each other: a third party was added, or supervisors are there.

Two partners are relayed to each other; such a call has a room of the plane instead, for as long as it needs one, which
no phone takes part in or notices. Its *parties* are all who talk; each is another one's partner. Where one of several
holds, the others go on; where one is left alone by that, it hears music, and whoever holds may still hear a whisper.
"""

from __future__ import annotations

from pbx.call.call import Call, Leg
from pbx.call.host import CallHost
from pbx.call.supervising import Supervising
from pbx.plane.protocol import EVERYBODY, NOBODY


def gathers(call: Call) -> bool:
    """Whether a call needs a room."""
    return bool(call.supervisors) or len(call.talking) > 2


def goes_on_without(leg: Leg) -> bool:
    """Whether the other parties of a leg's call go on talking when it leaves."""
    return leg.supervising is not None or (leg.bridged and len(leg.call.talking) > 2)


def gather(host: CallHost, call: Call) -> None:
    """Give everybody in such a call what they are to hear; those for whom nothing changes are not disturbed."""
    room, plane, parties, supervisors = f"call {call.id}", host.plane, call.talking, call.supervisors
    speaking = [leg for leg in parties if not leg.held]
    holding = [leg for leg in parties if leg.held]
    if len(speaking) > 1:
        seated = speaking
    else:
        seated = holding if len(holding) == 1 and supervisors else []
    for leg in parties:
        if leg in seated:
            plane.join(leg.id, room, tones=False, digits=True)
        else:
            plane.silence(leg.id)
            if leg in speaking:
                plane.play(leg.id, call.music, loop=True)
    for leg in supervisors:
        assert leg.supervising is not None
        plane.join(leg.id, room, heard_by=heard_by(leg.supervising, parties), tones=False)


def heard_by(part: Supervising, parties: list[Leg]) -> str:
    """By whom a supervisor is heard, as in ``plane.protocol.Plane.join``."""
    if part.mode == "barge":
        return EVERYBODY
    agent = agent_of(parties, part.agent) if part.mode == "whisper" else None
    return agent.id if agent is not None else NOBODY


def agent_of(parties: list[Leg], asked: str) -> Leg | None:
    """Whom a supervisor is with: the leg that was asked for, else the last of our own phones to come."""
    ours = next((leg for leg in reversed(parties) if leg.account is not None), None)
    return next((leg for leg in parties if leg.id == asked), ours)
