"""Extensions that want their calls elsewhere, and phones that send them there."""

from __future__ import annotations

import pytest
from tests.scenario.exchange import Exchange, Handset

from pbx.call import transfer
from pbx.events import CallDirected, CallForwarded, CallOffered, LegEnded
from pbx.routing.handling import Handling
from pbx.routing.numbering import Target
from pbx.sip import events as sip
from pbx.sip.events import Event, SessionProgressed


@pytest.fixture
def exchange(exchange: Exchange) -> Exchange:
    """With a few more extensions, so that calls can go round."""
    numbers = {f"n100{n}": f"phone:100{n}" for n in range(1, 10)}
    exchange.routes(**numbers, n600="echo", n700="queue:support")
    return exchange


def statuses(phone: Handset) -> list[int]:
    """The provisional responses that a caller got."""
    return [event.status for event in phone.party.told(SessionProgressed)]


def test_all_calls_go_elsewhere_and_the_phone_stays_silent(exchange: Exchange) -> None:
    exchange.control.handling["1002"] = Handling(always="1003")
    ana, boris, vesna = exchange.phone("1001"), exchange.phone("1002"), exchange.phone("1003", "answer")
    ana.dial("1002")
    exchange.run_until(1)
    assert boris.session is None
    assert ana.talks
    assert vesna.talks
    assert statuses(ana) == [181, 180]
    [forwarded] = exchange.told(CallForwarded)
    assert (forwarded.extension, forwarded.to, forwarded.reason) == ("1002", "1003", "unconditional")
    assert [str(Target(one.target_kind, one.target)) for one in exchange.told(CallDirected)] == [
        "phone:1002",
        "phone:1003",
    ]
    ana.hang_up()


@pytest.mark.parametrize("will", [486, 603, 600])
def test_calls_of_a_busy_phone_go_elsewhere(exchange: Exchange, will: int) -> None:
    exchange.control.handling["1002"] = Handling(busy="1003", no_answer="600", unreachable="600")
    ana, vesna = exchange.phone("1001"), exchange.phone("1003", "answer")
    exchange.phone("1002", will)
    ana.dial("1002")
    exchange.run_until(1)
    assert vesna.talks
    assert statuses(ana) == [180, 181, 180]
    ana.hang_up()


def test_calls_that_nobody_answers_go_elsewhere_in_time(exchange: Exchange) -> None:
    exchange.control.handling["1002"] = Handling(no_answer="1003", after_s=15)
    ana, vesna = exchange.phone("1001"), exchange.phone("1003", "answer")
    exchange.phone("1002")
    ana.dial("1002")
    exchange.run_until(14)
    assert vesna.session is None
    exchange.run_until(17)
    assert ana.talks
    assert vesna.talks
    assert [event.cause for event in exchange.told(LegEnded)] == ["no_answer"]
    ana.hang_up()


def test_calls_to_no_phone_at_all_go_elsewhere(exchange: Exchange) -> None:
    exchange.control.handling["1002"] = Handling(unreachable=Target("queue", "support"))
    exchange.phone("1002", registered=False)
    ana = exchange.phone("1001")
    ana.dial("1002")
    exchange.run_until(1)
    [offered] = exchange.told(CallOffered)
    assert (offered.target_kind, offered.target, offered.number) == ("queue", "support", "1002")
    ana.hang_up()


def test_who_does_not_want_to_be_disturbed_is_busy(exchange: Exchange) -> None:
    exchange.control.handling["1002"] = Handling(do_not_disturb=True)
    ana, boris = exchange.phone("1001"), exchange.phone("1002")
    ana.dial("1002")
    exchange.run_until(1)
    assert boris.session is None
    assert [status for status, _ in ana.refused_with] == [486]
    assert exchange.ended.cause == "busy"


