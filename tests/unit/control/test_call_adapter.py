"""What the events of calls that are moved about mean to the distributor, and to who watches."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from tests.unit.control.ears import attendance, callback_desk

from acd import events as acd
from acd.decisions import Connect, Offer, Overflow
from acd.live import AgentLive
from control.adapters.announcing import Surroundings
from control.adapters.calls import CallAdapter
from control.adapters.directory import Directory
from control.announcing.caller import Standing
from control.cdr import Cdr
from control.errors import Invalid, NotFound, Refused
from control.figures import agent_shown
from control.nouns import Agent, Queue
from control.prompts import Prompts
from control.voice import Voice
from pbx import commands, events, media_events
from pbx.conference_events import PartyAdded
from pbx.events import LegEnded
from pbx.routing.numbering import NumberingPlan

AT = 1_700_000_000.0
CALLER, ANA, BORIS = "c1.1", "c1.ana.1", "c1.3"


def silent_surroundings() -> Surroundings:
    """Nothing has to be spoken, and no alarm is set."""

    def later(delay_s: float, act: Callable[[], None]) -> asyncio.TimerHandle:
        raise AssertionError("nobody asked for announcements")

    voice = Voice(Prompts(Path("no-prompts"), Path("none-spoken"), program="no-such-program"))
    return Surroundings(voice, lambda call, queue: Standing(), lambda: AT, later)


class Scene:
    """Ana and Boris are agents; a caller came through the queue and talks to Ana."""

    def __init__(self) -> None:
        directory = self.directory = Directory()
        directory.load(
            [Agent(name, name.title(), number, "", "") for name, number in (("ana", "1001"), ("boris", "1002"))]
        )
        directory.load([Queue("support", "Support", extension="700")])
        plan = NumberingPlan()
        plan.declare(directory.numbers())
        self.posted: list[acd.Event] = []
        self.commands: list[commands.Command] = []
        self.cdrs: list[Cdr] = []
        self.deaf: set[str] = set()
        """Legs that have no way to be told digits."""
        self.merged: list[str] = []
        self.on_command: Callable[[commands.Command], None] = lambda command: None
        self.adapter = CallAdapter(
            directory,
            post=self.posted.append,
            execute=self._execute,
            changed=lambda visit: None,
            ended=lambda visit, cdr: self.cdrs.append(cdr),
            merged=lambda visit: self.merged.append(visit.call),
            route=plan.route,
            takes_digits=lambda leg: leg not in self.deaf,
            registered=lambda extension: True,
            rewrite=lambda agent, change, done: None,
            surroundings=silent_surroundings(),
            phone_of=lambda agent: directory.agents[agent].extension,
            supervision_tone=False,
            callbacks=callback_desk(directory, self.posted.append),
            attendance=attendance(directory, self.posted.append),
        )
        self.handling = self.adapter.handling
        self.tell(
            events.CallStarted(AT, "c1", "inbound", "+381641234567", "", "700"),
            events.LegStarted(AT, "c1", CALLER, "+381641234567"),
            events.CallDirected(AT, "c1", "queue", "support"),
            events.CallOffered(AT, "c1", CALLER, "+381641234567", "", "700", "queue", "support", None),
            events.LegAnswered(AT, "c1", CALLER),
        )

    def _execute(self, many: Iterable[commands.Command]) -> None:
        for command in many:
            self.commands.append(command)
            self.on_command(command)

    def tell(self, *many: events.Event) -> None:
        for event in many:
            self.adapter.switch_event(event)

    def connect_ana(self) -> None:
        """The router's offer to Ana, and what comes of it."""
        self.adapter.decided([Offer("c1", "ana", "support", 10)])
        self.tell(events.LegStarted(AT, "c1", ANA, "1001"), events.LegAnswered(AT, "c1", ANA))
        self.adapter.decided([Connect("c1", "ana")])
        self.tell(events.LegsBridged(AT, "c1", CALLER, ANA))
        self.posted.clear()
        self.commands.clear()

    def transfer(self, *, consulting: bool = False) -> None:
        self.tell(events.TransferStarted(AT, "c1", ANA, CALLER, "1002", consulting))

    def boris_takes_over(self) -> None:
        self.tell(
            events.LegStarted(AT, "c1", BORIS, "1002"),
            events.LegAnswered(AT, "c1", BORIS),
            events.LegsBridged(AT, "c1", CALLER, BORIS),
            events.CallTransferred(AT, "c1", ANA, CALLER, BORIS, "1002"),
            LegEnded(AT, "c1", ANA, "transferred", 0, True),
        )

    @property
    def state(self) -> str:
        return self.adapter.visits["c1"].state


