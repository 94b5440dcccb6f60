"""What a called phone plays before it answers, and who hears it."""

from __future__ import annotations

import pytest
from tests.scenario.exchange import Exchange, Handset
from tests.scenario.persons import rewriting

from pbx.events import LegRinging, LegsBridged
from pbx.routing.numbering import Target
from pbx.sdp.offer_answer import read_audio
from pbx.sip.events import Event, OfferAnswered, SessionOffered, SessionProgressed


def announces(exchange: Exchange, phone: Handset, status: int = 183) -> None:
    """A phone that rings sends its SDP before it answers."""
    assert phone.session is not None
    phone.session.ring(exchange.network.now, status, body=phone.description())
    exchange.network.flush()


def answers(exchange: Exchange, phone: Handset, body: bytes | None = None) -> None:
    """A phone that rings is picked up."""
    assert phone.session is not None
    phone.session.accept(phone.description() if body is None else body, exchange.network.now)
    exchange.network.flush()


def dialled(exchange: Exchange, phones: int = 1, *, reliable: bool = True) -> tuple[Handset, list[Handset]]:
    """1001 has dialled 1002, whose phones ring; a ``reliable`` ring cannot be taken back by the answer."""
    ana = exchange.phone("1001")
    called = [exchange.phone("1002") for _ in range(phones)]
    if not reliable:
        for phone in called:
            rewriting(phone.party, lambda data: data.replace(b"100rel, ", b""))
    ana.dial("1002")
    exchange.run_until(1)
    return ana, called


def descriptions(ana: Handset) -> list[tuple[int, bytes]]:
    """The statuses of the provisional responses that the caller got, with their bodies."""
    return [(event.status, event.body) for event in ana.party.told(SessionProgressed)]


@pytest.mark.parametrize("status", [180, 183])
def test_the_caller_hears_what_the_phone_plays_before_it_answers(exchange: Exchange, status: int) -> None:
    ana, [boris] = dialled(exchange)
    announces(exchange, boris, status)
    exchange.run_until(2)
    ringing, early = descriptions(ana)
    assert ringing == (180, b"")
    assert early[0] == status
    assert read_audio(early[1]).codecs == ("PCMU",)
    [caller, called] = exchange.control.legs
    assert exchange.plane.heard == {caller: called, called: caller}
    assert not ana.talks
    assert exchange.told(LegsBridged) == []
    assert len(exchange.told(LegRinging)) == 1
    ana.hang_up()


def test_the_final_answer_repeats_the_early_one(exchange: Exchange) -> None:
    ana, [boris] = dialled(exchange)
    announces(exchange, boris)
    exchange.run_until(2)
    answers(exchange, boris, b"")
    exchange.run_until(3)
    assert ana.talks
    assert boris.talks
    assert ana.remote == read_audio(descriptions(ana)[-1][1])
    assert len(exchange.told(LegsBridged)) == 1
    boris.hang_up()


def test_an_answer_in_the_other_law_does_not_take_the_early_one_back(exchange: Exchange) -> None:
    ana, [boris] = dialled(exchange, reliable=False)
    announces(exchange, boris)
    exchange.run_until(2)
    answers(exchange, boris, boris.description().replace(b"RTP/AVP 0 8 101", b"RTP/AVP 8 101"))
    exchange.run_until(3)
    assert ana.remote is not None
    assert ana.remote.codecs == ("PCMU",)
    assert [remote.payload_type for remote in exchange.plane.remotes.values()] == [8, 0]
    ana.hang_up()


def test_where_two_phones_play_something_the_caller_hears_the_switch_ring(exchange: Exchange) -> None:
    ana, [desk, mobile] = dialled(exchange, 2)
    announces(exchange, desk)
    exchange.run_until(2)
    announces(exchange, mobile)
    exchange.run_until(3)
    caller = next(iter(exchange.control.legs))
    assert exchange.plane.heard[caller] == "ringback*"
    assert len(descriptions(ana)) == 2
    answers(exchange, mobile)
    exchange.run_until(4)
    assert exchange.plane.heard[caller] != "ringback*"
    ana.hang_up()


