"""Callbacks from the switch's events to its commands, with the router itself between them."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from tests.unit.control.ears import attendance, callback_desk
from tests.unit.control.test_call_adapter import AT, silent_surroundings

from acd import events as acd
from acd.agent import AgentStatus
from acd.decisions import Decision
from acd.journal import decode_state, encode_state
from acd.model import OverflowRule
from acd.router import Router
from control.adapters.calls import CallAdapter
from control.adapters.declaring import declarations
from control.adapters.directory import Directory
from control.cdr import Cdr
from control.nouns import Agent, Queue, RoutingRules
from control.reconciling import reconcile
from pbx import commands, events
from pbx.routing.numbering import NumberingPlan

MILA, IVAN = "+381641", "+381642"


class Scene:
    """A queue, Ana who is away, and whatever the router decides carried out at once."""

    def __init__(self, **queue: object) -> None:
        self.directory = Directory()
        self.queue = Queue("support", "Support", **queue)  # type: ignore[arg-type]
        self.directory.load([Agent("ana", "Ana", "1001", "", ""), self.queue])
        self.router = Router()
        self.at = AT
        self.commands: list[commands.Command] = []
        self.cdrs: list[Cdr] = []
        self.start()
        for event in declarations(self.directory):
            self.post(event)
        self.post(acd.AgentReachable("ana", True))

    def start(self) -> None:
        self.desk = callback_desk(self.directory, self.post, lambda work: self.router.work_live(work))
        self.adapter = CallAdapter(
            self.directory,
            post=self.post,
            execute=self._execute,
            changed=lambda visit: None,
            ended=lambda visit, cdr: self.cdrs.append(cdr),
            merged=lambda visit: None,
            route=NumberingPlan().route,
            takes_digits=lambda leg: True,
            registered=lambda extension: True,
            rewrite=lambda agent, change, done: None,
            surroundings=silent_surroundings(),
            phone_of=lambda agent: "1001",
            supervision_tone=False,
            callbacks=self.desk,
            attendance=attendance(self.directory, self.post),
        )

    def post(self, event: acd.Event) -> None:
        decisions: list[Decision] = self.router.decide(event, self.at)
        self.adapter.decided(decisions)

    def _execute(self, many: Iterable[commands.Command]) -> None:
        for command in many:
            self.commands.append(command)
            if isinstance(command, commands.PlaceCall):
                self.tell(
                    events.CallStarted(self.at, command.call, "outbound", command.to, "", command.number),
                    events.LegStarted(self.at, command.call, command.leg, command.to),
                )

    def tell(self, *many: events.Event) -> None:
        for event in many:
            self.adapter.switch_event(event)

    def wait(self, call: str, caller: str) -> None:
        """A caller comes to the queue."""
        self.at += 1
        self.tell(
            events.CallStarted(self.at, call, "inbound", caller, "Mila", "700"),
            events.CallDirected(self.at, call, "queue", "support"),
            events.CallOffered(self.at, call, f"{call}.1", caller, "Mila", "700", "queue", "support", None),
        )

    def hang_up(self, call: str) -> None:
        self.tell(events.LegEnded(self.at, call, f"{call}.1", "normal", 0, True))

    def ana(self, status: AgentStatus) -> None:
        self.post(acd.AgentStatusSet("ana", status))

    def promise(self, call: str) -> None:
        """The caller chose to be called back, hears so and is gone."""
        self.post(acd.CallbackRequested(call))
        assert self.commands[-1] == commands.Redirect(f"{call}.1", "callback", "support")
        self.tell(events.CallbackAsked(self.at, call, "support", MILA, "Mila"))
        self.hang_up(call)

    @property
    def placed(self) -> list[commands.PlaceCall]:
        return [command for command in self.commands if isinstance(command, commands.PlaceCall)]

    @property
    def dialled(self) -> list[commands.Dial]:
        return [command for command in self.commands if isinstance(command, commands.Dial)]

    def ana_answers(self, attempt: int = 1) -> None:
        self.tell(events.LegAnswered(self.at, f"back-{attempt}", f"back-{attempt}.1"))

    def customer(self, cause: str, attempt: int = 1) -> None:
        """The customer's leg ends, and Ana's with it."""
        call = f"back-{attempt}"
        for leg, answered in (("2", False), ("1", True)):
            self.tell(events.LegEnded(self.at, call, f"{call}.{leg}", cause, 486, answered))


@pytest.fixture
def scene() -> Scene:
    """Mila waited before Ivan, and is to be called back."""
    scene = Scene(routing=RoutingRules(retry_delay_s=1.0))
    scene.wait("c1", MILA)
    scene.wait("c2", IVAN)
    scene.promise("c1")
    return scene


def test_who_is_to_be_called_back_is_served_before_who_came_later_and_dialled_once(scene: Scene) -> None:
    scene.ana(AgentStatus.AVAILABLE)
    [placed] = scene.placed
    assert (placed.to, placed.number, placed.caller_name, placed.waits) == ("1001", MILA, "Mila", True)
    scene.tell(events.LegRinging(scene.at, "back-1", "back-1.1"))
    assert scene.dialled == []
    scene.ana_answers()
    assert scene.dialled == [commands.Dial("back-1.1", MILA)]
    scene.tell(events.LegsBridged(scene.at, "back-1", "back-1.1", "back-1.2"))
    live = scene.router.agent_live("ana")
    assert live is not None
    assert (live.state, [one.work for one in live.at_hand]) == ("talking", ["c1"])
    assert scene.desk.open == {}
    scene.tell(events.LegEnded(scene.at, "back-1", "back-1.1", "normal", 0, True))
    assert next(command for command in scene.commands if isinstance(command, commands.Originate)).call == "c2"
    assert len(scene.dialled) == 1


def test_a_customer_who_is_busy_is_noted_so_and_tried_again_later(scene: Scene) -> None:
    scene.ana(AgentStatus.AVAILABLE)
    scene.ana_answers()
    scene.customer("busy")
    request = scene.desk.open["c1"]
    assert (request.result, request.attempts, scene.desk.state(request)) == ("busy", 1, "scheduled")
    scene.hang_up("c2")
    scene.at += 300
    scene.post(acd.ClockReached())
    assert len(scene.placed) == 2


def test_a_customer_who_is_never_reached_is_given_up(scene: Scene) -> None:
    scene.hang_up("c2")
    scene.ana(AgentStatus.AVAILABLE)
    for attempt in (1, 2, 3):
        scene.ana_answers(attempt)
        scene.customer("no_answer", attempt)
        scene.at += 300
        scene.post(acd.ClockReached())
    assert len(scene.dialled) == 3
    assert scene.desk.open == {}
    assert len(scene.placed) == 3


def test_an_agent_who_does_not_take_it_leaves_it_in_line(scene: Scene) -> None:
    scene.ana(AgentStatus.AVAILABLE)
    scene.tell(events.LegEnded(scene.at, "back-1", "back-1.1", "declined", 603, False))
    assert scene.router.waiting("support") == ["c1", "c2"]
    assert scene.dialled == []
    scene.ana(AgentStatus.BREAK)
    scene.ana(AgentStatus.AVAILABLE)
    scene.at += 1
    scene.post(acd.ClockReached())
    assert len(scene.placed) == 2
    scene.ana(AgentStatus.OFFLINE)
    assert scene.commands[-1] == commands.Hangup("back-2.1", "cancelled")


def test_one_who_is_gone_before_the_customer_is_dialled_has_not_reached_her() -> None:
    scene = Scene()
    scene.wait("c1", MILA)
    scene.promise("c1")
    scene.ana(AgentStatus.AVAILABLE)
    decisions = scene.router.decide(acd.OfferAccepted("c1", "ana"), scene.at)
    scene.tell(events.LegEnded(scene.at, "back-1", "back-1.1", "normal", 0, True))
    scene.adapter.decided(decisions)
    assert scene.dialled == []
    assert scene.desk.state(scene.desk.open["c1"]) == "scheduled"


def test_a_full_queue_calls_back_who_has_a_number_and_says_so_to_others() -> None:
    scene = Scene(max_length=0, overflow=OverflowRule("callback:support"))
    scene.wait("c1", MILA)
    assert scene.router.waiting("support") == ["c1"]
    scene.wait("c2", "anonymous")
    assert scene.router.waiting("support") == ["c1"]
    assert scene.commands[-1] == commands.Redirect("c2.1", "callback", "support")


def test_who_left_word_in_a_flow_and_waits_on_the_line_after_all_is_not_called_too() -> None:
    scene = Scene()
    scene.tell(events.CallStarted(scene.at, "c1", "inbound", MILA, "Mila", "700"))
    scene.tell(events.CallbackAsked(scene.at, "c1", "support", MILA, "Mila"))
    assert scene.router.waiting("support") == ["c1"]
    scene.tell(events.CallOffered(scene.at, "c1", "c1.1", MILA, "Mila", "700", "queue", "support", None))
    assert scene.router.waiting("support") == ["c1"]
    assert scene.desk.open == {}
    scene.hang_up("c1")
    assert scene.router.waiting("support") == []


@pytest.mark.parametrize("dialled", [False, True])
def test_a_program_that_dies_keeps_places_and_dials_no_attempt_twice(scene: Scene, dialled: bool) -> None:
    scene.ana(AgentStatus.AVAILABLE)
    if dialled:
        scene.ana_answers()
    requests = list(scene.desk.open.values())
    scene.router = Router(decode_state(encode_state(scene.router.state())))
    before = len(scene.commands)
    scene.start()
    works = [live for work in scene.router.works() if (live := scene.router.work_live(work)) is not None]
    scene.desk.restore(requests[:0] if dialled else requests, works)
    reconcile(scene.router, scene.directory, scene.post)
    scene.desk.resume()
    assert scene.commands[before:] == []
    assert scene.desk.state(scene.desk.open["c1"]) == ("scheduled" if dialled else "waiting")
    scene.post(acd.AgentReachable("ana", True))
    assert len(scene.placed) == (1 if dialled else 2)
    assert scene.router.work_live("c2") is None


def test_what_the_router_does_not_know_waits_again_and_a_queue_that_is_gone_ends_it(scene: Scene) -> None:
    requests = list(scene.desk.open.values())
    scene.router.decide(acd.WorkWithdrawn("c1"), scene.at)
    scene.start()
    scene.desk.restore(requests, [])
    scene.desk.resume()
    assert scene.router.waiting("support")[0] == "c1"
    scene.post(acd.QueueRemoved("support"))
    assert scene.desk.open == {}
