"""Phones that answer a call with 302: the call is tried where they say, within limits."""

from __future__ import annotations

from itertools import pairwise

import pytest
from tests.scenario.exchange import Exchange, Handset

from pbx.call.attempt import Attempt
from pbx.call.outgoing import call_out
from pbx.sip import events as sip
from pbx.sip.events import Event
from pbx.sip.headers.address import Address
from pbx.sip.message import parse_message
from pbx.sip.uri import sip_uri


def redirects(phone: Handset, *contacts: str, status: int = 302) -> None:
    """From now on a phone sends its callers elsewhere."""

    def react(event: Event, now: float) -> None:
        if isinstance(event, sip.SessionOffered):
            event.session.reject(status, now, fields=tuple(("contact", one) for one in contacts))

    phone.party.react = react


def at(phone: Handset, parameters: str = "") -> str:
    """A phone's address as a Contact."""
    return f"<sip:{phone.extension}@{phone.party.flow.host}:5060>{parameters}"


def test_the_call_goes_where_the_phone_says(exchange: Exchange) -> None:
    ana, mobile = exchange.phone("1001"), exchange.phone("8001", "answer", registered=False)
    redirects(exchange.phone("1002"), at(mobile))
    ana.dial("1002")
    exchange.run_until(1)
    assert ana.talks
    assert mobile.talks
    ana.hang_up()


def test_the_contacts_are_tried_in_the_order_of_their_preference(exchange: Exchange) -> None:
    ana = exchange.phone("1001")
    first, second = (exchange.phone(one, will, registered=False) for one, will in (("8001", 486), ("8002", "answer")))
    redirects(exchange.phone("1002"), at(second, ";q=0.3"), at(first, ";q=0.9"))
    ana.dial("1002")
    exchange.run_until(1)
    invited = [one.receiver for one in exchange.network.packets("INVITE") if one.sender == "switch"]
    assert invited == ["1002", "8001", "8002"]
    assert second.talks
    ana.hang_up()


def test_a_redirection_by_one_phone_leaves_the_others_ringing(exchange: Exchange) -> None:
    ana, desk = exchange.phone("1001"), exchange.phone("1002")
    mobile = exchange.phone("8001", registered=False)
    redirects(exchange.phone("1002"), at(mobile))
    ana.dial("1002")
    exchange.run_until(1)
    assert desk.session is not None
    assert mobile.session is not None
    ana.hang_up()
    exchange.run_until(2)
    assert len(exchange.network.times("CANCEL", "switch")) == 2


def test_contacts_that_lead_in_a_circle_are_tried_once(exchange: Exchange) -> None:
    ana, one, other = exchange.phone("1001"), exchange.phone("1002"), exchange.phone("8001", registered=False)
    redirects(one, at(other))
    redirects(other, at(one))
    ana.dial("1002")
    exchange.run_until(1)
    assert len([packet for packet in exchange.network.packets("INVITE") if packet.sender == "switch"]) == 2
    assert [status for status, _ in ana.refused_with] == [480]


def test_a_chain_of_redirections_is_followed_three_times(exchange: Exchange) -> None:
    ana = exchange.phone("1001")
    chain = [exchange.phone("1002"), *(exchange.phone(f"800{n}", "answer", registered=False) for n in range(4))]
    for here, there in pairwise(chain):
        redirects(here, at(there))
    ana.dial("1002")
    exchange.run_until(1)
    invited = [one.receiver for one in exchange.network.packets("INVITE") if one.sender == "switch"]
    assert invited == ["1002", "8000", "8001", "8002"]
    assert [status for status, _ in ana.refused_with] == [480]


def test_one_call_follows_five_redirections_in_all(exchange: Exchange) -> None:
    ana = exchange.phone("1001")
    mobiles = [exchange.phone(f"80{n}", 486, registered=False) for n in range(7)]
    for mobile in mobiles:
        redirects(exchange.phone("1002"), at(mobile))
    ana.dial("1002")
    exchange.run_until(1)
    reached = {one.receiver for one in exchange.network.packets("INVITE") if one.receiver.startswith("80")}
    assert len(reached) == 5
    assert [status for status, _ in ana.refused_with] == [486]


def test_a_contact_over_a_transport_that_we_do_not_speak_is_no_way(exchange: Exchange) -> None:
    ana = exchange.phone("1001")
    redirects(exchange.phone("1002"), "<sip:8001@192.0.2.99;transport=sctp>")
    ana.dial("1002")
    exchange.run_until(1)
    assert [status for status, _ in ana.refused_with] == [503]


@pytest.mark.parametrize("contact", ["<tel:1003>", "<sip:8009@192.0.2.99>"])
def test_a_carrier_that_redirects_is_not_told_our_secrets_nor_obeyed_within(exchange: Exchange, contact: str) -> None:
    ana, vesna, carrier = exchange.phone("1001"), exchange.phone("1003"), exchange.phone("8001", registered=False)
    elsewhere = exchange.phone("8009", registered=False)
    redirects(carrier, contact.replace("192.0.2.99", elsewhere.party.flow.host))
    exchange.routes(n1003="phone:1003", n700="queue:support")
    ana.dial("700")
    exchange.run_until(1)
    [call] = exchange.control.calls.values()
    address = Address(sip_uri("8001", carrier.party.flow.host))
    attempt = Attempt(
        str(address.uri), carrier.party.flow, address, address, fields=(("p-asserted-identity", "<sip:1001@h>"),)
    )
    control, now = exchange.control, exchange.network.now
    call_out(control, call, "8001", [(attempt,)], timeout_s=60, near=None, now=now, partner=call.first)
    exchange.run_until(2)
    assert vesna.session is None
    [first, *others] = exchange.invites("8001") + exchange.invites("8009")
    assert first.has("p-asserted-identity")
    assert not any(one.has("p-asserted-identity") for one in others)
    assert (len(others), call.authority) == (0 if "tel" in contact else 1, "1001")
    ana.hang_up_if_busy()


def test_the_redirected_call_keeps_its_caller_and_its_hops(exchange: Exchange) -> None:
    ana, mobile = exchange.phone("1001"), exchange.phone("8001", registered=False)
    redirects(exchange.phone("1002"), at(mobile))
    ana.dial("1002", max_forwards=9)
    exchange.run_until(1)
    [packet] = [one for one in exchange.network.packets("INVITE") if one.receiver == "8001"]
    invite = parse_message(packet.data)
    assert (invite.from_.uri.user, invite.to.uri.user) == ("1001", "1002")
    assert invite.get("max-forwards") == "8"
    ana.hang_up()