def test_a_phone_that_announced_and_gave_up_is_no_longer_heard(exchange: Exchange) -> None:
    ana, [desk, _] = dialled(exchange, 2)
    announces(exchange, desk)
    exchange.run_until(2)
    assert desk.session is not None
    desk.session.reject(486, exchange.network.now)
    exchange.run_until(3)
    assert exchange.plane.heard[next(iter(exchange.control.legs))] == "ringback*"
    ana.hang_up()


def test_an_announcement_that_ends_in_a_refusal_is_heard_and_then_the_refusal(exchange: Exchange) -> None:
    ana, [boris] = dialled(exchange)
    announces(exchange, boris)
    exchange.run_until(2)
    assert boris.session is not None
    boris.session.reject(404, exchange.network.now)
    exchange.run_until(3)
    assert [status for status, _ in ana.refused_with] == [404]


def test_a_caller_who_offered_nothing_hears_her_own_phone_ring(exchange: Exchange) -> None:
    ana, boris = exchange.phone("1001"), exchange.phone("1002")
    ana.dial("1002", b"")
    exchange.run_until(1)
    announces(exchange, boris)
    exchange.run_until(2)
    assert descriptions(ana) == [(180, b"")]
    answers(exchange, boris)
    exchange.run_until(3)
    assert ana.talks
    ana.hang_up()


def test_a_caller_who_was_answered_hears_the_announcement_at_once(exchange: Exchange) -> None:
    ana, boris = exchange.phone("1001"), exchange.phone("1002")
    ana.dial("601")
    exchange.run_until(1)
    [leg] = exchange.control.legs.values()
    exchange.control.direct(leg, Target("phone", "1002"), exchange.network.now)
    exchange.run_until(2)
    assert exchange.plane.heard[leg.id] == "ringback*"
    announces(exchange, boris)
    exchange.run_until(3)
    assert leg.partner is not None
    assert exchange.plane.heard[leg.id] == leg.partner.id
    ana.hang_up()


def test_an_early_description_that_cannot_be_read_is_passed_over(exchange: Exchange) -> None:
    ana, [boris] = dialled(exchange, reliable=False)
    assert boris.session is not None
    boris.session.ring(exchange.network.now, 183, body=b"v=nonsense")
    exchange.run_until(2)
    assert descriptions(ana) == [(180, b"")]
    answers(exchange, boris)
    exchange.run_until(3)
    assert ana.talks
    ana.hang_up()


def test_without_a_port_for_the_caller_there_is_ringing_and_no_early_media(exchange: Exchange) -> None:
    exchange.plane.capacity = 1
    ana, [boris] = dialled(exchange)
    announces(exchange, boris)
    exchange.run_until(2)
    assert descriptions(ana) == [(180, b"")]
    ana.hang_up()


@pytest.mark.parametrize(("speaks", "types"), [(None, [8, 8]), ("PCMU", [8, 0])])
def test_a_caller_who_offered_nothing_is_offered_what_the_other_phone_speaks(
    exchange: Exchange, speaks: str | None, types: list[int]
) -> None:
    ana, boris = exchange.phone("1001"), exchange.phone("1002", "answer")
    ana.speaks, boris.speaks = speaks, "PCMA"
    ana.dial("1002", b"")
    exchange.run_until(1)
    assert ana.remote is not None
    assert ana.remote.codecs == ("PCMA", "PCMU", "G722", "opus")
    assert [remote.payload_type for remote in exchange.plane.remotes.values()] == types
    ana.hang_up()


def moves(exchange: Exchange, phone: Handset, port: int, direction: str = "sendrecv") -> None:
    """A phone that rings lets its audio be elsewhere (UPDATE)."""
    assert phone.session is not None
    body = phone.description(direction).replace(b"m=audio 4000", b"m=audio %d" % port)
    phone.session.update(body, exchange.network.now)
    exchange.network.flush()


