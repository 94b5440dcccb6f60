from __future__ import annotations

import pytest

from pbx.plane import control
from pbx.plane.protocol import RemoteMedia

COMMANDS: list[control.Command] = [
    control.Open("a", 10000, "127.0.0.1"),
    control.Connect("a", RemoteMedia("192.0.2.1", 4000, 4001, 8, 101, send=False), 10000),
    control.Play("a", ("greeting", "music"), True, 7),
    control.Bridge("a", "b"),
    control.Tie("tie", "a"),
    control.Join("a", "room", "a", "*", True, False),
    control.SpeakTo("a", "b"),
    control.Chime("a", "confirm"),
    control.Record("a", "a.wav", 60.0, None),
    control.StopRecording("a"),
    control.Close("a"),
]


def test_commands_cross_the_socket_whatever_pieces_they_come_in() -> None:
    data = control.frame(COMMANDS[:2]) + control.frame(COMMANDS[2:])
    reader = control.command_reader()

    assert [command for i in range(len(data)) for command in reader.feed(data[i : i + 1])] == COMMANDS


def test_reports_cross_the_socket() -> None:
    reports: list[control.Report] = [
        control.Ready(),
        control.Recorded("a", "a.wav", 1.5),
        control.Closed(control.no_audio("a")),
    ]

    assert control.report_reader().feed(control.frame(reports)) == reports


@pytest.mark.parametrize("data", [b"\0\0\0\1\xc1", b"\xff\xff\xff\xff"])
def test_an_unreadable_frame_is_an_error_of_its_own(data: bytes) -> None:
    with pytest.raises(control.ControlError):
        control.command_reader().feed(data)