@pytest.fixture
def scene() -> Scene:
    scene = Scene()
    scene.connect_ana()
    return scene


def test_an_agent_who_gave_her_call_away_wraps_up_and_who_has_it_is_engaged(scene: Scene) -> None:
    scene.transfer()
    assert scene.state == "transferring"
    scene.boris_takes_over()
    assert scene.state == "talking"
    assert scene.posted == [acd.AgentEngaged("boris", True), acd.WorkEnded("c1")]
    assert scene.adapter.visits["c1"].agent == "boris"
    assert scene.commands == []
    scene.tell(LegEnded(AT, "c1", BORIS, "normal", 0, True))
    assert scene.posted[-1] == acd.AgentEngaged("boris", False)


def test_a_call_given_to_a_queue_is_new_work(scene: Scene) -> None:
    scene.transfer()
    scene.tell(
        events.CallTransferred(AT + 60, "c1", ANA, CALLER, "", "700"),
        LegEnded(AT + 60, "c1", ANA, "transferred", 0, True),
        events.CallDirected(AT + 60, "c1", "queue", "support"),
        events.CallOffered(AT + 60, "c1", CALLER, "+381641234567", "", "700", "queue", "support", None),
    )
    ended, arrived = scene.posted
    assert ended == acd.WorkEnded("c1")
    assert isinstance(arrived, acd.WorkArrived)
    assert arrived.work.arrived_at == AT + 60
    assert scene.state == "waiting"
    scene.tell(LegEnded(AT + 70, "c1", CALLER, "normal", 0, True))
    assert scene.posted[-1] == acd.WorkAbandoned("c1")


def test_a_caller_who_gives_her_agent_away_does_not_end_the_agents_work(scene: Scene) -> None:
    scene.tell(
        events.TransferStarted(AT, "c1", CALLER, ANA, "1002"),
        events.LegStarted(AT, "c1", BORIS, "1002"),
        events.LegsBridged(AT, "c1", ANA, BORIS),
        events.CallTransferred(AT, "c1", CALLER, ANA, BORIS, "1002"),
        LegEnded(AT, "c1", CALLER, "transferred", 0, True),
    )
    assert scene.posted == [acd.AgentEngaged("boris", True)]
    assert scene.commands == []
    assert scene.state == "talking"


def test_a_consultation_is_seen_until_it_is_over(scene: Scene) -> None:
    scene.transfer(consulting=True)
    scene.tell(events.LegStarted(AT, "c1", BORIS, "1002"), events.LegRinging(AT, "c1", BORIS))
    assert scene.state == "consulting"
    scene.tell(events.LegsBridged(AT, "c1", ANA, BORIS))
    assert scene.state == "consulting"
    scene.boris_takes_over()
    assert scene.state == "talking"


def test_two_who_hold_are_held_until_both_are_back(scene: Scene) -> None:
    for leg, held, state in (
        (CALLER, True, "held"),
        (ANA, True, "held"),
        (CALLER, False, "held"),
        (ANA, False, "talking"),
    ):
        scene.tell(events.LegHeld(AT, "c1", leg, held))
        assert scene.state == state
    assert scene.posted == [acd.WorkHeld("c1", True), acd.WorkHeld("c1", False)]


def test_it_is_the_agents_side_that_holds_and_transfers(scene: Scene) -> None:
    scene.handling.hold("c1")
    scene.handling.resume("c1", "ana")
    scene.handling.transfer("c1", "1002", attended=False)
    scene.handling.transfer("c1", "1002", attended=True)
    assert scene.commands == [
        commands.Hold(ANA),
        commands.Resume(ANA),
        commands.Transfer(ANA, "1002"),
        commands.Consult(ANA, "1002"),
    ]


