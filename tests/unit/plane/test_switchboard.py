"""Commands that cannot be carried out, and that nobody must suffer from."""

from __future__ import annotations

from pathlib import Path
from random import Random

from pbx.plane import control
from pbx.plane.ports import Reactor
from pbx.plane.switchboard import Switchboard


def test_a_line_to_another_worker_that_was_lost_is_told_and_the_next_one_serves(tmp_path: Path) -> None:
    reports: list[control.Report] = []
    switchboard = Switchboard(tmp_path, Reactor(), reports.append, Random(1))
    switchboard.lines.append(None)
    for command in (
        control.Tie("tie 1 near", "caller"),
        control.Join("tie 1 near", "room", "caller", "*", True, False),
        control.Close("tie 1 near"),
    ):
        switchboard.execute(command)

    assert reports == [
        control.Trouble("no line for caller: too many open files"),
        control.Closed(control.no_audio("tie 1 near")),
    ]


def test_commands_for_a_leg_that_is_gone_are_passed_over(tmp_path: Path) -> None:
    reports: list[control.Report] = []
    switchboard = Switchboard(tmp_path, Reactor(), reports.append, Random(1))
    gone: list[control.Command] = [
        control.Join("gone", "room", "gone", "*", True, False),
        control.SpeakTo("gone", "*"),
        control.Chime("gone", "confirm"),
        control.Record("gone", str(tmp_path / "a.wav"), 60.0, None),
        control.StopRecording("gone"),
        control.Bridge("gone", "gone too"),
    ]
    for command in gone:
        switchboard.execute(command)

    assert reports == []
    assert list(tmp_path.iterdir()) == []