def test_a_phone_that_rings_moves_what_it_plays_elsewhere(exchange: Exchange) -> None:
    ana, [boris] = dialled(exchange)
    announces(exchange, boris)
    exchange.run_until(2)
    moves(exchange, boris, 5000)
    exchange.run_until(3)
    [caller, called] = exchange.control.legs
    assert exchange.plane.remotes[called].port == 5000
    assert exchange.plane.heard == {caller: called, called: caller}
    [answered] = boris.party.told(OfferAnswered)
    assert answered.status == 200
    answers(exchange, boris, b"")
    exchange.run_until(4)
    assert ana.talks
    assert exchange.plane.remotes[called].port == 5000
    ana.hang_up()


def test_an_answer_that_repeats_the_first_description_does_not_undo_a_move(exchange: Exchange) -> None:
    ana, [boris] = dialled(exchange)
    announces(exchange, boris)
    exchange.run_until(2)
    moves(exchange, boris, 5000)
    answers(exchange, boris)
    exchange.run_until(3)
    assert ana.talks
    assert exchange.plane.remotes[list(exchange.control.legs)[1]].port == 5000
    ana.hang_up()


def test_of_two_phones_that_play_the_one_that_moved_and_won_is_heard(exchange: Exchange) -> None:
    ana, [desk, mobile] = dialled(exchange, 2)
    announces(exchange, desk)
    exchange.run_until(2)
    announces(exchange, mobile)
    exchange.run_until(3)
    moves(exchange, desk, 5000)
    moves(exchange, mobile, 6000)
    exchange.run_until(4)
    moves(exchange, desk, 7000)
    exchange.run_until(5)
    answers(exchange, mobile, b"")
    exchange.run_until(6)
    [caller, called] = exchange.control.legs
    assert ana.talks
    assert exchange.plane.remotes[called].port == 6000
    assert exchange.plane.heard[caller] == called
    ana.hang_up()


def test_a_phone_that_nobody_hears_does_not_move_the_one_that_is_heard(exchange: Exchange) -> None:
    exchange.plane.capacity = 1
    ana, [desk, mobile] = dialled(exchange, 2)
    announces(exchange, desk)  # the caller has no port to hear it with
    exchange.run_until(2)
    exchange.plane.capacity = 2
    announces(exchange, mobile)
    exchange.run_until(3)
    [caller, called] = exchange.control.legs
    assert exchange.plane.heard[caller] == called
    moves(exchange, mobile, 6000)
    moves(exchange, desk, 5000)
    exchange.run_until(4)
    assert exchange.plane.remotes[called].port == 6000
    answers(exchange, desk, b"")
    exchange.run_until(5)
    assert exchange.plane.remotes[called].port == 5000
    ana.hang_up()


def test_a_move_that_cannot_be_met_is_refused_and_changes_nothing(exchange: Exchange) -> None:
    ana, [boris] = dialled(exchange)
    announces(exchange, boris)
    exchange.run_until(2)
    assert boris.session is not None
    boris.session.update(b"v=nonsense", exchange.network.now)
    exchange.network.flush()
    exchange.run_until(3)
    assert [event.status for event in boris.party.told(OfferAnswered)] == [488]
    [caller, called] = exchange.control.legs
    assert exchange.plane.remotes[called].port == 4000
    assert exchange.plane.heard[caller] == called
    answers(exchange, boris, b"")
    exchange.run_until(4)
    assert ana.talks
    ana.hang_up()


def test_an_announcement_that_comes_first_is_not_preceded_by_a_ringing(exchange: Exchange) -> None:
    ana, boris = exchange.phone("1001"), exchange.phone("1002")

    def announce(event: Event, now: float) -> None:
        if isinstance(event, SessionOffered):
            boris.session = event.session
            event.session.ring(now, 183, body=boris.description())

    boris.party.react = announce
    ana.dial("1002")
    exchange.run_until(1)
    assert [status for status, _ in descriptions(ana)] == [183]
    assert len(exchange.told(LegRinging)) == 1
    ana.hang_up()
