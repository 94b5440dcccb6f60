"""Who a phone is told calls."""

from __future__ import annotations

import pytest
from tests.scenario.exchange import Exchange

from pbx.call.identity import introduce
from pbx.events import CallStarted

ANONYMOUS = '"Anonymous" <sip:anonymous@anonymous.invalid>'


def shown(exchange: Exchange) -> tuple[str, str, str | None, str | None]:
    """User and name of the From that 1002 got, and what was said of identity and privacy."""
    [invite] = exchange.invites("1002")
    caller = invite.from_
    return caller.uri.user, caller.display, invite.get("p-asserted-identity"), invite.get("privacy")


def test_a_phone_is_shown_as_the_extension_it_proved(exchange: Exchange) -> None:
    exchange.identify = lambda request: ("1001", False)
    ana = exchange.phone("1001")
    exchange.phone("1002")
    ana.dial("1002", caller='"The  Boss\t" <sip:9999@elsewhere>')
    exchange.run_until(1)
    assert shown(exchange) == ("1001", "The Boss", None, None)
    assert exchange.told(CallStarted)[0].caller == "1001"
    ana.hang_up()


@pytest.mark.parametrize(
    ("caller", "fields"), [("", (("privacy", "id"),)), (ANONYMOUS, (("p-preferred-identity", "<sip:1001@h>"),))]
)
def test_a_hidden_caller_is_known_to_the_switch_and_not_to_the_phone(
    exchange: Exchange, caller: str, fields: tuple[tuple[str, str], ...]
) -> None:
    exchange.identify = lambda request: ("1001", False)
    ana = exchange.phone("1001")
    exchange.phone("1002")
    ana.dial("1002", caller=caller, fields=fields)
    exchange.run_until(1)
    assert shown(exchange) == ("anonymous", "Anonymous", None, "id")
    assert b"1001" not in exchange.network.packets("INVITE")[-1].data
    assert exchange.told(CallStarted)[0].caller == "1001"
    ana.hang_up()


@pytest.mark.parametrize(("trusted", "number"), [(True, "+381114000900"), (False, "5551")])
def test_what_a_caller_asserts_is_believed_of_trusted_peers_alone(
    exchange: Exchange, trusted: bool, number: str
) -> None:
    exchange.identify = lambda request: (None, trusted)
    carrier = exchange.phone("5551", registered=False)
    exchange.phone("1002")
    carrier.dial("1002", fields=(("p-asserted-identity", "<sip:+381114000900@carrier>"),))
    exchange.run_until(1)
    assert shown(exchange)[0] == number
    carrier.hang_up()


def introduced(exchange: Exchange, *, account: str | None, fields: tuple[tuple[str, str], ...] = ()) -> list[str]:
    """From, identity and privacy towards a trusted peer, for a call of 1001."""
    exchange.identify = lambda request: (account, False)
    ana = exchange.phone("1001")
    ana.dial("600", fields=fields)
    exchange.run_until(1)
    [call] = exchange.control.calls.values()
    caller, said = introduce(call, "5550", "h", None, number=call.caller, name="", trusted=True)
    ana.hang_up()
    return [str(caller), *(f"{name}: {value}" for name, value in said)]


def test_a_trusted_peer_is_told_who_calls(exchange: Exchange) -> None:
    assert introduced(exchange, account="1001") == ["<sip:1001@h>", "p-asserted-identity: <sip:1001@h>"]


def test_a_trusted_peer_is_told_who_calls_and_asked_to_hide_it(exchange: Exchange) -> None:
    assert introduced(exchange, account="1001", fields=(("privacy", "id"),)) == [
        '"Anonymous" <sip:anonymous@anonymous.invalid>',
        "p-asserted-identity: <sip:1001@h>",
        "privacy: id",
    ]


def test_nothing_is_asserted_of_a_guest(exchange: Exchange) -> None:
    assert introduced(exchange, account=None) == ["<sip:1001@h>"]
