"""The thread of a media worker that writes its recordings, so that a disk which stalls stalls no audio.

The loop hands pieces over and goes on at once; what became of a file is told in the loop, once the thread has closed
it. All files have one thread, for they are on one disk as a rule, and the order in which they were written.
"""

from __future__ import annotations

import errno
import os
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from threading import Thread
from typing import Protocol

from pbx.plane.ports import Reactor

MOST_WAITING = 64 << 20
"""Octets that may wait for the disk: eight seconds of 500 calls, and an hour of one."""

Job = Callable[[], None]

Ended = Callable[[int, Exception | None], None]
"""Takes how many octets of audio a file holds that was closed, and what went wrong with it, if anything."""


class File(Protocol):
    """What is written to, in the thread alone; its methods raise OSError."""

    def write(self, audio: bytes | bytearray) -> None:
        """Add a piece."""

    def close(self) -> None:
        """No more is written."""


class Writing:
    """One file, from its creation to its end; what ``Writer.begin`` gives."""

    def __init__(self, hand: Callable[[Job, int], None], tell: Callable[[Job], None], ended: Ended) -> None:
        self._hand = hand
        self._tell = tell
        self._ended = ended
        self._file: File | None = None  # here and below: the thread's
        self._octets = 0

    def write(self, audio: bytes | bytearray) -> None:
        """Hand a piece over, which is not to be changed any more. Raises OSError where too much waits already."""
        self._hand(partial(self._write, audio), len(audio))

    def close(self) -> None:
        """Close the file after what was handed over; ``ended`` follows, unless it failed, which was told already."""
        self._hand(self._close, 0)

    # In the thread

    def create(self, make: Callable[[], File]) -> None:
        """Create the file."""
        try:
            self._file = make()
        except (OSError, ValueError) as error:
            self._tell(partial(self._ended, 0, error))

    def _write(self, audio: bytes | bytearray) -> None:
        if self._file is None:
            return  # it has failed
        try:
            self._file.write(audio)
        except OSError as error:
            self._finish(self._file, error)
        else:
            self._octets += len(audio)

    def _close(self) -> None:
        if self._file is not None:
            self._finish(self._file, None)

    def _finish(self, file: File, error: OSError | None) -> None:
        self._file = None
        try:
            file.close()
        except OSError as failed:
            error = error or failed
        self._tell(partial(self._ended, self._octets, error))


class Writer:
    """The thread, which runs from the first file on, and what waits for it."""

    def __init__(self, reactor: Reactor, most_waiting: int = MOST_WAITING) -> None:
        self._most_waiting = most_waiting
        self._jobs: SimpleQueue[tuple[Job, int] | None] = SimpleQueue()
        self._told: deque[Job] = deque()
        self._handed = self._done = 0  # octets; the one is counted in the loop, the other in the thread
        self._thread: Thread | None = None
        self._bell = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        reactor.watch(self._bell, self._hear)

    def begin(self, make: Callable[[], File], ended: Ended) -> Writing:
        """Let the thread create a file; ``ended`` is told once, in the loop. Raises OSError where too much waits."""
        if self._thread is None:
            self._thread = Thread(target=self._work, name="recordings", daemon=True)
            self._thread.start()
        writing = Writing(self._hand, self._tell, ended)
        self._hand(partial(writing.create, make), 1)
        return writing

    def finish(self, patience_s: float) -> None:
        """Wait until all is written that was handed over, but not for ever, and tell what has ended."""
        if self._thread is not None:
            self._jobs.put(None)
            self._thread.join(patience_s)
            self._thread = None
        self._hear()

    def _hand(self, job: Job, octets: int) -> None:
        """Let the thread do something. Raises OSError where too much waits; what adds nothing is always taken."""
        if octets and self._handed - self._done > self._most_waiting:
            waiting = f"{self._most_waiting >> 20} MB wait for a disk that is too slow"
            raise OSError(errno.ENOBUFS, waiting)
        self._handed += octets
        self._jobs.put((job, octets))

    def _hear(self) -> None:
        with suppress(BlockingIOError):
            os.eventfd_read(self._bell)
        while self._told:
            self._told.popleft()()

    # In the thread

    def _work(self) -> None:
        while (work := self._jobs.get()) is not None:
            job, octets = work
            job()
            self._done += octets

    def _tell(self, job: Job) -> None:
        self._told.append(job)
        os.eventfd_write(self._bell, 1)
