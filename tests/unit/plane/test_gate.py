"""What comes to a leg's port besides audio: who is answered, who is believed, and what is told."""

from __future__ import annotations

import gc
from random import Random
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.property.sip.wire_forms import budget
from tests.unit.plane.test_ice import CHECKS, check

from pbx.media import rtcp
from pbx.media.stream import Stream
from pbx.plane.certificate import Certificate, make_certificate
from pbx.plane.demux import Kind, kind_of
from pbx.plane.dtls import Association, make_context
from pbx.plane.failures import CHECKS_CEASED, NO_HANDSHAKE, WRONG_CERTIFICATE
from pbx.plane.gate import HANDSHAKE_S, LINGER_S, MOST_AT_ONCE, STALE_S
from pbx.plane.gates import CONSENT_S, LOOK_EVERY_S, Gates
from pbx.plane.leg import Leg
from pbx.plane.ports import Address, PortPair
from pbx.plane.protocol import Handshake, RemoteMedia
from pbx.plane.relay import Relay
from pbx.plane.reporter import Reporter

OURS, THEIRS = make_certificate(), make_certificate()
HOME, AWAY, STRANGER = ("192.0.2.1", 4000), ("203.0.113.5", 5000), ("198.51.100.1", 6000)
BROWSER = RemoteMedia(
    "0.0.0.0", 9, 9, 0, rtcp_mux=True, checks=CHECKS, handshake=Handshake((THEIRS.fingerprint,), begins=False)
)
PHONE = replace(BROWSER, host=HOME[0], port=HOME[1], checks=None)


class Wire:
    """A socket that keeps what is sent."""

    def __init__(self) -> None:
        self.rtp = self
        self.sent: list[tuple[bytes, Address]] = []

    def sendto(self, data: bytes, target: Address) -> int:
        self.sent.append((bytes(data), target))
        return len(data)

    def taken(self, target: Address) -> list[bytes]:
        """What was sent to an address, once."""
        found = [data for data, at in self.sent if at == target]
        self.sent = [each for each in self.sent if each[1] != target]
        return found


class FakeRelay:
    """Learns sources without a socket."""

    def wire(self, leg: Leg) -> None: ...

    def learn(self, leg: Leg, origin: Address) -> None:
        leg.source = origin


class Scene:
    """A leg with a gate, in a worker whose sockets are wires and whose time is ours."""

    def __init__(self, remote: RemoteMedia) -> None:
        self.wire = Wire()
        self.told: list[str] = []
        self.leg = Leg("leg", cast(PortPair, self.wire), Stream(1, 2, 3))
        reporter = Reporter("cname", Random(1))
        self.gates = Gates(cast(Relay, FakeRelay()), reporter, lambda leg, reason: self.told.append(reason))
        self.gates.identify(OURS)
        self.agree(remote)

    def agree(self, remote: RemoteMedia, now: float = 0.0) -> None:
        self.gates.agree(self.leg, remote, now)
        self.leg.remote = remote
        self.leg.signalled = None if remote.checks is not None else (remote.host, remote.port)
        self.gates.begin(self.leg, now)

    def comes(self, data: bytes, origin: Address, now: float = 0.0) -> bool:
        assert self.leg.gate is not None
        return self.leg.gate.takes(data, origin, now)

    def nominate(self, origin: Address, priority: int, now: float = 0.0) -> Address | None:
        """The far side nominates an address; where it is to be reached then."""
        self.comes(check(PRIORITY=priority, nominates=True), origin, now)
        return self.leg.source

    def shake(self, origin: Address, *, begins: bool = True, shows: Certificate = THEIRS) -> None:
        """The far side's part of a handshake, from an address, to its end."""
        said: list[bytes] = []
        far = Association(make_context(shows), Handshake((OURS.fingerprint,), begins), said.append)
        far.begin()
        while said or any(at == origin for _, at in self.wire.sent):
            while said:
                self.comes(said.pop(0), origin)
            for data in self.wire.taken(origin):
                far.take(data)


def hello() -> bytes:
    """The first words of a handshake."""
    said: list[bytes] = []
    Association(make_context(THEIRS), Handshake((OURS.fingerprint,), True), said.append).begin()
    return said[0]