def test_a_transfer_is_completed_and_cancelled_by_who_began_it(scene: Scene) -> None:
    scene.transfer(consulting=True)
    scene.handling.complete_transfer("c1")
    scene.handling.cancel_transfer("c1")
    assert scene.commands == [commands.CompleteTransfer(ANA), commands.CancelTransfer(ANA)]


def test_a_parked_call_is_seen_in_its_slot_until_it_is_fetched(scene: Scene) -> None:
    scene.on_command = lambda command: scene.tell(events.CallParked(AT, "c1", CALLER, "7004"))
    assert scene.handling.park("c1", "7004") == "7004"
    assert scene.commands == [commands.Park(ANA, "7004")]
    assert (scene.state, scene.adapter.visits["c1"].shown().slot) == ("parked", "7004")
    scene.tell(
        events.CallUnparked(AT, "c1", CALLER, "7004"),
        events.LegsBridged(AT, "c1", CALLER, BORIS),
    )
    assert (scene.state, scene.adapter.visits["c1"].shown().slot) == ("talking", None)


def test_a_slot_that_is_not_free_is_refused(scene: Scene) -> None:
    with pytest.raises(Refused, match="slot 7004 is not free"):
        scene.handling.park("c1", "7004")
    with pytest.raises(Refused, match="no slot is free"):
        scene.handling.park("c1")


def test_digits_are_pressed_for_the_other_side_where_that_has_a_way_to_hear_them(scene: Scene) -> None:
    scene.handling.send_digits("c1", "12#", 160)
    scene.deaf.add(CALLER)
    with pytest.raises(Refused, match="nobody hears digits in call c1"):
        scene.handling.send_digits("c1", "12#", 160)
    assert scene.commands == [commands.SendDigits(CALLER, "12#", 160)]


def test_what_does_not_fit_the_call_is_refused(scene: Scene) -> None:
    handling = scene.handling
    with pytest.raises(NotFound):
        handling.hold("c2")
    with pytest.raises(Invalid, match="no agent vera"):
        handling.hold("c1", "vera")
    with pytest.raises(Refused, match="boris does not talk"):
        handling.hold("c1", "boris")
    with pytest.raises(Refused):
        handling.complete_transfer("c1")
    with pytest.raises(Refused):
        handling.cancel_transfer("c1")
    with pytest.raises(Invalid, match="999 leads nowhere") as nowhere:
        handling.transfer("c1", "999", attended=False)
    assert nowhere.value.field == "to"
    with pytest.raises(Invalid, match="queue:support"):
        handling.transfer("c1", "700", attended=True)
    scene.transfer()
    with pytest.raises(Refused, match="being transferred"):
        handling.transfer("c1", "1002", attended=False)
    with pytest.raises(Refused, match="completes by itself"):
        handling.complete_transfer("c1")
    assert scene.commands == []


def test_a_consultation_on_a_second_line_becomes_part_of_the_call(scene: Scene) -> None:
    scene.tell(
        events.CallStarted(AT, "c2", "inbound", "1001", "Ana", "1002"),
        events.LegStarted(AT, "c2", "c2.1", "1001"),
        events.LegStarted(AT, "c2", "c2.2", "1002"),
        events.LegsBridged(AT, "c2", "c2.1", "c2.2"),
        events.CallsMerged(AT, "c1", "c2"),
        events.TransferStarted(AT, "c1", ANA, CALLER, "1002"),
        events.LegsBridged(AT, "c1", CALLER, "c2.2"),
        events.CallTransferred(AT, "c1", ANA, CALLER, "c2.2", "1002"),
        LegEnded(AT, "c1", ANA, "transferred", 0, True),
        LegEnded(AT, "c1", "c2.1", "transferred", 0, True),
    )
    assert scene.merged == ["c2"]
    assert set(scene.adapter.visits) == {"c1"}
    assert (scene.state, scene.adapter.visits["c1"].agent) == ("talking", "boris")
    assert [event for event in scene.posted if isinstance(event, acd.WorkEnded)] == [acd.WorkEnded("c1")]
    assert acd.AgentEngaged("ana", False) in scene.posted


