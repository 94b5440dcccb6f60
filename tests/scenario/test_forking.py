"""Calls to an extension with several phones, and searches that go through stages."""

from __future__ import annotations

import pytest
from tests.scenario.exchange import Exchange, Handset

from pbx.call.attempt import Attempt
from pbx.call.call import Leg
from pbx.call.outgoing import call_out
from pbx.events import LegAnswered, LegEnded, LegRinging
from pbx.sip.events import SessionCancelled
from pbx.sip.flow import Flow
from pbx.sip.headers.address import Address
from pbx.sip.message import parse_message
from pbx.sip.uri import sip_uri

TAKEN_ELSEWHERE = 'SIP;cause=200;text="Call completed elsewhere"'


def dialled(exchange: Exchange, *wills: str | int) -> tuple[Handset, list[Handset]]:
    """1001 has dialled 1002, whose phones do each what they will."""
    ana = exchange.phone("1001")
    phones = [exchange.phone("1002", will) for will in wills]
    ana.dial("1002")
    exchange.run_until(1)
    return ana, phones


def answer(exchange: Exchange, phone: Handset) -> None:
    """A phone that rings is picked up."""
    assert phone.session is not None
    phone.session.accept(phone.description(), exchange.network.now)
    exchange.network.flush()


def reasons(exchange: Exchange, what: str, phone: Handset) -> list[str | None]:
    """The Reason headers of the requests of one kind that went to a phone."""
    to = [one for one in exchange.network.packets(what) if one.receiver == phone.extension]
    return [parse_message(one.data).get("reason") for one in to]


def test_all_phones_of_an_extension_ring_at_once(exchange: Exchange) -> None:
    ana, phones = dialled(exchange, "ring", "ring", "ring")
    assert all(phone.session is not None for phone in phones)
    assert len(exchange.told(LegRinging)) == 1
    assert exchange.plane.ports_in_use() == 1
    ana.hang_up()
    exchange.run_until(2)
    assert len(exchange.network.times("CANCEL", "switch")) == 3


def test_the_first_answer_wins_and_the_other_phones_show_no_missed_call(exchange: Exchange) -> None:
    ana, [desk, mobile] = dialled(exchange, "ring", "ring")
    answer(exchange, mobile)
    exchange.run_until(2)
    assert ana.talks
    assert mobile.talks
    assert not desk.talks
    assert reasons(exchange, "CANCEL", desk) == [TAKEN_ELSEWHERE]
    assert len(exchange.told(LegAnswered)) == 2
    ana.hang_up()
    exchange.run_until(3)
    exchange.plane.tell_closed()
    [_, called] = exchange.ended.legs
    assert called.answered_by == f"sip:1002@{mobile.party.flow.host}:5060"
    assert [(one.to, one.status) for one in called.missed] == [(f"sip:1002@{desk.party.flow.host}:5060", 487)]


def test_a_second_phone_that_answers_before_its_cancel_comes_is_hung_up(exchange: Exchange) -> None:
    ana, [desk, mobile] = dialled(exchange, "ring", "ring")
    answer(exchange, mobile)
    exchange.run_until(1.005)
    answer(exchange, desk)
    exchange.run_until(3)
    assert ana.talks
    assert mobile.talks
    assert not desk.talks
    ana.hang_up()


def test_of_two_answers_in_one_breath_the_second_is_hung_up(exchange: Exchange) -> None:
    ana, [desk, mobile] = dialled(exchange, "ring", "ring")
    network, switch = exchange.network, exchange.switch
    for phone in (mobile, desk):
        assert phone.session is not None
        phone.session.accept(phone.description(), network.now)
        for data, _ in phone.party.endpoint.take_outgoing():
            switch.endpoint.receive(data, phone.party.flow, network.now)
    exchange.run_until(3)
    assert mobile.talks
    assert not desk.talks
    ana.hang_up()


