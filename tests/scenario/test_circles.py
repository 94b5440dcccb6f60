"""Requests that meet themselves: forks that come together again, circles and spirals (RFC 3261 8.2.2.2, RFC 5393)."""

from __future__ import annotations

from tests.scenario.network import OFFER, Network, Party
from tests.scenario.persons import lets_ring

from pbx.sip.events import RequestReceived, SessionOffered, SessionRejected
from pbx.sip.headers.address import Address
from pbx.sip.message import Request, parse_message
from pbx.sip.uri import Uri


def heard(party: Party) -> list[str]:
    """The numbers for which calls were offered."""
    return [event.request.uri.user for event in party.told(SessionOffered)]


def fork_of(data: bytes) -> bytes:
    """The same request by another way."""
    message = parse_message(data)
    message.prepend("via", "SIP/2.0/UDP 192.0.2.99;branch=z9hG4bKproxy2")
    return bytes(message)


def test_the_second_fork_of_a_request_that_is_being_answered_gets_482() -> None:
    network = Network()
    ana, boris = network.party("ana"), network.party("boris")
    lets_ring(boris)
    session = ana.call(boris)
    network.run_until(1)
    fork = fork_of(network.packets("INVITE")[0].data)
    network.deliver(fork, ana, boris)
    network.deliver(fork, ana, boris)
    assert len(network.times("482 INVITE")) == 2
    assert len(boris.told(SessionOffered)) == 1
    session.cancel(network.now)
    network.run_until(70)
    assert network.left == {}


def test_a_later_request_is_no_fork_of_one_that_is_over() -> None:
    network = Network()
    ana, boris = network.party("ana"), network.party("boris")
    boris.react = lambda event, now: (
        boris.endpoint.respond(event.transaction, event.request, 200, now)
        if isinstance(event, RequestReceived)
        else None
    )
    options = Request("OPTIONS", "sip:boris@192.0.2.2", (
        ("via", "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKone"), ("from", "<sip:ana@x>;tag=1"), ("to", "<sip:boris@x>"),
        ("call-id", "c"), ("cseq", "1 OPTIONS"),
    ))  # fmt: skip
    network.deliver(bytes(options), ana, boris)
    network.deliver(fork_of(bytes(options)), ana, boris)
    network.run_until(100)
    network.deliver(fork_of(bytes(options)), ana, boris)
    assert len(network.times("482 OPTIONS")) == 1
    assert len(network.times("200 OPTIONS")) == 2


def called(network: Network, number: str) -> tuple[Party, Party, bytes]:
    """Ana's INVITE for a number, as a proxy got it."""
    ana, proxy = network.party("ana"), network.party("proxy")
    address = Address(Uri.parse("sip:ana@x"))
    ana.endpoint.invite(
        f"sip:{number}@192.0.2.2", proxy.flow, caller=address, callee=address, body=OFFER, now=network.now
    )
    network.flush()
    return ana, proxy, network.packets("INVITE")[0].data


def forwarded(data: bytes, target: str) -> bytes:
    """A request that a proxy sends on."""
    message = fork_of(data)
    return message.replace(message.split(b" ")[1], target.encode(), 1)


def test_an_invite_that_comes_back_for_the_same_number_is_a_circle() -> None:
    network = Network()
    ana, proxy, data = called(network, "+381-11-4000700")
    network.deliver(forwarded(data, "sip:+381114000700@192.0.2.1"), proxy, ana)
    assert len(network.times("482 INVITE")) == 1
    assert heard(ana) == []


def test_an_invite_that_comes_back_for_another_number_is_a_spiral_and_welcome() -> None:
    network = Network()
    ana, proxy, data = called(network, "700")
    network.deliver(forwarded(data, "sip:701@192.0.2.1"), proxy, ana)
    assert heard(ana) == ["701"]


def test_others_vias_are_nobodys_circle() -> None:
    network = Network()
    _, proxy, data = called(network, "700")
    cyril = network.party("cyril")
    network.deliver(forwarded(data, "sip:700@192.0.2.3"), proxy, cyril)
    assert heard(cyril) == ["700"]


def test_a_call_that_may_go_no_broader_gets_440() -> None:
    network = Network()
    ana, boris = network.party("ana"), network.party("boris")
    address = Address(Uri.parse("sip:ana@x"))
    ana.endpoint.invite(
        "sip:b@192.0.2.2", boris.flow, caller=address, callee=address, body=OFFER, now=network.now,
        fields=(("max-breadth", "0"),),
    )  # fmt: skip
    network.run_until(1)
    assert [event.status for event in ana.told(SessionRejected)] == [440]