def test_an_agent_is_not_shown_as_talking_before_she_and_her_caller_hear_each_other() -> None:
    scene = Scene()
    taken = AgentLive("ana", "available", "", "talking", AT, True, "c1", "support")

    def shown() -> str:
        return agent_shown("ana", "Ana", "1001", taken, connecting=scene.adapter.connecting("c1")).state

    scene.adapter.decided([Offer("c1", "ana", "support", 10)])
    scene.tell(events.LegStarted(AT, "c1", ANA, "1001"), events.LegAnswered(AT, "c1", ANA))
    assert shown() == "ringing"
    scene.adapter.decided([Connect("c1", "ana")])
    scene.tell(events.LegsBridged(AT, "c1", CALLER, ANA))
    assert shown() == "talking"


def test_an_agent_who_talks_in_a_call_of_her_own_waits_for_nobody() -> None:
    assert not Scene().adapter.connecting(None)


def test_troubles_with_audio_are_shown_while_they_last_and_the_leg_does(scene: Scene) -> None:
    visit = scene.adapter.visits["c1"]
    scene.tell(
        media_events.AudioTroubled(AT, "c1", ANA, "one_way"), media_events.AudioTroubled(AT, "c1", CALLER, "dead_air")
    )
    assert [(one.leg, one.trouble) for one in visit.shown().troubles] == [(ANA, "one_way"), (CALLER, "dead_air")]
    scene.tell(media_events.AudioMended(AT, "c1", CALLER, "dead_air"))
    assert [one.leg for one in visit.shown().troubles] == [ANA]
    scene.tell(LegEnded(AT, "c1", ANA, "no_audio", 0, True))
    assert visit.shown().troubles == []


def test_three_who_talk_are_shown_so_until_one_of_them_leaves(scene: Scene) -> None:
    scene.handling.add_party("c1", "1002")
    assert scene.commands == [commands.AddParty(ANA, "1002")]
    scene.transfer(consulting=True)
    with pytest.raises(Refused, match="nobody is consulted"):
        scene.handling.join_transfer("c1")
    scene.tell(events.LegStarted(AT, "c1", BORIS, "1002"), events.LegsBridged(AT, "c1", ANA, BORIS))
    scene.handling.join_transfer("c1")
    assert scene.commands[1:] == [commands.JoinConsulted(ANA)]
    scene.tell(PartyAdded(AT, "c1", ANA, CALLER, BORIS))
    assert scene.state == "conference"
    with pytest.raises(Refused, match="three talk"):
        scene.handling.transfer("c1", "1002", attended=False)
    scene.tell(LegEnded(AT, "c1", ANA, "left", 0, True), events.LegsBridged(AT, "c1", CALLER, BORIS))
    assert (scene.state, scene.adapter.visits["c1"].agent) == ("talking", "boris")
    assert scene.posted == [acd.AgentEngaged("boris", True), acd.WorkEnded("c1")]


def test_a_caller_who_waits_is_turned_away_and_one_who_talks_is_not() -> None:
    scene = Scene()
    scene.posted.clear()
    assert scene.adapter.turn_away("c1")
    assert (scene.posted, scene.commands[-1]) == ([acd.WorkWithdrawn("c1")], commands.HangupCall("c1"))
    scene = Scene()
    scene.connect_ana()
    assert not scene.adapter.turn_away("c1")
    assert not scene.adapter.turn_away("c2")
    assert (scene.posted, scene.commands) == ([], [])


def test_a_queue_sends_callers_to_targets_and_out_to_numbers() -> None:
    scene = Scene()
    scene.commands.clear()
    scene.adapter.decided([Overflow("c1", "agent:boris"), Overflow("c1", "+381111234567")])
    assert scene.commands == [
        commands.Redirect(CALLER, "phone", "1002"),
        commands.Dial(CALLER, "+381111234567", by="queue:support"),
    ]


def test_a_caller_who_is_sent_round_in_a_circle_is_let_go_in_the_end() -> None:
    scene = Scene()
    scene.adapter.decided([Overflow("c1", "queue:sales")] * 51)
    assert scene.commands[-2:] == [commands.Redirect(CALLER, "queue", "sales"), commands.HangupCall("c1")]
