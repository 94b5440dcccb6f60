"""Several protocols on one port (RFC 7983)."""

from __future__ import annotations

import pytest

from pbx.plane.demux import Kind, kind_of


@pytest.mark.parametrize(
    ("first", "second", "kind"),
    [
        (0, 1, Kind.STUN), (3, 0, Kind.STUN), (4, 0, Kind.OTHER), (19, 0, Kind.OTHER), (20, 254, Kind.DTLS),
        (63, 254, Kind.DTLS), (64, 0, Kind.OTHER), (127, 0, Kind.OTHER), (128, 0, Kind.RTP), (191, 191, Kind.RTP),
        (128, 192, Kind.RTCP), (129, 223, Kind.RTCP), (128, 224, Kind.RTP), (192, 200, Kind.OTHER),
    ],
)  # fmt: skip
def test_the_first_octets_tell(first: int, second: int, kind: Kind) -> None:
    assert kind_of(bytes((first, second, 0))) is kind


def test_what_is_too_short_is_nothing() -> None:
    assert kind_of(b"") is Kind.OTHER
    assert kind_of(b"\x80") is Kind.OTHER
