"""What a waiting caller hears, in virtual time."""

from __future__ import annotations

from control.announcing.caller import Action, Hear, Leave, Make, Standing, WaitingCaller
from control.announcing.terms import Announce, Comfort, Recurring
from control.announcing.words import PlaceInLine, Remark, WaitAhead
from pbx.routing.flow.text import Prompt

HELLO, THANKS, PATIENCE = Prompt("Hello"), Prompt("Thank you for waiting"), Prompt("Please be patient")
SPEECH_S = 4.0
"""How long each announcement takes here."""


class Scene:
    """A caller who hears; everything is made at once, and each announcement takes four seconds."""

    def __init__(self, terms: Announce, *tracks: str, greeted: bool = False, makes: bool = True) -> None:
        self.now = 0.0
        self.standing = Standing(3, 200.0)
        self.heard: list[tuple[float, object]] = []
        """When each thing began: remarks, or the music and where it went on."""
        self.left: list[str] = []
        self.asked: list[Make] = []
        self._makes = makes
        self._ends_at: float | None = None
        self.caller = WaitingCaller(terms, tracks or ("tune",), 0.0, greeted=greeted)
        self.do(self.caller.begin(0.0))

    def do(self, actions: list[Action]) -> None:
        for action in actions:
            match action:
                case Make(number, remarks):
                    self.asked.append(action)
                    if self._makes:
                        self.made(number, remarks)
                case Hear(clips, loop, from_s):
                    self._ends_at = None
                    self.heard.append((self.now, (clips[0], from_s) if loop else clips[0]))
                case Leave(target):
                    self.left.append(target)

    def made(self, number: int, remarks: tuple[Remark, ...]) -> None:
        actions = self.caller.made(number, tuple(map(str, remarks)), self.now)
        self.do(actions)
        if actions:
            self.heard[-1] = (self.now, remarks)
            self._ends_at = self.now + SPEECH_S

    def run_until(self, end: float) -> None:
        """Let time pass."""
        while True:
            wakes = self.caller.wake_at
            due = [at for at in (wakes, self._ends_at) if at is not None and at <= end]
            if not due:
                break
            self.now = max(self.now, min(due))
            if self._ends_at is not None and self._ends_at <= self.now:
                self._ends_at = None
                self.do(self.caller.ended(self.now))
            else:
                self.do(self.caller.woke(self.now, self.standing))
        self.now = end

    @property
    def announced(self) -> list[tuple[float, object]]:
        """What was said, and when."""
        return [(at, what) for at, what in self.heard if isinstance(what, tuple) and not isinstance(what[0], str)]


def test_a_caller_is_greeted_and_then_hears_music() -> None:
    scene = Scene(Announce(greeting=HELLO))
    scene.run_until(100)
    assert scene.heard == [(0, ("tune", 0)), (0, (HELLO,)), (4, ("tune", 0))]


def test_the_chime_of_the_house_is_for_those_alone_whom_nobody_has_answered_yet() -> None:
    assert Scene(Announce(), greeted=True).announced == []
    assert Scene(Announce(greeting=None)).announced == []
    assert len(Scene(Announce(greeting=HELLO), greeted=True).announced) == 1


def test_the_place_is_told_when_it_has_changed() -> None:
    scene = Scene(Announce(greeting=None, position=Recurring(first_after_s=10, every_s=30)))
    scene.run_until(80)
    assert scene.announced == [(10, (PlaceInLine(3),))]
    scene.standing = Standing(2)
    scene.run_until(140)
    assert scene.announced[1:] == [(100, (PlaceInLine(2),))]


def test_the_place_is_told_each_time_where_that_is_wanted() -> None:
    scene = Scene(Announce(greeting=None, position=Recurring(first_after_s=10, every_s=30, when="always")))
    scene.run_until(80)
    assert [at for at, _ in scene.announced] == [10, 40, 70]


def test_a_wait_is_told_once_there_is_an_estimate() -> None:
    scene = Scene(Announce(greeting=None, expected_wait=Recurring(first_after_s=10, every_s=20)))
    scene.standing = Standing(3, None)
    scene.run_until(29)
    assert scene.announced == []
    scene.standing = Standing(3, 200.0)
    scene.run_until(60)
    assert scene.announced == [(30, (WaitAhead(4),))]


def test_what_is_due_together_is_said_together() -> None:
    scene = Scene(
        Announce(greeting=None, position=Recurring(first_after_s=10), expected_wait=Recurring(first_after_s=10))
    )
    scene.run_until(20)
    assert scene.announced == [(10, (PlaceInLine(3), WaitAhead(4)))]


