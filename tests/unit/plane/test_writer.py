"""Recordings are written in a thread: whatever the disk does, who hands over goes on."""

from __future__ import annotations

import errno
from collections.abc import Callable
from threading import Event

import pytest

from pbx.plane.ports import Reactor
from pbx.plane.writer import File, Writer

PATIENCE_S = 10.0


class Disk:
    """Files on it are kept in memory; it stalls until it is let go on."""

    def __init__(self) -> None:
        self.goes = Event()
        self.goes.set()
        self.files: dict[str, bytes] = {}
        self.broken: set[str] = set()
        self.closed: list[str] = []

    def creator(self, name: str) -> Callable[[], File]:
        return lambda: DiskFile(self, name)


class DiskFile:
    def __init__(self, disk: Disk, name: str) -> None:
        self._disk = disk
        self._name = name
        disk.goes.wait(PATIENCE_S)
        if name in disk.files:
            raise FileExistsError(errno.EEXIST, "File exists")
        disk.files[name] = b""

    def write(self, audio: bytes | bytearray) -> None:
        self._disk.goes.wait(PATIENCE_S)
        if self._name in self._disk.broken:
            raise OSError(errno.ENOSPC, "No space left on device")
        self._disk.files[self._name] += audio

    def close(self) -> None:
        self._disk.closed.append(self._name)


class Desk:
    """A writer with a disk, and what it told."""

    def __init__(self, most_waiting: int = 1 << 20) -> None:
        self.disk = Disk()
        self.told: list[tuple[str, int, str]] = []
        self._reactor = Reactor()
        self.writer = Writer(self._reactor, most_waiting)

    def ended(self, name: str) -> Callable[[int, Exception | None], None]:
        return lambda octets, error: self.told.append((name, octets, "" if error is None else str(error)))

    def hear(self, most: int) -> None:
        """Serve the loop until so many ends were told."""
        while len(self.told) < most:
            ready = self._reactor.epoll.poll(PATIENCE_S)
            assert ready, "nothing was told"
            for fd, _ in ready:
                self._reactor.handlers[fd]()


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_an_end_is_told_in_the_loop_once_the_file_is_closed_with_all_that_was_handed_over(desk: Desk) -> None:
    desk.disk.goes.clear()
    writing = desk.writer.begin(desk.disk.creator("a"), desk.ended("a"))
    for _ in range(3):
        writing.write(b"la")
    writing.close()
    assert (desk.told, desk.disk.closed) == ([], [])

    desk.disk.goes.set()
    desk.hear(1)
    assert desk.told == [("a", 6, "")]
    assert (desk.disk.files, desk.disk.closed) == ({"a": b"lalala"}, ["a"])


def test_a_file_that_fails_is_closed_and_told_once_and_others_are_written(desk: Desk) -> None:
    good, bad = (desk.writer.begin(desk.disk.creator(name), desk.ended(name)) for name in ("good", "bad"))
    bad.write(b"some")
    desk.writer.begin(desk.disk.creator("good"), desk.ended("twice"))
    desk.hear(1)
    desk.disk.broken.add("bad")
    for writing in (bad, bad, good):
        writing.write(b"more")
    for writing in (bad, good):
        writing.close()
    desk.hear(3)

    assert desk.told == [
        ("twice", 0, "[Errno 17] File exists"),
        ("bad", 4, "[Errno 28] No space left on device"),
        ("good", 4, ""),
    ]
    assert sorted(desk.disk.closed) == ["bad", "good"]


def test_where_too_much_waits_no_more_is_taken_and_what_was_taken_is_written() -> None:
    desk = Desk(most_waiting=1 << 20)
    desk.disk.goes.clear()
    writing = desk.writer.begin(desk.disk.creator("a"), desk.ended("a"))
    piece = bytes(1 << 18)
    for _ in range(4):
        writing.write(piece)
    with pytest.raises(OSError, match="1 MB wait for a disk that is too slow"):
        writing.write(piece)
    with pytest.raises(OSError, match="too slow"):
        desk.writer.begin(desk.disk.creator("b"), desk.ended("b"))
    writing.close()

    desk.disk.goes.set()
    desk.hear(1)
    assert desk.told == [("a", 4 << 18, "")]
    desk.writer.begin(desk.disk.creator("b"), desk.ended("b")).close()
    desk.hear(2)
    assert desk.told[1] == ("b", 0, "")


def test_the_end_of_a_worker_waits_for_the_disk_but_not_for_ever(desk: Desk) -> None:
    writing = desk.writer.begin(desk.disk.creator("a"), desk.ended("a"))
    writing.write(b"la")
    writing.close()
    desk.writer.finish(PATIENCE_S)
    assert desk.told == [("a", 2, "")]

    desk.disk.goes.clear()
    desk.writer.begin(desk.disk.creator("b"), desk.ended("b")).close()
    desk.writer.finish(0.01)
    assert len(desk.told) == 1
    desk.disk.goes.set()
