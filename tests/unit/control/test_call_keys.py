"""What an agent's keys do while she talks: recording, asking a third party, letting it take part."""

from __future__ import annotations

from tests.unit.control.test_call_adapter import ANA, AT, CALLER
from tests.unit.control.test_recording_desk import RecordedScene

from control.adapters.keys import CallKeys
from pbx import commands, events
from pbx.recording import PauseRecording, StartRecording, StopRecording

BORIS = "c1.boris.1"


class KeyScene(RecordedScene):
    """Ana talks to a caller, and has codes for all that there are codes for."""

    keys: CallKeys | None = None

    def __init__(self) -> None:
        super().__init__()
        self.keys = CallKeys(
            self.adapter.visits, self.verbs, self.handling, recording_codes=("*1", "*2"), party_codes=("*3", "*4")
        )
        self.commands.clear()

    def tell(self, *many: events.Event) -> None:
        for event in many:
            super().tell(event)
            if self.keys is not None:
                self.keys.switch_event(event)

    def press(self, keys: str, *, leg: str = ANA, apart: float = 0.5) -> None:
        """Press keys in a row."""
        for number, key in enumerate(keys):
            self.tell(events.DigitReceived(AT + number * apart, "c1", leg, key))

    def consult_boris(self) -> None:
        """He is asked, and answers."""
        self.tell(
            events.TransferStarted(AT, "c1", ANA, CALLER, "1002", consulting=True),
            events.LegStarted(AT, "c1", BORIS, "1002"),
            events.LegAnswered(AT, "c1", BORIS),
            events.LegsBridged(AT, "c1", ANA, BORIS),
        )


def test_an_agents_keys_start_pause_and_stop() -> None:
    scene = KeyScene()
    scene.press("*1")
    scene.press("*2")
    scene.press("*2")
    scene.press("*1")
    kinds = [type(command) for command in scene.recorded]
    assert kinds == [StartRecording, PauseRecording, PauseRecording, StopRecording]


def test_other_keys_slow_keys_and_a_callers_keys_do_nothing() -> None:
    scene = KeyScene()
    scene.press("1")
    scene.press("*5")
    scene.press("*1", apart=5.0)
    scene.press("*1", leg=CALLER)
    scene.press("*2")
    assert scene.recorded == []
    scene.press("**1")
    assert len(scene.recorded) == 1


def test_a_number_behind_the_code_is_rung_so_that_three_talk() -> None:
    scene = KeyScene()
    scene.press("*31002#")
    assert scene.commands == [commands.AddParty(ANA, "1002")]


def test_a_number_behind_the_other_code_is_asked_first() -> None:
    scene = KeyScene()
    scene.press("*41002#")
    assert scene.commands == [commands.Consult(ANA, "1002")]


def test_whoever_is_asked_is_joined_by_one_code() -> None:
    scene = KeyScene()
    scene.consult_boris()
    scene.press("*3")
    assert scene.commands == [commands.JoinConsulted(ANA)]


def test_the_other_code_comes_back_to_the_customer_also_while_it_rings() -> None:
    scene = KeyScene()
    scene.tell(events.TransferStarted(AT, "c1", ANA, CALLER, "1002", consulting=True))
    scene.press("*4")
    assert scene.commands == [commands.CancelTransfer(ANA)]


def test_numbers_that_lead_nowhere_or_are_not_finished_in_time_do_nothing() -> None:
    scene = KeyScene()
    scene.press("*39999#")
    scene.press("*3#")
    scene.press("*31002#", apart=6.0)
    scene.press("*3" + 30 * "1" + "#")
    assert scene.commands == []
    scene.press("*31002#")
    assert len(scene.commands) == 1


def test_keys_of_a_caller_and_of_one_whom_nobody_asked_start_nothing() -> None:
    scene = KeyScene()
    scene.press("*31002#", leg=CALLER)
    scene.press("*3")
    assert scene.commands == []
