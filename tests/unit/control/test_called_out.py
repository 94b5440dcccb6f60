"""Parties who are called out and sent to a queue: what they hear there, what its agents see, and the call's record."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.unit.control.cdrs import LEG
from tests.unit.control.test_announcing import ANA, CALLER, POSITION, WELCOME, Scene

from acd import events as acd
from acd.decisions import Connect, Offer
from control.adapters.records import record_of
from control.adapters.visit import Hears, Visit
from control.announcing.terms import Announce
from pbx import commands, events

SHOWN, VERA = "+381114000700", "+381641234567"


def answers(scene: Scene, hears: Hears) -> None:
    """Vera is called, answers after nine seconds, and is taken to the queue."""
    scene.tell(
        events.CallStarted(scene.now, "c1", "outbound", SHOWN, "Shop", VERA),
        events.LegStarted(scene.now, "c1", CALLER, VERA),
        events.CallDirected(scene.now, "c1", "trunk", "a"),
        events.LegRinging(scene.now, "c1", CALLER),
    )
    scene.now += 9.0
    scene.tell(events.LegAnswered(scene.now, "c1", CALLER))
    scene.adapter.bring("c1", CALLER, "support", hears, hurries=True)
    assert scene.commands == [commands.Redirect(CALLER, "queue", "support")]
    scene.commands.clear()
    scene.tell(
        events.CallDirected(scene.now, "c1", "queue", "support"),
        events.CallOffered(scene.now, "c1", CALLER, VERA, "Vera", VERA, "queue", "support", None),
    )


@pytest.mark.parametrize(
    ("hears", "played", "goes_on"),
    [("announcements", [["welcome"]], True), ("music", [["music"]], False), ("nothing", [], False)],
)
async def test_a_party_hears_what_it_is_meant_to_hear(
    tmp_path: Path, hears: Hears, played: list[list[str]], goes_on: bool
) -> None:
    scene = Scene(tmp_path, Announce(greeting=WELCOME, position=POSITION, to_agent=WELCOME))
    scene.record("welcome")
    answers(scene, hears)
    assert scene.plays == played
    scene.hear_to_the_end()
    assert bool(scene.alarms) == goes_on
    scene.ana_answers()
    assert (commands.Bridge(CALLER, ANA) in scene.commands) == (hears != "announcements")


async def test_the_agent_and_the_router_see_who_was_called(tmp_path: Path) -> None:
    scene = Scene(tmp_path, Announce())
    answers(scene, "nothing")
    [arrived] = [one for one in scene.posted if isinstance(one, acd.WorkArrived)]
    assert (arrived.work.caller, arrived.work.ivr_s) == (VERA, 0.0)
    scene.decide(Offer("c1", "ana", "support", 10))
    [rung] = [one for one in scene.commands if isinstance(one, commands.Originate)]
    assert (rung.caller, rung.caller_name, rung.auto_answer) == (VERA, "Vera", True)
    scene.tell(events.LegStarted(scene.now, "c1", ANA, "1001"), events.LegAnswered(scene.now, "c1", ANA))
    scene.decide(Connect("c1", "ana"))
    assert scene.commands[-1] == commands.Bridge(CALLER, ANA)


async def test_who_hangs_up_meanwhile_is_brought_nowhere(tmp_path: Path) -> None:
    scene = Scene(tmp_path, Announce())
    scene.adapter.bring("c1", CALLER, "support", "music")
    assert scene.commands == []


def ended(cause: str = "normal", answered_at: float | None = 109.0, by: str = "callee") -> events.CallEnded:
    leg = replace(LEG, direction="out", party=VERA)
    return events.CallEnded(
        150.0, "c1", "outbound", SHOWN, "Shop", VERA, "trunk", "a", 100.0, answered_at, 150.0, cause, by, (leg,)
    )


@pytest.mark.parametrize(
    ("queued_at", "connected_at", "event", "disposition", "wait_s", "talk_s"),
    [
        (110.0, 112.0, ended(), "answered", 3.0, 38.0),
        (110.0, None, ended(), "abandoned", 41.0, 0.0),
        (110.0, None, ended(by="switch"), "abandoned", 41.0, 0.0),
        (None, None, ended(by="switch"), "answered", 0.0, 41.0),
        (None, None, ended("busy", None), "busy", 50.0, 0.0),
        (None, None, ended("not_in_service", None), "failed", 50.0, 0.0),
    ],
    ids=["an agent", "gone meanwhile", "dropped", "an announcement", "busy", "not in service"],
)
def test_its_record_counts_from_the_answer(
    queued_at: float | None,
    connected_at: float | None,
    event: events.CallEnded,
    disposition: str,
    wait_s: float,
    talk_s: float,
) -> None:
    visit = Visit("c1", "outbound", SHOWN, "Shop", VERA, 100.0)
    visit.queued_at, visit.connected_at = queued_at, connected_at
    cdr = record_of(event, visit, None)
    assert (cdr.disposition, cdr.wait_s, cdr.talk_s) == (disposition, wait_s, talk_s)
    assert (cdr.direction, cdr.caller, cdr.number, cdr.duration_s) == ("outbound", SHOWN, VERA, 50.0)