@pytest.mark.parametrize("refusal", [486, 480, 404, 500])
def test_a_phone_that_refuses_does_not_end_the_fork(exchange: Exchange, refusal: int) -> None:
    ana, [_, mobile] = dialled(exchange, refusal, "ring")
    assert ana.refused_with == []
    answer(exchange, mobile)
    exchange.run_until(2)
    assert ana.talks
    ana.hang_up()


def test_a_phone_that_declines_for_its_user_ends_the_ringing_of_all(exchange: Exchange) -> None:
    ana, [_, mobile] = dialled(exchange, 603, "ring")
    assert [status for status, _ in ana.refused_with] == [603]
    assert reasons(exchange, "CANCEL", mobile) == ["SIP;cause=603"]


@pytest.mark.parametrize(
    ("refusals", "status"),
    [((480, 486), 486), ((486, 500), 486), ((503, 404), 404), ((408, 500), 480), ((500, 503), 500)],
)
def test_where_all_phones_refuse_the_caller_hears_what_tells_most(
    exchange: Exchange, refusals: tuple[int, ...], status: int
) -> None:
    ana, _ = dialled(exchange, *refusals)
    assert [refused for refused, _ in ana.refused_with] == [status]


def test_phones_that_nobody_answers_are_given_up_together(exchange: Exchange) -> None:
    ana, _ = dialled(exchange, "ring", "ring")
    exchange.run_until(62)
    assert [status for status, _ in ana.refused_with] == [480]
    assert [event.cause for event in exchange.told(LegEnded)] == ["no_answer", "no_answer"]
    assert len(exchange.network.times("CANCEL")) == 2


class Stairs:
    """A caller in the queue, for whom phones are searched in stages; ``outcomes`` are what became of each."""

    def __init__(self, exchange: Exchange, *stages: tuple[Handset, ...], stage_s: float | None = None) -> None:
        self.exchange = exchange
        self.outcomes: list[tuple[str, int]] = []
        self.caller = exchange.phone("1001")
        self.caller.dial("700")
        exchange.run_until(1)
        [call] = exchange.control.calls.values()
        self.leg: Leg = call_out(
            exchange.control,
            call,
            "1002",
            [tuple(attempt(exchange, phone.party.flow, phone.extension) for phone in stage) for stage in stages],
            timeout_s=60,
            near=None,
            now=exchange.network.now,
            partner=call.first,
            outcome=lambda attempt, status, now: self.outcomes.append((attempt.label, status)),
            stage_s=stage_s,
            goes_on=lambda status: status in (408, 503),
        )
        exchange.network.flush()


def attempt(exchange: Exchange, flow: Flow, number: str) -> Attempt:
    """A try at a phone, labelled with its number."""
    address = Address(sip_uri(number, flow.host))
    return Attempt(target=str(address.uri), flow=flow, caller=address, callee=address, label=number)


def test_the_next_stage_is_tried_when_the_first_fails(exchange: Exchange) -> None:
    phones = exchange.phone("8001", 503), exchange.phone("8002", "answer")
    stairs = Stairs(exchange, *[(phone,) for phone in phones])
    exchange.run_until(2)
    assert stairs.caller.talks
    assert stairs.outcomes == [("8001", 503), ("8002", 200)]
    assert stairs.leg.label == "8002"
    stairs.caller.hang_up()


def test_the_next_stage_is_tried_when_the_time_of_the_first_is_up(exchange: Exchange) -> None:
    phones = exchange.phone("8001"), exchange.phone("8002", "answer")
    stairs = Stairs(exchange, *[(phone,) for phone in phones], stage_s=8)
    exchange.run_until(8.9)
    assert stairs.outcomes == []
    exchange.run_until(10)
    assert stairs.caller.talks
    assert stairs.outcomes == [("8001", 408), ("8002", 200)]
    stairs.caller.hang_up()


def test_a_failure_that_no_other_stage_could_mend_ends_the_search(exchange: Exchange) -> None:
    phones = exchange.phone("8001", 486), exchange.phone("8002", "answer")
    stairs = Stairs(exchange, *[(phone,) for phone in phones])
    exchange.run_until(2)
    assert [status for status, _ in stairs.caller.refused_with] == [486]
    assert stairs.outcomes == [("8001", 486)]


