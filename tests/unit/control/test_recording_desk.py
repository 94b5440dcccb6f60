"""Who is recorded: by the rules of queue and agents, and on demand."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from msgspec.structs import replace
from tests.unit.control.test_call_adapter import ANA, AT, BORIS, CALLER, Scene

from control.adapters.recording import RecordingDesk
from control.adapters.visit import Visit
from control.errors import NotFound, Refused
from control.nouns import Campaign
from control.record_rule import BEEP_S, RecordRule
from control.recording import Recording
from control.recordings.keep import DAY_S, Keep
from control.recordings.library import Opened
from pbx import events
from pbx.commands import Command
from pbx.recording import (
    PauseRecording,
    RecordingEnded,
    RecordingPaused,
    RecordingStarted,
    StartRecording,
    StopRecording,
)

ALWAYS, NEVER, CHOSEN = RecordRule(), RecordRule("never"), RecordRule("share", 1.0)


class FakeLibrary:
    """Takes what has ended."""

    def __init__(self) -> None:
        self.recordings: list[Recording] = []

    def open(self, recording: Recording) -> Opened:
        return Opened(f"/open/{recording.id}", "a note", b"k" * 32)

    def ended(self, path: str, recording: Recording) -> None:
        assert path == f"/open/{recording.id}"
        self.recordings.append(recording)


class RecordedScene(Scene):
    """The scene of calls, with a desk that hears the same events, and a switch that does as it is told."""

    def __init__(self, **rules: RecordRule) -> None:
        """``rules`` of the queue, ana or boris."""
        self.desk: RecordingDesk | None = None
        super().__init__()
        for agent in ("ana", "boris"):
            self.directory.load([replace(self.directory.agents[agent], record=rules.get(agent))])
        queue = replace(self.directory.queues["support"], record=rules.get("queue"), client="acme")
        self.directory.load([queue])
        self.library = FakeLibrary()
        self.recorded: list[Command] = []
        self.leg = ""
        self.desk = RecordingDesk(
            self.directory,
            self.adapter.visits,
            self.library,  # type: ignore[arg-type]
            Keep(365, {"acme": 90}),
            execute=self._record,
            changed=lambda visit: None,
            clock=lambda: AT,
        )
        self.connect_ana()

    def tell(self, *many: events.Event) -> None:
        for event in many:
            super().tell(event)
            if self.desk is not None:
                self.desk.switch_event(event)

    def _record(self, many: Iterable[Command]) -> None:
        for command in many:
            self.recorded.append(command)
            match command:
                case StartRecording():
                    self.leg, self.id = command.leg, command.recording
                    self.tell(RecordingStarted(AT, "c1", command.leg, command.recording))
                case PauseRecording():
                    self.tell(RecordingPaused(AT, "c1", command.leg, self.id, command.paused))
                case StopRecording():
                    self.end()

    def end(self) -> None:
        """The plane tells that the file is complete."""
        self.tell(RecordingEnded(AT, "c1", self.leg, self.id, f"/open/{self.id}", 5.0))

    @property
    def shown(self) -> str | None:
        return self.adapter.visits["c1"].shown().recording

    @property
    def verbs(self) -> RecordingDesk:
        assert self.desk is not None
        return self.desk


def test_a_campaigns_rule_counts_as_well() -> None:
    scene = RecordedScene()
    scene.directory.load([Campaign("spring", "support", record=ALWAYS)])
    assert scene.recorded == []
    scene.adapter.visits["c1"].campaign = "spring"
    scene.tell(events.LegsBridged(AT, "c1", CALLER, ANA))
    assert [type(command) for command in scene.recorded] == [StartRecording]


def test_a_queue_that_records_always_records_the_customers_leg() -> None:
    scene = RecordedScene(queue=RecordRule(beep=True))
    [start] = scene.recorded
    assert start == StartRecording(CALLER, "c1-r1", "/open/c1-r1", "a note", b"k" * 32, BEEP_S)
    assert scene.shown == "on"
    scene.end()
    [recording] = scene.library.recordings
    assert (recording.call, recording.queue, recording.agent, recording.client) == ("c1", "support", "ana", "acme")
    assert recording.expires_at == AT + 90 * DAY_S
    assert scene.adapter.visits["c1"].recorded == ("c1-r1",)


@pytest.mark.parametrize("rules", [{}, {"queue": ALWAYS, "ana": NEVER}, {"queue": RecordRule("share", 0.0)}])
def test_a_call_is_not_recorded_where_nobody_wants_it_or_somebody_forbids_it(rules: dict[str, RecordRule]) -> None:
    assert RecordedScene(**rules).recorded == []


@pytest.mark.parametrize(
    "rules", [{"ana": ALWAYS}, {"queue": CHOSEN}, {"queue": RecordRule("share", 0.0), "ana": ALWAYS}]
)
def test_an_agents_word_and_a_share_suffice(rules: dict[str, RecordRule]) -> None:
    assert len(RecordedScene(**rules).recorded) == 1


def test_the_first_who_says_so_sets_how_long_a_recording_is_kept() -> None:
    scene = RecordedScene(queue=RecordRule(keep_days=7))
    scene.end()
    assert scene.library.recordings[0].expires_at == AT + 7 * DAY_S
    assert Keep(365).expires_at(AT, "acme", None) == AT + 365 * DAY_S
    assert Keep().expires_at(AT, "acme", None) is None


def test_a_transferred_call_goes_on_being_recorded_and_the_last_agent_stands_in_the_record() -> None:
    scene = RecordedScene(queue=ALWAYS)
    scene.transfer()
    scene.boris_takes_over()
    assert len(scene.recorded) == 1
    scene.end()
    assert scene.library.recordings[0].agent == "boris"


def test_an_agent_who_is_never_recorded_ends_the_recording_and_another_one_begins_it_anew() -> None:
    scene = RecordedScene(queue=ALWAYS, boris=NEVER)
    scene.transfer()
    scene.boris_takes_over()
    assert [type(command) for command in scene.recorded] == [StartRecording, StopRecording]
    assert [recording.id for recording in scene.library.recordings] == ["c1-r1"]
    assert scene.shown is None
    with pytest.raises(Refused, match="never recorded"):
        scene.verbs.start("c1")


def test_whom_an_agent_asks_first_is_not_recorded_and_changes_nothing() -> None:
    scene = RecordedScene(queue=ALWAYS, boris=NEVER)
    scene.transfer(consulting=True)
    scene.tell(
        events.LegStarted(AT, "c1", BORIS, "1002"),
        events.LegAnswered(AT, "c1", BORIS),
        events.LegsBridged(AT, "c1", ANA, BORIS),
    )
    assert len(scene.recorded) == 1
    assert scene.shown == "on"


def test_a_call_is_recorded_on_demand_and_no_more() -> None:
    scene = RecordedScene()
    verbs = scene.verbs
    for verb in (verbs.stop, verbs.pause, verbs.resume):
        with pytest.raises(Refused, match="is not recorded"):
            verb("c1")
    verbs.start("c1")
    with pytest.raises(Refused, match="recorded already"):
        verbs.start("c1")
    verbs.stop("c1")
    verbs.start("c1")
    assert [type(command) for command in scene.recorded] == [StartRecording, StopRecording, StartRecording]
    assert scene.adapter.visits["c1"].recorded == ("c1-r1", "c1-r2")
    with pytest.raises(NotFound):
        verbs.start("c9")


def test_a_recording_that_was_stopped_does_not_begin_again_when_its_call_becomes_one_with_another() -> None:
    scene = RecordedScene(ana=RecordRule(mode="share", share=1.0))
    scene.verbs.stop("c1")
    scene.recorded.clear()
    scene.adapter.visits["c2"] = Visit("c2", "internal", "1001", "", "1002", AT)
    scene.tell(events.CallsMerged(AT, "c2", "c1"), events.LegsBridged(AT, "c2", CALLER, ANA))
    assert scene.adapter.visits["c2"].agents[ANA] == "ana"
    assert scene.recorded == []


def test_what_is_always_recorded_is_paused_and_not_stopped() -> None:
    scene = RecordedScene(queue=ALWAYS)
    with pytest.raises(Refused, match="it can be paused"):
        scene.verbs.stop("c1")
    scene.verbs.pause("c1")
    assert scene.shown == "paused"
    scene.verbs.resume("c1")
    assert scene.shown == "on"


def test_a_recording_that_somebody_stopped_is_not_begun_again_by_a_share() -> None:
    scene = RecordedScene(queue=CHOSEN)
    scene.verbs.stop("c1")
    scene.transfer()
    scene.boris_takes_over()
    assert [type(command) for command in scene.recorded] == [StartRecording, StopRecording]


def test_a_pause_ends_when_another_agent_has_the_call() -> None:
    scene = RecordedScene(queue=ALWAYS)
    scene.verbs.pause("c1")
    scene.transfer()
    scene.boris_takes_over()
    assert scene.recorded[1:] == [PauseRecording(CALLER, True), PauseRecording(CALLER, False)]


def test_nothing_is_left_of_a_call_that_is_over() -> None:
    scene = RecordedScene(queue=ALWAYS)
    scene.end()
    scene.tell(
        events.CallEnded(AT, "c1", "inbound", "", "", "700", "queue", "support", AT, AT, AT, "normal", "caller", ())
    )
    with pytest.raises(NotFound):
        scene.verbs.start("c1")
    assert [mark.id for mark in scene.cdrs[0].recordings] == ["c1-r1"]


def test_a_file_that_is_complete_after_its_call_ended_is_kept_under_the_last_agent() -> None:
    scene = RecordedScene(queue=ALWAYS)
    scene.transfer()
    scene.boris_takes_over()
    scene.tell(
        events.CallEnded(AT, "c1", "inbound", "", "", "700", "queue", "support", AT, AT, AT, "normal", "caller", ())
    )
    scene.end()
    [kept] = scene.library.recordings
    assert (kept.id, kept.call, kept.agent) == ("c1-r1", "c1", "boris")
