"""Where nothing may go in the clear: phones, redirections and sips targets."""

from __future__ import annotations

from tests.scenario.exchange import Exchange
from tests.scenario.network import Network
from tests.scenario.test_redirecting import redirects

from pbx.routing.binding import Binding
from pbx.sip.flow import SECURE, Flow


def secured() -> Exchange:
    """An exchange that has TLS alone; 1002 registered over UDP in days gone by."""
    exchange = Exchange(Network(transport="tls"))
    exchange.switch.endpoint.transports = SECURE
    exchange.routes(n1002="phone:1002")
    return exchange


def left_behind(exchange: Exchange, contact: str = "", flow: Flow | None = None) -> None:
    """Register 1002 at a flow, or at one in the clear."""
    phone = exchange.phone("1002", "answer", registered=False)
    way = flow or phone.party.flow._replace(transport="udp")
    contact = contact or f"sip:1002@{way.host}"
    exchange.registrar.restore("1002", Binding(contact, "c", 1, exchange.network.now + 3600, way))


def called(exchange: Exchange) -> list[str]:
    return [one.receiver for one in exchange.network.packets("INVITE") if one.sender == "switch"]


def test_a_phone_that_registered_in_the_clear_is_not_called() -> None:
    exchange = secured()
    left_behind(exchange)
    ana = exchange.phone("1001", registered=False)
    ana.dial("1002")
    exchange.run_until(1)
    assert [status for status, _ in ana.refused_with] == [503]
    assert called(exchange) == []
    assert exchange.plane.ports_in_use() == 0


def test_a_redirection_into_the_clear_is_not_followed() -> None:
    exchange = secured()
    ana, mobile = exchange.phone("1001", registered=False), exchange.phone("8001", "answer", registered=False)
    host = mobile.party.flow.host
    plain = [f"<sip:8001@{host}:5060;transport={transport}>" for transport in ("udp", "tcp", "ws")]
    redirects(exchange.phone("1002"), *plain)
    ana.dial("1002")
    exchange.run_until(1)
    assert called(exchange) == ["1002"]
    assert [status for status, _ in ana.refused_with] == [503]


def test_a_call_to_a_sips_contact_is_not_redirected_into_the_clear() -> None:
    exchange = secured()
    ana, mobile = exchange.phone("1001", registered=False), exchange.phone("8001", "answer", registered=False)
    desk = exchange.phone("1002", registered=False)
    left_behind(exchange, f"sips:1002@{desk.party.flow.host}:5060", desk.party.flow)
    redirects(desk, f"<sip:8001@{mobile.party.flow.host}:5060;transport=tls>")
    ana.dial("1002")
    exchange.run_until(1)
    assert called(exchange) == ["1002"]
    assert not mobile.talks