def test_a_caller_who_gives_up_ends_the_search(exchange: Exchange) -> None:
    stairs = Stairs(exchange, (exchange.phone("8001"), exchange.phone("8002")), (exchange.phone("8003"),))
    exchange.run_until(2)
    stairs.caller.hang_up()
    exchange.run_until(3)
    assert stairs.outcomes == [("8001", 487), ("8002", 487)]


def test_a_way_over_a_transport_that_we_do_not_speak_fails_as_unavailable(exchange: Exchange) -> None:
    ana = exchange.phone("1001")
    ana.dial("700")
    exchange.run_until(1)
    [call] = exchange.control.calls.values()
    nowhere = attempt(exchange, Flow("sctp", "192.0.2.9", 5060), "8001")
    leg = call_out(
        exchange.control, call, "8001", [(nowhere,)], timeout_s=60, near=None, now=exchange.network.now,
        partner=call.first,
    )  # fmt: skip
    exchange.run_until(2)
    assert leg.status == 503
    assert [status for status, _ in ana.refused_with] == [503]


def test_phones_that_are_preferred_less_ring_when_the_others_have_failed(exchange: Exchange) -> None:
    ana = exchange.phone("1001")
    mobile, desk = exchange.phone("1002", q=0.5), exchange.phone("1002", 486)
    headset = exchange.phone("1002", q=0.5)
    ana.dial("1002")
    exchange.run_until(1)
    assert desk.session is not None
    assert exchange.network.times("486 INVITE")[0] < exchange.network.times("INVITE", "switch")[1]
    assert mobile.session is not None
    assert headset.session is not None
    answer(exchange, headset)
    exchange.run_until(2)
    assert ana.talks
    ana.hang_up()


def test_phones_that_are_preferred_less_ring_for_the_rest_of_the_time_alone(exchange: Exchange) -> None:
    ana = exchange.phone("1001")
    desk, mobile = exchange.phone("1002"), exchange.phone("1002", q=0.1)
    ana.dial("1002")
    exchange.run_until(29)
    assert mobile.session is None
    exchange.run_until(31)
    assert len(desk.party.told(SessionCancelled)) == 1
    assert mobile.session is not None
    exchange.run_until(61)
    assert [status for status, _ in ana.refused_with] == [480]


@pytest.mark.parametrize(
    ("given", "told"),
    [((), ["30", "30"]), ((("max-breadth", "5"),), ["3", "2"]), ((("max-breadth", "2"),), ["1", "1"])],
)
def test_the_branches_of_a_call_share_its_breadth(
    exchange: Exchange, given: tuple[tuple[str, str], ...], told: list[str]
) -> None:
    ana = exchange.phone("1001")
    exchange.phone("1002")
    exchange.phone("1002")
    ana.dial("1002", fields=given)
    exchange.run_until(1)
    assert [one.get("max-breadth") for one in exchange.invites("1002")] == told
    ana.hang_up()


def test_a_phone_for_which_no_breadth_is_left_is_not_called(exchange: Exchange) -> None:
    ana, first, second = exchange.phone("1001"), exchange.phone("1002", 486), exchange.phone("1002", 486)
    ana.dial("1002", fields=(("max-breadth", "1"),))
    exchange.run_until(1)
    assert [phone.session is None for phone in (first, second)] == [False, True]
    assert [status for status, _ in ana.refused_with] == [486], "440 says less than who was called does"
    exchange.run_until(2)
    exchange.plane.tell_closed()
    [_, called] = exchange.ended.legs
    assert [one.status for one in called.missed] == [440, 486]


def test_phones_that_ring_one_after_another_need_no_more_breadth_than_one(exchange: Exchange) -> None:
    ana, desk = exchange.phone("1001"), exchange.phone("1002", 486)
    mobile = exchange.phone("1002", "answer", q=0.5)
    ana.dial("1002", fields=(("max-breadth", "1"),))
    exchange.run_until(1)
    assert desk.session is not None
    assert mobile.talks
    ana.hang_up()
