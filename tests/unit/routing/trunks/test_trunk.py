from __future__ import annotations

import pytest

from pbx.routing.trunks.trunk import Transport, Trunk
from pbx.sdp.crypto import SrtpPolicy

NEVER, OFFER, REQUIRED = SrtpPolicy.NEVER, SrtpPolicy.OFFER, SrtpPolicy.REQUIRED


@pytest.mark.parametrize(
    ("srtp", "transport", "told"),
    [(REQUIRED, "udp", True), (REQUIRED, "tcp", True), (REQUIRED, "tls", False), (OFFER, "udp", False)],
)
def test_keys_that_matter_are_told_by_any_transport_but_tls(srtp: SrtpPolicy, transport: Transport, told: bool) -> None:
    assert Trunk(id="a", address="a.example", srtp=srtp, transport=transport).tells_keys is told


def test_a_policy_that_leaves_it_open_goes_by_the_general_one() -> None:
    assert [OFFER.under(general) for general in SrtpPolicy] == list(SrtpPolicy)
    assert [own.under(OFFER) for own in SrtpPolicy] == list(SrtpPolicy)
    assert (NEVER.under(REQUIRED), REQUIRED.under(NEVER)) == (NEVER, REQUIRED)
