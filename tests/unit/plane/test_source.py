"""Whose packets are a leg's."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from pbx.plane.protocol import Checks, MediaKeys, RemoteMedia
from pbx.plane.source import MediaSources, may_be_learnt
from pbx.sdp.ice import IceCredentials

SIGNALLED, BESIDE, SEEN, STRANGER = ("192.0.2.1", 4000), ("192.0.2.1", 9), ("203.0.113.5", 4000), ("198.51.100.1", 4000)
OPEN = RemoteMedia(SIGNALLED[0], SIGNALLED[1], 4001, 0, seen_at=SIGNALLED[0])
"""A phone whose signalling comes from where its audio does."""
HIDDEN = replace(OPEN, seen_at=SEEN[0])
"""One behind NAT: it names an address of its own net."""
SECURED = replace(OPEN, keys=MediaKeys("AES_CM_128_HMAC_SHA1_80", bytes(30), bytes(30)))
CHECKED = replace(OPEN, checks=Checks(IceCredentials("abcd", "p" * 22), "efgh"))


@pytest.mark.parametrize(
    ("remote", "sources", "heard"),
    [
        (OPEN, MediaSources.SIGNALLED, {SIGNALLED, BESIDE}),
        (OPEN, MediaSources.NAT, {SIGNALLED, BESIDE}),
        (OPEN, MediaSources.ANY, {SIGNALLED, BESIDE, SEEN, STRANGER}),
        (HIDDEN, MediaSources.SIGNALLED, {SIGNALLED, BESIDE}),
        (HIDDEN, MediaSources.NAT, {SIGNALLED, BESIDE, SEEN, STRANGER}),
        (SECURED, MediaSources.SIGNALLED, {SIGNALLED, BESIDE, SEEN, STRANGER}),
        (CHECKED, MediaSources.ANY, set()),
        (None, MediaSources.ANY, set()),
    ],
    ids=[
        "signalled alone", "no NAT", "any", "NAT, not allowed", "NAT", "secured: who proves it", "ICE: who is checked",
        "nothing signalled yet",
    ],
)  # fmt: skip
def test_who_may_be_the_first(remote: RemoteMedia | None, sources: MediaSources, heard: set[tuple[str, int]]) -> None:
    origins = {SIGNALLED, BESIDE, SEEN, STRANGER}
    assert {origin for origin in origins if may_be_learnt(origin, None, SIGNALLED, remote, sources)} == heard


def test_who_stands_higher_takes_over_and_never_the_other_way_round() -> None:
    order = [STRANGER, SEEN, BESIDE, SIGNALLED]
    for held, source in enumerate(order):
        may = [may_be_learnt(origin, source, SIGNALLED, HIDDEN) for origin in order]
        assert may == [rank > held for rank in range(len(order))]
    assert not may_be_learnt(("198.51.100.2", 4000), STRANGER, SIGNALLED, HIDDEN)


def test_a_phone_that_names_no_address_is_found_by_what_it_sends() -> None:
    assert may_be_learnt(STRANGER, None, None, replace(OPEN, host="phone.example"))