def test_messages_are_said_in_turn() -> None:
    comfort = Comfort(messages=(THANKS, PATIENCE), first_after_s=20, every_s=40)
    scene = Scene(Announce(greeting=None, comfort=comfort))
    scene.run_until(110)
    assert scene.announced == [(20, (THANKS,)), (60, (PATIENCE,)), (100, (THANKS,))]


def test_there_is_music_between_two_announcements() -> None:
    terms = Announce(
        greeting=HELLO,
        position=Recurring(first_after_s=1),
        comfort=Comfort(messages=(THANKS,), first_after_s=10),
        min_gap_s=5,
    )
    scene = Scene(terms)
    scene.run_until(30)
    # 4 seconds of greeting, 5 of music; 4 of the place, 5 of music.
    assert scene.announced == [(0, (HELLO,)), (9, (PlaceInLine(3),)), (18, (THANKS,))]


def test_music_goes_on_where_it_was() -> None:
    scene = Scene(Announce(greeting=None, comfort=Comfort(messages=(THANKS,), first_after_s=20, every_s=40)))
    scene.run_until(80)
    assert scene.heard[2] == (24, ("tune", 20))
    assert scene.heard[4] == (64, ("tune", 56))


def test_a_digit_ends_an_announcement_at_once() -> None:
    scene = Scene(Announce(greeting=HELLO, position=Recurring(first_after_s=3), min_gap_s=5))
    scene.run_until(1)
    scene.do(scene.caller.pressed("5", 1))
    assert scene.heard[-1] == (1, ("tune", 0))
    assert scene.left == []
    scene.run_until(30)
    assert scene.announced == [(0, (HELLO,)), (6, (PlaceInLine(3),))]


def test_a_digit_may_lead_elsewhere() -> None:
    scene = Scene(Announce(greeting=HELLO, interrupt={"0": "voicemail:ana"}))
    scene.run_until(1)
    scene.do(scene.caller.pressed("0", 1))
    assert scene.left == ["voicemail:ana"]
    assert scene.heard[-1] == (1, ("tune", 0))


def test_a_digit_in_the_music_leaves_the_music_alone() -> None:
    scene = Scene(Announce(greeting=None))
    scene.do(scene.caller.pressed("5", 1))
    assert len(scene.heard) == 1


def test_music_goes_on_while_something_is_being_made_and_what_comes_too_late_is_left_out() -> None:
    scene = Scene(Announce(greeting=HELLO), makes=False)
    assert scene.heard == [(0, ("tune", 0))]
    assert scene.caller.wake_at is None
    scene.now = 3
    scene.do(scene.caller.pressed("5", 3))
    scene.made(scene.asked[0].number, scene.asked[0].remarks)
    assert len(scene.heard) == 1


def test_what_cannot_be_said_disturbs_nobody() -> None:
    scene = Scene(Announce(greeting=HELLO, position=Recurring(first_after_s=3)), makes=False)
    assert scene.caller.made(scene.asked[0].number, (), 1.0) == []
    assert scene.caller.wake_at == 3


def test_a_place_that_is_not_known_yet_is_asked_for_again_soon() -> None:
    scene = Scene(Announce(greeting=None, position=Recurring(first_after_s=0, every_s=60)))
    scene.standing = Standing()
    scene.run_until(1)
    scene.standing = Standing(1)
    scene.run_until(10)
    assert scene.announced == [(2, (PlaceInLine(1),))]


def test_tracks_follow_each_other_and_begin_anew() -> None:
    scene = Scene(Announce(greeting=None), "a", "b")
    for at in (60.0, 90.0, 150.0):
        scene.now = at
        scene.do(scene.caller.ended(at))
    assert scene.heard == [(0, "a"), (60, "b"), (90, "a"), (150, "b")]


def test_a_track_goes_on_where_it_was() -> None:
    caller = WaitingCaller(Announce(comfort=Comfort(messages=(THANKS,), first_after_s=10)), ("a", "b"), 0, greeted=True)
    caller.begin(0)
    [make] = caller.woke(10, Standing())
    assert isinstance(make, Make)
    caller.made(make.number, ("thanks",), 10)
    assert caller.ended(14) == [Hear(("a",), False, 10)]
    assert caller.ended(64) == [Hear(("b",), False, 0)]


def test_tracks_that_cannot_be_played_give_way_to_the_music_of_the_house() -> None:
    scene = Scene(Announce(greeting=None), "gone", "gone too")
    for _ in range(3):
        scene.do(scene.caller.ended(0.0))
    assert scene.heard[-1] == (0, ("music", 0))
    assert scene.caller.ended(0.0) == []
