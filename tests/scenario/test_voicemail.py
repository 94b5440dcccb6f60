"""Leaving messages, and hearing one's own by phone."""

from __future__ import annotations

from pathlib import Path

from tests.scenario.exchange import Exchange, Handset

from pbx.asking import MailboxAsked, MailboxOpened, Message, PromptsAsked, PromptsReady
from pbx.call.reception import Voicemail
from pbx.events import Event, VoicemailDeleted, VoicemailHeard, VoicemailRecorded

NEW = Message("m1", "/vm/m1.wav", "+38164", 1.0, False)
OLD = Message("m2", "/vm/m2.wav", "+38165", 2.0, True)


class Box:
    """An exchange with voicemail: 650 takes messages for ana, 603 tells one's own."""

    def __init__(self, exchange: Exchange, *messages: Message) -> None:
        self.exchange = exchange
        self.messages = messages
        exchange.control.destinations["voicemail"] = Voicemail(Path("/vm")).serve
        exchange.routes(n650="voicemail:ana", n603="voicemail")
        exchange.on_event = self._listen

    def _listen(self, event: Event) -> None:
        if isinstance(event, PromptsAsked):
            clips = tuple(wording.text or wording.clip for wording in event.wordings)
            answer: PromptsReady | MailboxOpened = PromptsReady(event.leg, event.ask, clips)
        elif isinstance(event, MailboxAsked):
            answer = MailboxOpened(event.leg, event.ask, "ana", self.messages)
        else:
            return
        attendant = self.exchange.control.legs[event.leg].attendant
        assert attendant is not None
        attendant.answered(answer, self.exchange.network.now)

    def dial(self, number: str) -> Handset:
        """1001 calls."""
        caller = self.exchange.phone("1001")
        caller.dial(number)
        self.exchange.run_until(1)
        return caller

    @property
    def leg(self) -> str:
        """The caller's leg."""
        return next(iter(self.exchange.control.legs))

    @property
    def hears(self) -> list[str]:
        """What the caller hears now, piece by piece."""
        return self.exchange.plane.heard.get(self.leg, "").split("+")

    def listen(self) -> None:
        """The caller hears it to its end."""
        self.exchange.plane.end_clips(self.leg)

    def press(self, digit: str) -> None:
        """The caller presses a key."""
        self.exchange.plane.press(self.leg, digit)


def recording(exchange: Exchange) -> tuple[Box, Handset]:
    """A caller speaks after the tone."""
    box = Box(exchange)
    caller = box.dial("650")
    assert box.hears == ["Please leave a message after the tone.", "beep"]
    box.listen()
    exchange.run_until(5)
    return box, caller


def test_a_message_is_recorded_after_the_tone_until_silence_ends_it(exchange: Exchange) -> None:
    box, caller = recording(exchange)
    path = exchange.plane.recording[box.leg]
    exchange.plane.tell_recorded(box.leg, 7.5)
    exchange.run_until(6)
    [recorded] = exchange.told(VoicemailRecorded)
    assert (recorded.box, recorded.path, recorded.seconds, recorded.caller) == ("ana", path, 7.5, "1001")
    assert path == f"/vm/{recorded.message}.wav"
    assert not caller.talks


def test_a_key_ends_the_message(exchange: Exchange) -> None:
    box, caller = recording(exchange)
    box.press("#")
    exchange.run_until(6)
    assert len(exchange.told(VoicemailRecorded)) == 1
    assert not caller.talks


def test_a_caller_who_hangs_up_has_left_what_was_said_so_far(exchange: Exchange) -> None:
    _, caller = recording(exchange)
    caller.hang_up()
    exchange.run_until(6)
    exchange.plane.tell_closed()
    [recorded] = exchange.told(VoicemailRecorded)
    assert recorded.seconds == 5.0
    assert exchange.control.recordings == {}


def test_a_key_skips_the_greeting(exchange: Exchange) -> None:
    box = Box(exchange)
    caller = box.dial("650")
    box.press("#")
    assert box.hears == ["beep"]
    box.listen()
    assert list(exchange.plane.recording) == [box.leg]
    caller.hang_up()


def test_a_caller_who_hangs_up_during_the_greeting_leaves_nothing(exchange: Exchange) -> None:
    box = Box(exchange)
    box.dial("650").hang_up()
    exchange.run_until(2)
    exchange.plane.tell_closed()
    assert exchange.told(VoicemailRecorded) == []


def test_a_caller_who_is_taken_elsewhere_while_speaking_is_not_hung_up_on(exchange: Exchange) -> None:
    box, caller = recording(exchange)
    leg = exchange.control.legs[box.leg]
    leg.dismiss(exchange.network.now)
    exchange.plane.tell_recorded(leg.id, 4.0)
    exchange.run_until(6)
    assert caller.talks
    caller.hang_up()


def test_messages_are_told_one_after_another_and_goodbye_is_said(exchange: Exchange) -> None:
    box = Box(exchange, NEW, OLD)
    caller = box.dial("603")
    assert exchange.told(MailboxAsked)[0].account == "1001"
    assert box.hears[:3] == ["You have 1 new messages and 1 old ones.", "Message from 3 8 1 6 4.", "/vm/m1.wav"]
    box.listen()
    assert exchange.told(VoicemailHeard)[-1].message == "m1"
    box.press("2")
    assert box.hears[:2] == ["Message from 3 8 1 6 5.", "/vm/m2.wav"]
    box.press("2")
    assert box.hears == ["You have no more messages. Goodbye."]
    box.press("1")
    assert box.hears == ["You have no more messages. Goodbye."]
    box.listen()
    exchange.run_until(2)
    assert not caller.talks


def test_a_message_can_be_heard_again(exchange: Exchange) -> None:
    box = Box(exchange, NEW)
    caller = box.dial("603")
    box.press("1")
    assert box.hears[:2] == ["Message from 3 8 1 6 4.", "/vm/m1.wav"]
    caller.hang_up()


def test_a_message_can_be_deleted_without_being_heard_to_its_end(exchange: Exchange) -> None:
    box = Box(exchange, NEW, OLD)
    caller = box.dial("603")
    box.press("3")
    assert [event.message for event in exchange.told(VoicemailDeleted)] == ["m1"]
    assert box.hears[:2] == ["Deleted.", "Message from 3 8 1 6 5."]
    caller.hang_up()


def test_keys_without_a_meaning_disturb_nothing(exchange: Exchange) -> None:
    box = Box(exchange, NEW)
    caller = box.dial("603")
    before = box.hears
    box.press("7")
    assert box.hears == before
    caller.hang_up()


def test_an_owner_who_presses_nothing_is_said_goodbye(exchange: Exchange) -> None:
    box = Box(exchange, NEW, OLD)
    caller = box.dial("603")
    box.listen()
    exchange.run_until(10)
    assert caller.talks
    exchange.run_until(12)
    assert box.hears == ["Goodbye."]
    box.listen()
    exchange.run_until(13)
    assert not caller.talks


def test_an_empty_box_is_told(exchange: Exchange) -> None:
    box = Box(exchange)
    box.dial("603")
    assert box.hears == ["You have no messages. Goodbye."]
    box.listen()


def test_a_guest_has_no_box(exchange: Exchange) -> None:
    box = Box(exchange)
    exchange.identify = lambda request: (None, False)
    caller = box.dial("603")
    assert [status for status, _ in caller.refused_with] == [403]