def test_an_answered_caller_who_is_taken_to_a_phone_not_to_be_disturbed_is_hung_up(exchange: Exchange) -> None:
    exchange.control.handling["1002"] = Handling(do_not_disturb=True)
    ana = exchange.phone("1001")
    ana.dial("600")
    exchange.run_until(1)
    [leg] = exchange.control.legs.values()
    exchange.control.direct(leg, Target("phone", "1002"), exchange.network.now)
    exchange.run_until(2)
    assert not ana.talks


def test_a_caller_who_gives_up_is_not_forwarded(exchange: Exchange) -> None:
    exchange.control.handling["1002"] = Handling(busy="1003", no_answer="1003", unreachable="1003")
    ana = exchange.phone("1001")
    exchange.phone("1002")
    vesna = exchange.phone("1003")
    ana.dial("1002")
    exchange.run_until(3)
    ana.hang_up()
    exchange.run_until(4)
    assert vesna.session is None


def test_a_forward_that_leads_nowhere_is_a_refusal(exchange: Exchange) -> None:
    exchange.control.handling["1002"] = Handling(always="999")
    ana = exchange.phone("1001")
    ana.dial("1002")
    exchange.run_until(1)
    assert [status for status, _ in ana.refused_with] == [404]


def test_extensions_that_forward_to_each_other_are_a_loop(exchange: Exchange) -> None:
    exchange.control.handling["1002"] = Handling(always="1003")
    exchange.control.handling["1003"] = Handling(always="1002")
    ana = exchange.phone("1001")
    ana.dial("1002")
    exchange.run_until(1)
    assert [status for status, _ in ana.refused_with] == [482]


def test_an_extension_that_forwards_to_itself_is_a_loop(exchange: Exchange) -> None:
    exchange.control.handling["1002"] = Handling(always="1002")
    ana = exchange.phone("1001")
    ana.dial("1002")
    exchange.run_until(1)
    assert [status for status, _ in ana.refused_with] == [482]


@pytest.mark.parametrize(("steps", "status"), [(5, None), (6, 483)])
def test_a_call_is_forwarded_five_times_at_most(exchange: Exchange, steps: int, status: int | None) -> None:
    for step in range(steps):
        exchange.control.handling[f"100{step + 2}"] = Handling(always=f"100{step + 3}")
    ana, last = exchange.phone("1001"), exchange.phone(f"100{steps + 2}", "answer")
    ana.dial("1002")
    exchange.run_until(1)
    assert last.talks is (status is None)
    assert [refused for refused, _ in ana.refused_with] == ([] if status is None else [status])
    ana.hang_up_if_busy()


def test_forwards_before_the_call_came_here_count(exchange: Exchange) -> None:
    exchange.control.handling["1002"] = Handling(always="1003")
    ana = exchange.phone("1001")
    ana.dial("1002", fields=(("diversion", "<sip:5551@carrier>;reason=unconditional;counter=5"),))
    exchange.run_until(1)
    assert [status for status, _ in ana.refused_with] == [483]


def test_the_last_phone_is_told_how_the_call_came_to_it(exchange: Exchange) -> None:
    exchange.control.handling["1002"] = Handling(busy="1003")
    ana = exchange.phone("1001")
    exchange.phone("1002", 486)
    exchange.phone("1003")
    ana.dial("1002", fields=(("diversion", "<sip:+381114000700@carrier>;reason=unconditional"),))
    exchange.run_until(1)
    [invite] = exchange.invites("1003")
    assert [value.partition("@")[0] for value in invite.get_all("diversion")] == ["<sip:1002", "<sip:+381114000700"]
    assert [value.partition("@")[0] for value in invite.get_all("history-info")] == [
        "<sip:+381114000700",
        "<sip:1002",
        "<sip:1003",
    ]
    assert invite.from_.uri.user == "1001"
    ana.hang_up()


