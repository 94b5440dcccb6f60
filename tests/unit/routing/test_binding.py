"""The way to a registered phone, straight or through the proxies of its Path (RFC 3327)."""

from __future__ import annotations

import pytest

from pbx.routing.binding import Binding, way_to_binding
from pbx.sip.flow import Flow

SEEN = Flow("udp", "192.0.2.7", 5060)


def binding(flow: Flow, *path: str) -> Binding:
    return Binding("sip:1001@10.0.0.5:5070", "c", 1, 0.0, flow, path=path)


def test_a_phone_that_registered_itself_is_reached_where_it_was_seen() -> None:
    assert way_to_binding(binding(SEEN)) == (SEEN, ())


@pytest.mark.parametrize(
    ("edge", "seen", "way"),
    [
        ("<sip:192.0.2.8:5080;lr>", SEEN, Flow("udp", "192.0.2.8", 5080)),
        ("<sip:edge.example.com;lr>", SEEN, Flow("udp", "edge.example.com", 0)),
        ("<sip:[2001:db8::7];lr>", SEEN, Flow("udp", "2001:db8::7", 5060)),
        ("<sip:192.0.2.7;lr>", SEEN._replace(local="second"), Flow("udp", "192.0.2.7", 5060, "second")),
        ("<sip:192.0.2.7;transport=tcp;lr>", SEEN._replace(local="second"), Flow("tcp", "192.0.2.7", 5060)),
        ("<sip:192.0.2.7;transport=tcp;lr>", Flow("tcp", "192.0.2.7", 40_000), Flow("tcp", "192.0.2.7", 40_000)),
        ("<sip:192.0.2.7;transport=carrier-pigeon;lr>", SEEN, SEEN),
    ],
)
def test_a_phone_behind_proxies_is_reached_through_the_first_of_its_path(edge: str, seen: Flow, way: Flow) -> None:
    path = (edge, "<sip:inner.example.com;lr>")
    assert way_to_binding(binding(seen, *path)) == (way, path)
