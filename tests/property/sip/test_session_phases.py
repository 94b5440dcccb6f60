"""Every phase of a session crossed with every verb of ours and every request of the far side."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from itertools import count

import pytest
from tests.scenario.network import ANSWER, OFFER, Network, Party

from pbx.sip.dialog import Dialog
from pbx.sip.errors import StateError
from pbx.sip.events import SessionOffered
from pbx.sip.message import Response, parse_message
from pbx.sip.session import Phase, Session


class Scene:
    """Ana called Boris; one of the two sessions is looked at."""

    def __init__(self) -> None:
        self.network = Network()
        self.ana, self.boris = self.network.party("ana"), self.network.party("boris")
        self.caller = self.ana.call(self.boris)
        self.pass_time(0.1)
        self.callee = self.boris.told(SessionOffered)[0].session
        self.callee.ring(self.network.now)
        self.pass_time(0.1)
        self.looked_at = self.callee
        self.far: Party = self.ana
        self.far_dialog: Dialog | None = None

    def pass_time(self, seconds: float) -> None:
        self.network.run_until(self.network.now - self.network.began + seconds)

    def look_at_the_caller(self) -> None:
        self.looked_at, self.far = self.caller, self.boris

    def talk(self) -> None:
        self.callee.accept(ANSWER, self.network.now)
        self.pass_time(0.1)

    def note_dialog(self) -> None:
        """The dialog as the far side sees it, while there is one."""
        other = self.caller if self.looked_at is self.callee else self.callee
        early = other.outgoing.early_dialog(self.looked_at.local_tag) if other.outgoing is not None else None
        self.far_dialog = other.dialog or early

    def end(self) -> None:
        """Everybody hangs up, and time passes."""
        for session in (self.caller, self.callee):
            with suppress(StateError):
                if session.phase is Phase.CONFIRMED:
                    session.bye(self.network.now)
                elif session.phase is Phase.CALLING:
                    session.cancel(self.network.now)
                elif session.phase is Phase.OFFERED:
                    session.reject(486, self.network.now)
        self.pass_time(400)


def offered(scene: Scene) -> None: ...


def early(scene: Scene) -> None:
    scene.look_at_the_caller()
    scene.callee.ring(scene.network.now, 183, body=ANSWER)
    scene.pass_time(0.1)


def held(scene: Scene) -> None:
    scene.network.lose("PRACK", 99)
    scene.callee.ring(scene.network.now, 183, body=ANSWER)
    scene.callee.accept(ANSWER, scene.network.now)
    scene.pass_time(0.1)


def answered_but_not_acknowledged(scene: Scene) -> None:
    scene.network.lose("ACK", 99)
    scene.talk()


def caller_talks(scene: Scene) -> None:
    scene.look_at_the_caller()
    scene.talk()


def callee_talks(scene: Scene) -> None:
    scene.talk()


def we_change(scene: Scene) -> None:
    scene.talk()
    scene.callee.offer(OFFER, scene.network.now)
    scene.pass_time(0.1)


def they_change(scene: Scene) -> None:
    scene.talk()
    scene.caller.offer(OFFER, scene.network.now)
    scene.pass_time(0.1)


def they_update(scene: Scene) -> None:
    scene.talk()
    scene.caller.update(OFFER, scene.network.now)
    scene.pass_time(0.1)


def we_pause_after_491(scene: Scene) -> None:
    scene.talk()
    scene.caller.offer(OFFER, scene.network.now)
    scene.callee.offer(OFFER, scene.network.now)
    scene.look_at_the_caller()
    scene.pass_time(0.2)


def ended(scene: Scene) -> None:
    scene.talk()
    scene.note_dialog()
    scene.callee.bye(scene.network.now)
    scene.pass_time(0.1)


STATES: list[Callable[[Scene], None]] = [
    offered, early, held, answered_but_not_acknowledged, caller_talks, callee_talks, we_change, they_change,
    they_update, we_pause_after_491, ended,
]  # fmt: skip
VERBS: dict[str, Callable[[Session, float], None]] = {
    "ring": lambda session, now: session.ring(now),
    "ring with media": lambda session, now: session.ring(now, 183, body=ANSWER),
    "accept": lambda session, now: session.accept(ANSWER, now),
    "answer": lambda session, now: session.answer(ANSWER, now),
    "reject": lambda session, now: session.reject(486, now),
    "cancel": lambda session, now: session.cancel(now),
    "bye": lambda session, now: session.bye(now),
    "offer": lambda session, now: session.offer(OFFER, now),
    "ask for an offer": lambda session, now: session.offer(b"", now),
    "update": lambda session, now: session.update(OFFER, now),
    "accept offer": lambda session, now: session.accept_offer(ANSWER, now),
    "refuse offer": lambda session, now: session.refuse_offer(488, now),
    "refer": lambda session, now: session.refer("sip:cyril@192.0.2.9", now),
    "send": lambda session, now: session.send("INFO", now),
    "refresh": lambda session, now: session.refresh(now),
    "expired": lambda session, now: session.expired(now),
}
REQUESTS = [
    "INVITE", "INVITE offer", "ACK", "BYE", "OPTIONS", "INFO", "MESSAGE", "UPDATE", "UPDATE offer", "PRACK", "REFER",
    "NOTIFY", "SUBSCRIBE", "NOVEL",
]  # fmt: skip
FIELDS = {
    "REFER": (("refer-to", "<sip:cyril@192.0.2.9>"),),
    "NOTIFY": (("event", "refer"), ("subscription-state", "active")),
    "SUBSCRIBE": (("event", "refer"),),
    "PRACK": (("rack", "1 1 INVITE"),),
}
each_state = pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
BRANCHES = count()


@each_state
@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_acts_or_is_refused_and_leaves_nothing_behind(state: Callable[[Scene], None], verb: str) -> None:
    scene = Scene()
    state(scene)
    phase = scene.looked_at.phase
    before = phase, scene.looked_at.description, len(scene.network.sent)
    try:
        VERBS[verb](scene.looked_at, scene.network.now)
    except StateError:
        refused = True
    else:
        refused = phase is Phase.ENDED
        assert not refused or verb in ("refresh", "expired"), "timers alone may come late"
    scene.network.flush()
    if refused:
        after = scene.looked_at.phase, scene.looked_at.description, len(scene.network.sent)
        assert after == before, "a refused verb changes nothing"
    scene.end()
    assert scene.network.left == {}


@each_state
@pytest.mark.parametrize("what", REQUESTS)
def test_a_request_is_answered_once_or_waits_for_its_user_and_leaves_nothing_behind(
    state: Callable[[Scene], None], what: str
) -> None:
    scene = Scene()
    state(scene)
    method, _, offer = what.partition(" ")
    if scene.far_dialog is None:
        scene.note_dialog()
    assert scene.far_dialog is not None
    me = scene.boris if scene.far is scene.ana else scene.ana
    request = scene.far_dialog.request(method, f"SIP/2.0/UDP 192.0.2.77;branch=z9hG4bKcross{next(BRANCHES)}")
    for key, value in FIELDS.get(method, ()):
        request.add(key, value)
    if offer:
        request.add("content-type", "application/sdp")
        request.body = OFFER
    branch = request.branch
    scene.network.deliver(bytes(request), scene.far, me)
    scene.end()
    messages = [parse_message(packet.data) for packet in scene.network.sent]
    finals = {
        message.status
        for message in messages
        if isinstance(message, Response) and message.status >= 200 and message.branch == branch
    }
    assert len(finals) <= (method != "ACK")
    assert scene.network.left == {}
