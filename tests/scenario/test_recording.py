"""A call is recorded at one leg: through a transfer, with a pause, until it is stopped or the leg ends."""

from __future__ import annotations

from tests.scenario.exchange import Exchange
from tests.scenario.test_transfers import Desk

from pbx.call import recording
from pbx.call.call import Leg
from pbx.events import CallEnded, Event
from pbx.recording import PauseRecording, RecordingEnded, RecordingPaused, RecordingStarted, StartRecording

PATH = "/recordings/r1.wav"


def start(exchange: Exchange, leg: Leg, id: str = "r1", path: str = PATH) -> None:
    recording.start(exchange.control, leg, StartRecording(leg.id, id, path))


def what_was_told(exchange: Exchange) -> list[type[Event]]:
    kinds = (RecordingStarted, RecordingPaused, RecordingEnded, CallEnded)
    return [type(event) for event in exchange.told(Event) if isinstance(event, kinds)]


def test_a_recording_follows_the_party_through_a_transfer_and_ends_with_it(exchange: Exchange) -> None:
    desk = Desk(exchange)
    start(exchange, desk.staying)
    desk.blind()
    assert exchange.plane.call_recording == {desk.staying.id: PATH}
    desk.end(desk.vera)
    [ended] = exchange.told(RecordingEnded)
    assert (ended.call, ended.recording, ended.path, ended.seconds) == (desk.call.id, "r1", PATH, 5.0)
    assert what_was_told(exchange) == [RecordingStarted, RecordingEnded, CallEnded]


def test_a_recording_is_paused_and_goes_on(exchange: Exchange) -> None:
    desk = Desk(exchange)
    start(exchange, desk.staying)
    for paused in (True, True, False):
        recording.pause(exchange.control, desk.staying, PauseRecording(desk.staying.id, paused))
        assert exchange.plane.call_recording[desk.staying.id].endswith("(paused)") == paused
    assert [event.paused for event in exchange.told(RecordingPaused)] == [True, False]
    desk.end(desk.ana)


def test_a_leg_has_one_recording_at_a_time_and_may_have_another_after_it(exchange: Exchange) -> None:
    desk = Desk(exchange)
    start(exchange, desk.staying)
    start(exchange, desk.staying, "r2", "/recordings/r2.wav")
    assert [event.recording for event in exchange.told(RecordingStarted)] == ["r1"]
    recording.stop(exchange.control, desk.staying)
    start(exchange, desk.staying, "r2", "/recordings/r2.wav")
    desk.end(desk.ana)
    assert [event.recording for event in exchange.told(RecordingEnded)] == ["r1", "r2"]


def test_nothing_is_recorded_of_a_leg_that_nobody_answered(exchange: Exchange) -> None:
    desk = Desk(exchange, wanted="ring")
    desk.blind()
    start(exchange, desk.leg("1003"))
    assert exchange.told(RecordingStarted) == []
    desk.end(desk.ana, desk.vera)


def test_no_key_is_shown_by_a_command_that_has_one() -> None:
    assert "key" not in repr(StartRecording("l1", "r1", PATH, key=b"k" * 32))