class TestChecked:
    """With ICE, as browsers do."""

    def test_checks_are_answered_wherever_they_come_from_and_audio_goes_where_they_nominate(self) -> None:
        scene = Scene(BROWSER)
        assert scene.comes(check(), AWAY)
        assert [at for _, at in scene.wire.sent] == [AWAY]
        assert scene.leg.source is None
        assert scene.nominate(HOME, 7) == HOME

    def test_who_does_not_know_the_password_gets_no_answer_and_is_counted(self) -> None:
        scene = Scene(BROWSER)
        assert scene.comes(check("somebody else's password"), STRANGER)
        assert (scene.wire.sent, scene.leg.source, scene.leg.foreign) == ([], None, 1)

    def test_of_two_addresses_the_better_one_is_used_and_the_other_when_it_is_not_checked_any_more(self) -> None:
        scene = Scene(BROWSER)
        assert scene.nominate(HOME, 7, 1.0) == HOME
        assert scene.nominate(AWAY, 5, 2.0) == HOME
        assert scene.nominate(AWAY, 5, 1.0 + STALE_S) == AWAY
        assert scene.nominate(HOME, 7, 2.0 + STALE_S) == HOME

    def test_checks_that_begin_anew_may_nominate_what_was_liked_less_and_until_then_nothing_changes(self) -> None:
        scene = Scene(BROWSER)
        scene.nominate(HOME, 7)
        scene.agree(replace(BROWSER, checks=replace(CHECKS, ours=replace(CHECKS.ours, ufrag="anew"))))
        assert scene.leg.source == HOME
        scene.agree(BROWSER)
        assert scene.nominate(AWAY, 5) == AWAY

    @pytest.mark.parametrize("begins", [True, False])
    def test_a_handshake_finds_the_keys_with_whom_was_checked(self, begins: bool) -> None:
        scene = Scene(replace(BROWSER, handshake=Handshake((THEIRS.fingerprint,), begins)))
        scene.nominate(HOME, 7)
        assert scene.leg.awaits_keys
        assert scene.leg.send is None
        scene.wire.sent = [] if not begins else [each for each in scene.wire.sent if each[0][0] == 22]
        scene.shake(HOME, begins=not begins)
        assert not scene.leg.awaits_keys
        assert scene.told == []

    def test_a_handshake_with_a_stranger_does_not_begin(self) -> None:
        scene = Scene(BROWSER)
        scene.nominate(HOME, 7)
        scene.wire.sent.clear()
        assert scene.comes(hello(), STRANGER)
        assert (scene.wire.sent, scene.leg.foreign) == ([], 1)

    def test_another_certificate_is_told_and_there_is_no_audio(self) -> None:
        scene = Scene(BROWSER)
        scene.nominate(HOME, 7)
        scene.wire.sent.clear()
        scene.shake(HOME, shows=make_certificate())
        assert scene.told == [WRONG_CERTIFICATE]
        assert (scene.leg.awaits_keys, scene.leg.handshakes_failed) == (True, 1)

    def test_a_far_side_that_is_gone_is_told_once(self) -> None:
        scene = Scene(BROWSER)
        scene.nominate(HOME, 7, 20.0)
        scene.gates.tick(20.0 + LOOK_EVERY_S)
        scene.gates.tick(20.0 + CONSENT_S)
        assert scene.told == []
        for second in range(25):
            scene.gates.tick(20.0 + LOOK_EVERY_S + CONSENT_S + 5 * second)
        assert scene.told == [CHECKS_CEASED]

    def test_one_that_sends_audio_needs_no_checks(self) -> None:
        scene = Scene(BROWSER)
        for second in range(0, 100, 5):
            scene.leg.reception.counted(1, second, 160)
            scene.gates.tick(float(second))
        assert scene.told == []

    def test_reports_are_the_sources_alone(self) -> None:
        scene = Scene(replace(BROWSER, handshake=None))
        scene.nominate(HOME, 7)
        report = rtcp.build(rtcp.ReceiverReport(5, ()))
        assert scene.comes(report, STRANGER)
        assert scene.comes(report, HOME)
        assert (scene.leg.foreign, scene.leg.reports, scene.leg.garbage) == (1, 1, 0)


