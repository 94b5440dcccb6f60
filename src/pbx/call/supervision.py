"""Supervision: somebody joins a call that stands to listen to it, whisper to the agent, barge in, or take it over.

The supervisor's leg is a leg of the call, with no partner: it dialled for that (and its own call is merged into this
one), or was rung for it. When it ends, the parties go on; when they are gone, it ends. It stays with the call on its
way: while a transferor consults it hears the two who talk, while a customer waits it hears nobody, and a whisper is
for whoever of ours has the call. Keys change what it does: 0 listens, 1 whispers, 2 barges in, 3 takes over.
"""

from __future__ import annotations

from pbx.asking import Answering
from pbx.call import cause as causes
from pbx.call.bridge import bridge
from pbx.call.call import Call, Leg
from pbx.call.gathering import agent_of, gather, gathers, heard_by
from pbx.call.hold import let_talk
from pbx.call.host import CallHost
from pbx.call.merge import merge
from pbx.call.ring import ring_phone
from pbx.call.supervising import Supervising
from pbx.conference_events import SupervisionChanged, SupervisionEnded, SupervisionStarted
from pbx.events import SupervisionStep
from pbx.supervision import MODES, Mode

RING_S = 30.0
"""Seconds for which a supervisor's phone rings."""
KEYS: dict[str, Mode] = {str(key): mode for key, mode in enumerate(MODES)}
TONE = "supervised"
"""The clip that tells an agent of it, where she is told."""


class Keys:
    """Attends to a supervisor's leg: its keys."""

    __slots__ = ("_host", "_leg")

    def __init__(self, host: CallHost, leg: Leg) -> None:
        self._host = host
        self._leg = leg

    def digit_pressed(self, digit: str, now: float) -> None:
        """Another mode, where the key stands for one."""
        if (mode := KEYS.get(digit)) is not None:
            change(self._host, self._leg, mode, now)

    def clips_ended(self, now: float) -> None:
        """Nothing is played to it."""

    def answered(self, answer: Answering, now: float) -> None:
        """It asks nothing."""

    def partner_failed(self, cause: str, now: float) -> None:
        """It has no partner."""

    def dismissed(self, now: float) -> None:
        """The leg is over, or a party from now on."""


def supervise(host: CallHost, leg: Leg, agent: Leg, mode: Mode, now: float, *, tone: bool = False) -> None:
    """Let a phone that called for it supervise the call of an agent's leg; refused where nobody talks there."""
    call = agent.call
    if not agent.bridged:
        host.turn_away(leg, causes.UNREACHABLE, 480, now)
        return
    if not host.answer(leg, now, prefer=agent.audio.codec):
        return
    merge(host, call, leg.call)
    leg.supervising = Supervising(mode=mode, agent=agent.id, tone=tone)
    begin(host, leg, now)


def ring_supervisor(
    host: CallHost, leg_id: str, extension: str, agent: Leg, mode: Mode, now: float, *, tone: bool = False
) -> None:
    """Ring a supervisor's phone, and let it supervise the call of an agent's leg once it answers."""
    leg = ring_phone(
        host, agent.call, leg_id, extension, caller=agent.party, caller_name="", timeout_s=RING_S, near=agent, now=now
    )
    leg.supervising = Supervising(mode=mode, agent=agent.id, tone=tone)


def begin(host: CallHost, leg: Leg, now: float) -> None:
    """A supervisor's leg is answered and of the call."""
    part, call = leg.supervising, leg.call
    assert part is not None
    asked, part.mode, part.begun = part.mode, part.mode if part.mode != "take_over" else "listen", True
    leg.attendant = Keys(host, leg)
    host.publish(SupervisionStarted(host.clock(), call.id, leg.id, leg.account or leg.party, part.mode))
    if asked == "take_over" and _take_over(host, leg, now):
        return
    _note(host, leg, part.mode)
    gather(host, call)
    agent = agent_of(call.talking, part.agent)
    if part.tone and agent is not None:
        host.plane.chime(agent.id, TONE)


def change(host: CallHost, leg: Leg, mode: Mode, now: float) -> None:
    """Let a supervisor do something else; passed over where the leg is none, or nobody can be taken over."""
    part, call = leg.supervising, leg.call
    if part is None or not part.begun or part.mode == mode or leg.over:
        return
    if mode == "take_over":
        _take_over(host, leg, now)
        return
    part.mode = mode
    _note(host, leg, mode)
    host.plane.speak_to(leg.id, heard_by(part, call.talking))
    host.publish(SupervisionChanged(host.clock(), call.id, leg.id, mode))


def _take_over(host: CallHost, leg: Leg, now: float) -> bool:
    """Take the agent's place; whether there was one to take: two who talk, none of them on the move."""
    part, call = leg.supervising, leg.call
    assert part is not None
    parties = call.talking
    agent = agent_of(parties, part.agent)
    if agent is None or agent.partner is None or len(parties) > 2 or any(one.move is not None for one in parties):
        return False
    other = agent.partner
    _note(host, leg, "take_over")
    leg.supervising = None
    leg.dismiss(now)
    host.publish(SupervisionEnded(host.clock(), call.id, leg.id, True))
    agent.partner = other.partner = None
    agent.parting = True
    bridge(host, other, leg)
    host.hang_up(agent, causes.TRANSFERRED, now)
    return True


def _note(host: CallHost, leg: Leg, mode: Mode) -> None:
    leg.supervised += (SupervisionStep(host.clock(), mode),)


def left(host: CallHost, leg: Leg) -> None:
    """A supervisor's leg is over: the parties go on, relayed to each other again where nobody else is with them."""
    part, call = leg.supervising, leg.call
    leg.supervising = None
    if part is None or not part.begun:
        return
    host.publish(SupervisionEnded(host.clock(), call.id, leg.id, False))
    parties = call.talking
    if len(parties) > 1 and not gathers(call):
        let_talk(host, *parties)


def dismiss_all(host: CallHost, call: Call, now: float) -> None:
    """Let the supervisors of a call go where none of its parties is left."""
    live = call.live_legs
    if live and all(leg.supervising is not None for leg in live):
        for leg in live:
            host.hang_up(leg, causes.NORMAL, now)
