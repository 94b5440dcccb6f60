"""Handshakes for SRTP's keys, between two ends of our own in one process."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Collection
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.property.sip.wire_forms import budget

from pbx.plane.certificate import make_certificate
from pbx.plane.dtls import MTU, Association, Outcome, datagrams, make_context
from pbx.plane.failures import NO_HANDSHAKE, NO_SUITE, WRONG_CERTIFICATE
from pbx.plane.protocol import Handshake
from pbx.sdp.crypto import AES_CM, AES_GCM
from pbx.sdp.dtls import Fingerprint

OURS, THEIRS = make_certificate(), make_certificate()
CONTEXTS = {True: make_context(OURS), False: make_context(THEIRS)}


class Ends:
    """Two ends, and what is under way between them; ``expected`` is what we expect of the far side."""

    def __init__(self, *expected: Fingerprint) -> None:
        self.under_way: dict[bool, list[bytes]] = {True: [], False: []}
        self.outcomes: dict[bool, Outcome] = {}
        agreed = {
            True: Handshake(expected or (THEIRS.fingerprint,), True),
            False: Handshake((OURS.fingerprint,), False),
        }
        self.ends = {
            side: Association(CONTEXTS[side], agreed[side], self.under_way[not side].append) for side in (True, False)
        }
        self.ends[True].begin()

    def talk(self, lost: Collection[int] = ()) -> None:
        """Carry what is under way until there is nothing, but for the datagrams whose numbers are ``lost``."""
        number = count()
        while any(self.under_way.values()):
            for side, end in self.ends.items():
                for data in self.under_way[side][:]:
                    self.under_way[side].remove(data)
                    if next(number) not in lost and (outcome := end.take(data)) is not None:
                        assert side not in self.outcomes, "an outcome is told once"
                        self.outcomes[side] = outcome


def test_both_ends_find_the_same_keys_each_its_own_way_round() -> None:
    ends = Ends()
    ends.talk()
    ours, theirs = ends.outcomes[True].keys, ends.outcomes[False].keys

    assert ours is not None
    assert theirs is not None
    assert (ours.suite, len(ours.ours)) == (AES_GCM, 28)
    assert (ours.ours, ours.theirs) == (theirs.theirs, theirs.ours)
    assert ours.ours != ours.theirs
    assert [end.patience_s for end in ends.ends.values()] == [None, None]


def test_any_hash_of_the_certificate_proves_it() -> None:
    ends = Ends(Fingerprint("sha-512", bytes(64)), Fingerprint("sha-512", hashlib.sha512(THEIRS.certificate).digest()))
    ends.talk()
    assert ends.outcomes[True].keys is not None


def test_another_certificate_than_the_one_expected_is_refused() -> None:
    ends = Ends(OURS.fingerprint)
    ends.talk()
    assert ends.outcomes[True] == Outcome(None, WRONG_CERTIFICATE)


@pytest.mark.parametrize(
    ("profiles", "outcome"), [(b"SRTP_AES128_CM_SHA1_80", AES_CM), (b"SRTP_AES128_CM_SHA1_32", NO_SUITE)]
)
def test_the_best_suite_that_both_know_is_used(profiles: bytes, outcome: str, monkeypatch: pytest.MonkeyPatch) -> None:
    less = make_context(THEIRS)
    less.set_tlsext_use_srtp(profiles)
    monkeypatch.setitem(CONTEXTS, False, less)
    ends = Ends()
    ends.talk()
    keys = ends.outcomes[True].keys
    assert (keys.suite if keys is not None else ends.outcomes[True].failure) == outcome


def test_whoever_breaks_off_has_no_keys() -> None:
    ends = Ends()
    [hello] = ends.under_way[False]
    fatal_alert = b"\x15\xfe\xfd" + bytes(8) + b"\0\2\2\x28"
    assert ends.ends[True].take(fatal_alert) == Outcome(None, NO_HANDSHAKE)
    assert hello[0] == 22


def test_last_words_that_were_lost_are_asked_for_again_and_said_again() -> None:
    ends = Ends()
    ends.talk(lost={3})
    assert set(ends.outcomes) == {False}
    wait = ends.ends[True].patience_s
    assert wait is not None
    assert 0 < wait <= 1.0
    time.sleep(wait)  # the clock is OpenSSL's own
    assert ends.ends[True].repeat() is None
    ends.talk()
    ours, theirs = ends.outcomes[True].keys, ends.outcomes[False].keys
    assert ours is not None
    assert theirs is not None
    assert ours.ours == theirs.theirs


def test_what_was_said_is_cut_between_records() -> None:
    records = [bytes((22, 254, 253)) + bytes(8) + size.to_bytes(2, "big") + bytes(size) for size in (500, 600, 700, 30)]
    parcels = datagrams(b"".join(records))

    assert parcels == [records[0] + records[1], records[2] + records[3]]
    assert max(map(len, parcels)) <= MTU


@budget
@given(st.binary(max_size=200), st.booleans())
def test_arbitrary_datagrams_end_a_handshake_at_worst(data: bytes, begins: bool) -> None:
    association = Association(CONTEXTS[begins], Handshake((OURS.fingerprint,), begins), lambda _: None)
    association.begin()
    outcome = association.take(b"\x16\xfe\xfd" + data)
    assert outcome is None or outcome.keys is None


def test_a_certificate_shows_neither_itself_nor_its_key() -> None:
    assert repr(OURS) == f"Certificate({OURS.fingerprint})"
    assert OURS.fingerprint == Fingerprint("sha-256", hashlib.sha256(OURS.certificate).digest())
    assert replace(OURS, key=b"").fingerprint != THEIRS.fingerprint