def test_who_forwards_answers_for_where_the_call_goes(exchange: Exchange) -> None:
    exchange.control.handling["1002"] = Handling(always="1003")
    ana = exchange.phone("1001")
    exchange.phone("1003")
    ana.dial("1002")
    exchange.run_until(1)
    [call] = exchange.control.calls.values()
    assert (call.account, call.authority, call.number, call.wanted) == ("1001", "1002", "1002", "1003")
    ana.hang_up()
    exchange.run_until(2)
    exchange.plane.tell_closed()
    assert [(step.number, step.reason) for step in exchange.ended.diversions] == [("1002", "unconditional")]


def deflects(exchange: Exchange, phone: Handset, contact: str) -> None:
    """From now on a phone sends its callers to a number of the switch."""
    host = exchange.switch.flow.host

    def react(event: Event, now: float) -> None:
        if isinstance(event, sip.SessionOffered):
            event.session.ring(now)
            event.session.reject(302, now, fields=(("contact", contact.format(host=host)),))

    phone.party.react = react


@pytest.mark.parametrize("contact", ["<sip:1003@{host}>", "<sip:1003@{host}:5060>", "<tel:1003>", "<sip:1003@PBX>"])
def test_a_phone_sends_its_caller_to_another_extension(exchange: Exchange, contact: str) -> None:
    exchange.control.domains = frozenset(("pbx",))
    ana, other_phone = exchange.phone("1001"), exchange.phone("1002")
    deflects(exchange, exchange.phone("1002"), contact)
    vesna = exchange.phone("1003", "answer")
    ana.dial("1002")
    exchange.run_until(1)
    assert ana.talks
    assert vesna.talks
    assert not other_phone.talks
    assert statuses(ana) == [180, 181, 180]
    [ended] = exchange.told(LegEnded)
    assert ended.cause == "forwarded"
    ana.hang_up()


def test_two_phones_that_send_callers_to_each_other_are_a_loop(exchange: Exchange) -> None:
    ana = exchange.phone("1001")
    deflects(exchange, exchange.phone("1002"), "<sip:1003@{host}>")
    deflects(exchange, exchange.phone("1003"), "<sip:1002@{host}>")
    ana.dial("1002")
    exchange.run_until(1)
    assert [status for status, _ in ana.refused_with] == [482]


def transferred(exchange: Exchange) -> tuple[Handset, Handset]:
    """1001 has called 1004, who gives it away to 1002."""
    ana, gordana = exchange.phone("1001"), exchange.phone("1004", "answer")
    ana.dial("1004")
    exchange.run_until(1)
    [call] = exchange.control.calls.values()
    transfer.blind(exchange.control, list(call.legs.values())[1], "1002", exchange.network.now)
    exchange.run_until(2)
    return ana, gordana


def test_a_call_that_is_transferred_to_a_forwarded_extension_goes_on(exchange: Exchange) -> None:
    exchange.control.handling["1002"] = Handling(busy="1003")
    exchange.phone("1002", 486)
    vesna = exchange.phone("1003", "answer")
    ana, gordana = transferred(exchange)
    assert ana.talks
    assert vesna.talks
    assert not gordana.talks
    ana.hang_up()


def test_who_transfers_answers_for_where_the_call_goes(exchange: Exchange) -> None:
    exchange.phone("1002")
    ana, gordana = transferred(exchange)
    [call] = exchange.control.calls.values()
    assert (call.account, call.authority, call.wanted) == ("1001", "1004", "1002")
    ana.hang_up()
    gordana.hang_up_if_busy()


def test_a_stranger_who_sends_a_call_on_does_it_on_nobodys_behalf(exchange: Exchange) -> None:
    ana = exchange.phone("1001")
    ana.dial("600")
    exchange.run_until(1)
    [call] = exchange.control.calls.values()
    call.send_on(None, "00447700900123")
    assert call.authority is None
    ana.hang_up()


def test_a_call_that_is_transferred_to_who_does_not_want_to_be_disturbed_comes_back(exchange: Exchange) -> None:
    exchange.control.handling["1002"] = Handling(do_not_disturb=True)
    ana, gordana = transferred(exchange)
    assert ana.talks
    assert gordana.talks
    ana.hang_up()