class TestUnchecked:
    """A handshake without ICE."""

    def test_it_is_with_whoever_proves_himself_whatever_strangers_began(self) -> None:
        scene = Scene(PHONE)
        for number in range(MOST_AT_ONCE - 1):
            assert scene.comes(hello(), ("198.51.100.1", number + 1))
        scene.shake(AWAY)
        assert not scene.leg.awaits_keys
        assert scene.told == []

    def test_no_more_than_a_few_are_spoken_with_at_once(self) -> None:
        scene = Scene(PHONE)
        for number in range(MOST_AT_ONCE + 3):
            scene.comes(hello(), ("198.51.100.1", number + 1))
        assert len({at for _, at in scene.wire.sent}) == MOST_AT_ONCE
        assert scene.leg.foreign == 3
        scene.shake(HOME)
        assert not scene.leg.awaits_keys, "there is always room for the one who was signalled"

    def test_what_is_no_beginning_begins_nothing(self) -> None:
        scene = Scene(PHONE)
        scene.comes(b"\x16\xfe\xfd" + bytes(20), STRANGER)
        scene.comes(b"\x16", STRANGER)
        assert (scene.wire.sent, scene.leg.foreign) == ([], 2)

    def test_a_beginning_that_goes_no_further_gives_way_in_time(self) -> None:
        scene = Scene(PHONE)
        first = hello()
        scene.comes(first[:13] + b"\1" + bytes(40), STRANGER)
        scene.gates.tick(1.0)
        assert scene.gates.next_at < LOOK_EVERY_S
        scene.gates.tick(HANDSHAKE_S + 1)
        scene.gates.tick(HANDSHAKE_S + 2)
        assert scene.told == []
        assert scene.gates.next_at > HANDSHAKE_S + 2

    def test_a_stranger_who_fails_is_counted_and_not_told(self) -> None:
        scene = Scene(PHONE)
        scene.shake(STRANGER, shows=make_certificate())
        assert (scene.told, scene.leg.handshakes_failed) == ([], 1)
        scene.shake(HOME)
        assert not scene.leg.awaits_keys

    def test_where_we_begin_it_is_with_whom_was_signalled(self) -> None:
        scene = Scene(replace(PHONE, handshake=Handshake((THEIRS.fingerprint,), True)))
        assert [at for _, at in scene.wire.sent] == [HOME]
        scene.comes(hello(), STRANGER)
        assert scene.leg.foreign == 1
        scene.shake(HOME, begins=False)
        assert not scene.leg.awaits_keys

    def test_one_that_is_never_answered_fails(self, monkeypatch: pytest.MonkeyPatch) -> None:
        scene = Scene(replace(PHONE, handshake=Handshake((THEIRS.fingerprint,), True)))
        monkeypatch.setattr(Association, "patience_s", 0.0)
        scene.gates.tick(HANDSHAKE_S + 1)
        assert scene.told == [NO_HANDSHAKE]


def test_the_same_description_changes_nothing_and_another_certificate_begins_anew() -> None:
    scene = Scene(PHONE)
    scene.shake(HOME)
    keys = scene.leg.srtp
    scene.agree(replace(PHONE, send=False))
    assert scene.leg.srtp is keys
    assert keys is not None
    other = make_certificate()
    scene.agree(replace(PHONE, handshake=Handshake((other.fingerprint,), False)))
    assert scene.leg.awaits_keys
    scene.shake(HOME, shows=other)
    assert scene.leg.srtp is not None


def test_what_is_left_of_a_handshake_is_let_go_after_a_while() -> None:
    def alive() -> int:
        gc.collect()
        return sum(isinstance(one, Association) for one in gc.get_objects())

    before = alive()
    scene = Scene(PHONE)
    scene.shake(HOME)
    assert alive() == before + 1
    scene.gates.tick(LINGER_S + 1)
    assert alive() == before
    assert scene.leg.srtp is not None


def test_a_leg_that_has_nothing_but_audio_any_more_has_no_gate() -> None:
    scene = Scene(PHONE)
    scene.agree(replace(PHONE, handshake=None, rtcp_mux=False))
    assert scene.leg.gate is None
    assert scene.gates.next_at > 0


@budget
@given(st.lists(st.tuples(st.binary(max_size=100), st.sampled_from([HOME, AWAY, STRANGER])), max_size=6))
def test_whatever_comes_is_dealt_with(datagrams: list[tuple[bytes, Address]]) -> None:
    for data, origin in datagrams:
        assert SCENE.comes(data, origin) is (kind_of(data) is not Kind.RTP)


SCENE = Scene(BROWSER)
