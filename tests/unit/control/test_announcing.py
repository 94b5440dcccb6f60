"""Announcements of queues, from the switch's events to its commands; clips and time are what the test says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from tests.unit.control.ears import attendance, callback_desk
from tests.unit.control.test_prompts import Studio

from acd import events as acd
from acd.decisions import Connect, Decision, Offer, Overflow
from control.adapters.announcing import Surroundings
from control.adapters.calls import CallAdapter
from control.adapters.directory import Directory
from control.adapters.queueing import MOST_DROPS
from control.announcing.caller import Standing
from control.announcing.terms import Announce, Comfort, Recurring
from control.nouns import Agent, Music, Queue
from control.voice import Voice
from pbx import commands, events
from pbx.media.clip import to_wav
from pbx.media.tone import sine
from pbx.routing.flow.text import Prompt
from pbx.routing.numbering import NumberingPlan

CALLER, ANA = "c1.1", "c1.ana.1"
WELCOME = Prompt("Welcome", "welcome")
POSITION = Recurring(first_after_s=10, every_s=30)


class Alarm(asyncio.TimerHandle):
    """An alarm that the test lets ring."""


class Scene:
    """One queue, one agent, a synthesiser that says a tone, and a clock that the test moves."""

    def __init__(self, folder: Path, announce: Announce, *nouns: Music, **queue: str) -> None:
        self.studio = Studio(folder)
        self.now = 1000.0
        self.standing = Standing(3, 200.0)
        self.commands: list[commands.Command] = []
        self.posted: list[acd.Event] = []
        self.alarms: list[Alarm] = []
        self.said = asyncio.Event()
        """Set by each command."""
        self.directory = Directory()
        self.directory.load([Agent("ana", "Ana", "1001", "", ""), *nouns])
        self.directory.load([Queue("support", "Support", announce=announce, **queue)])
        self.adapter = CallAdapter(
            self.directory,
            post=self.posted.append,
            execute=self._execute,
            changed=lambda visit: None,
            ended=lambda visit, cdr: None,
            merged=lambda visit: None,
            route=NumberingPlan().route,
            takes_digits=lambda leg: True,
            registered=lambda extension: True,
            rewrite=lambda agent, change, done: None,
            surroundings=Surroundings(
                Voice(self.studio.prompts), lambda call, queue: self.standing, lambda: self.now, self._later
            ),
            phone_of=lambda agent: self.directory.agents[agent].extension,
            supervision_tone=False,
            callbacks=callback_desk(self.directory, self.posted.append),
            attendance=attendance(self.directory, self.posted.append),
        )

    def _execute(self, many: Iterable[commands.Command]) -> None:
        self.commands += many
        self.said.set()

    def _later(self, delay_s: float, act: Callable[[], None]) -> asyncio.TimerHandle:
        alarm = Alarm(self.now + delay_s, act, (), asyncio.get_running_loop())
        self.alarms.append(alarm)
        return alarm

    def record(self, *names: str, language: str = "en", client: str = "") -> None:
        """Put recordings there."""
        folder = self.studio.recordings / (f"clients/{client}/{language}" if client else language)
        folder.mkdir(parents=True, exist_ok=True)
        for name in names:
            (folder / f"{name}.wav").write_bytes(to_wav(sine(500.0, 0.1)))

    def dial(self, *, language: str = "", caller: str = "+381641234567") -> None:
        self.tell(
            events.CallStarted(self.now, "c1", "inbound", caller, "", "700"),
            events.LegStarted(self.now, "c1", CALLER, caller),
            events.CallDirected(self.now, "c1", "queue", "support"),
            events.CallOffered(self.now, "c1", CALLER, caller, "", "700", "queue", "support", None, language),
            events.LegAnswered(self.now, "c1", CALLER),
        )

    def tell(self, *many: events.Event) -> None:
        for event in many:
            self.adapter.switch_event(event)

    def decide(self, *decisions: Decision) -> None:
        self.adapter.decided(list(decisions))

    def ana_answers(self) -> None:
        self.decide(Offer("c1", "ana", "support", 10))
        leg = self.agents_leg
        self.tell(events.LegStarted(self.now, "c1", leg, "1001"), events.LegAnswered(self.now, "c1", leg))
        self.commands.clear()
        self.decide(Connect("c1", "ana"))

    @property
    def agents_leg(self) -> str:
        """The leg that was made last for an agent."""
        return f"c1.ana.{self.adapter.visits['c1'].legs}"

    def hear_to_the_end(self, leg: str = CALLER, seconds: float = 4.0) -> None:
        self.now += seconds
        self.tell(events.PlayEnded(self.now, "c1", leg))

    def press(self, digit: str) -> None:
        self.tell(events.DigitReceived(self.now, "c1", CALLER, digit))

    def ring(self) -> None:
        """The alarm that is set rings at its time."""
        [alarm] = [alarm for alarm in self.alarms if not alarm.cancelled()]
        self.now = alarm.when()
        self.alarms.remove(alarm)
        alarm._run()

    async def speech(self) -> list[str]:
        """The clips that are played once what has to be spoken was."""
        self.said.clear()
        async with asyncio.timeout(10):
            await self.said.wait()
        return self.plays[-1]

    @property
    def plays(self) -> list[list[str]]:
        """What was played, by the names of the clips."""
        return [[Path(clip).stem for clip in one.clips] for one in self.commands if isinstance(one, commands.Play)]


async def test_without_a_word_of_configuration_callers_hear_the_chime_and_the_music(tmp_path: Path) -> None:
    scene = Scene(tmp_path, Announce())
    scene.dial()
    assert scene.commands == [
        commands.Answer(CALLER),
        commands.Treat("c1", "en"),
        commands.Play(CALLER, ("greeting",)),
    ]
    scene.hear_to_the_end()
    assert scene.commands[3:] == [commands.Play(CALLER, ("music",), loop=True)]
    assert scene.alarms == []


async def test_recordings_are_played_at_once_the_clients_own_first(tmp_path: Path) -> None:
    scene = Scene(tmp_path, Announce(greeting=WELCOME, position=POSITION), client="acme")
    scene.record("welcome", "you-are", "in-line", "ordinal-3")
    scene.record("welcome", client="acme")
    scene.dial()
    play = scene.commands[-1]
    assert isinstance(play, commands.Play)
    assert "clients/acme" in play.clips[0]
    scene.hear_to_the_end()
    scene.ring()
    assert scene.plays[-1] == ["you-are", "ordinal-3", "in-line"]
    assert scene.now == 1010


async def test_what_is_not_recorded_is_spoken_once_in_the_callers_language(tmp_path: Path) -> None:
    scene = Scene(tmp_path, Announce(greeting=None, position=POSITION))
    scene.dial(language="sr")
    assert scene.plays == [["music"]]
    scene.ring()
    [spoken] = await scene.speech()
    assert [call.partition(" -s")[0] for call in scene.studio.calls()] == ["-v sr"]
    scene.hear_to_the_end()
    again = Scene(tmp_path, Announce(greeting=None, position=POSITION))
    again.dial(language="sr")
    again.ring()
    assert again.plays[-1] == [spoken]
    assert len(scene.studio.calls()) == 1


async def test_a_caller_whose_language_has_no_words_for_it_hears_the_queues(tmp_path: Path) -> None:
    scene = Scene(tmp_path, Announce(greeting=None, position=POSITION))
    scene.record("you-are", "in-line", "ordinal-3")
    scene.dial(language="fr")
    scene.ring()
    assert scene.plays[-1] == ["you-are", "ordinal-3", "in-line"]


async def test_an_agent_who_answers_cuts_an_announcement_off(tmp_path: Path) -> None:
    scene = Scene(tmp_path, Announce(greeting=WELCOME, position=POSITION))
    scene.record("welcome")
    scene.dial()
    scene.ana_answers()
    assert scene.commands == [commands.Bridge(CALLER, ANA)]
    scene.tell(events.LegsBridged(scene.now, "c1", CALLER, ANA), events.PlayEnded(scene.now, "c1", CALLER))
    scene.press("5")
    assert len(scene.commands) == 1
    assert [alarm for alarm in scene.alarms if not alarm.cancelled()] == []


async def test_an_agent_is_told_whom_she_takes(tmp_path: Path) -> None:
    scene = Scene(tmp_path, Announce(to_agent=Prompt(clip="support-call")))
    scene.record("support-call")
    scene.dial()
    scene.ana_answers()
    assert scene.plays == [["support-call"]]
    scene.hear_to_the_end(ANA)
    assert scene.commands[1:] == [commands.Bridge(CALLER, ANA)]


async def test_a_caller_whose_agent_hangs_up_before_hearing_her_keeps_her_place(tmp_path: Path) -> None:
    scene = Scene(tmp_path, Announce(to_agent=Prompt(clip="support-call")))
    scene.record("support-call")
    scene.dial()
    arrived = scene.posted[-1]
    for _ in range(MOST_DROPS - 1):
        scene.now += 10
        scene.ana_answers()
        scene.tell(events.LegEnded(scene.now, "c1", scene.agents_leg, "normal", 0, True))
        assert scene.posted[-2:] == [acd.WorkEnded("c1"), arrived]
        assert scene.adapter.visits["c1"].state == "waiting"
    scene.hear_to_the_end()
    assert scene.plays[-1] == ["music"]
    scene.ana_answers()
    scene.tell(events.LegEnded(scene.now, "c1", scene.agents_leg, "normal", 0, True))
    assert scene.commands[-1] == commands.HangupCall("c1")


async def test_a_caller_who_is_gone_meanwhile_is_not_bridged(tmp_path: Path) -> None:
    scene = Scene(tmp_path, Announce(to_agent=Prompt(clip="support-call")))
    scene.record("support-call")
    scene.dial()
    scene.ana_answers()
    scene.tell(events.LegEnded(scene.now, "c1", CALLER, "normal", 0, True))
    scene.tell(events.LegEnded(scene.now, "c1", ANA, "normal", 0, True))
    scene.tell(events.PlayEnded(scene.now, "c1", ANA))
    assert not any(isinstance(one, commands.Bridge) for one in scene.commands)


async def test_what_an_agent_is_told_is_spoken_while_the_caller_waits(tmp_path: Path) -> None:
    scene = Scene(tmp_path, Announce(greeting=None, to_agent=Prompt("Support")))
    scene.dial()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.wait(others, timeout=10)
    scene.ana_answers()
    assert len(scene.plays) == 1


async def test_a_digit_asks_the_router_and_the_announcement_ends_at_once(tmp_path: Path) -> None:
    scene = Scene(tmp_path, Announce(greeting=WELCOME, interrupt={"0": "voicemail:ana", "1": "callback:support"}))
    scene.record("welcome")
    scene.dial()
    scene.press("5")
    assert scene.plays[-1] == ["music"]
    scene.press("0")
    assert scene.posted[-1] == acd.WorkDiverted("c1", "voicemail:ana")
    scene.decide(Overflow("c1", "voicemail:ana"))
    assert scene.commands[-1] == commands.Redirect(CALLER, "voicemail", "ana")
    scene.tell(events.CallDirected(scene.now, "c1", "voicemail", "ana"))
    before = len(scene.posted)
    scene.press("1")
    assert len(scene.posted) == before


@pytest.mark.parametrize(("caller", "asked"), [("+381641234567", True), ("anonymous", False)])
async def test_only_who_can_be_called_back_may_ask_for_it(tmp_path: Path, caller: str, asked: bool) -> None:
    scene = Scene(tmp_path, Announce(interrupt={"1": "callback:support", "2": "callback:sales"}))
    scene.dial(caller=caller)
    scene.press("1")
    assert (acd.CallbackRequested("c1") in scene.posted) is asked
    scene.press("2")
    assert (acd.WorkDiverted("c1", "callback:sales") in scene.posted) is asked


async def test_music_of_a_class_follows_in_its_order_and_goes_on_after_an_announcement(tmp_path: Path) -> None:
    comfort = Comfort(messages=(WELCOME,), first_after_s=10)
    calm = Music("calm", "Calm", ("morning", "gone", "evening"), client="acme")
    scene = Scene(tmp_path, Announce(greeting=None, comfort=comfort), calm, music="calm")
    scene.record("morning", "evening", language="zxx", client="acme")
    scene.record("welcome", language="sr")
    scene.dial(language="sr")
    treat = scene.commands[1]
    assert isinstance(treat, commands.Treat)
    assert (treat.language, [Path(clip).stem for clip in treat.music]) == ("sr", ["morning", "evening"])
    assert scene.plays == [["morning"]]
    scene.ring()
    scene.hear_to_the_end()
    last = scene.commands[-1]
    assert isinstance(last, commands.Play)
    assert (scene.plays[-1], last.from_s, last.loop) == (["morning"], 10, False)
    scene.hear_to_the_end()
    assert scene.plays[-1] == ["evening"]


async def test_shuffled_music_is_all_of_it(tmp_path: Path) -> None:
    names = [f"track-{number}" for number in range(20)]
    scene = Scene(tmp_path, Announce(greeting=None), Music("mix", "Mix", tuple(names), "shuffled"), music="mix")
    scene.record(*names, language="zxx")
    scene.dial()
    for _ in names[1:]:
        scene.hear_to_the_end(seconds=60)
    heard = [clip for [clip] in scene.plays]
    assert sorted(heard) == sorted(names)
    assert heard != names


async def test_a_caller_who_hangs_up_is_spoken_to_no_more(tmp_path: Path) -> None:
    scene = Scene(tmp_path, Announce(greeting=None, position=POSITION))
    scene.dial()
    scene.ring()
    scene.tell(events.LegEnded(scene.now, "c1", CALLER, "normal", 0, True))
    await asyncio.sleep(0)
    assert scene.plays == [["music"]]
    assert [alarm for alarm in scene.alarms if not alarm.cancelled()] == []
