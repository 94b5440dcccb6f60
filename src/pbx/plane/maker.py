"""The switch's side of one media worker: a process, its socket, and the legs it holds."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from pbx.plane import control
from pbx.plane.book import PortBook
from pbx.plane.outbox import Outbox

READ_SIZE = 1 << 18


class Maker:
    """A worker process from its start to its end; commands that are posted while it starts wait for it.

    ``on_report`` is told each report, ``on_gone`` once that the process has ended.
    """

    def __init__(
        self,
        book: PortBook,
        clips_dir: Path,
        on_report: Callable[[Maker, control.Report], None],
        on_gone: Callable[[Maker], None],
        measure_s: float,
    ) -> None:
        """Start it, from within the event loop. Raises OSError."""
        self.book = book
        self.legs: dict[str, dict[str, int]] = {}
        """The RTP ports of each leg it holds, by the address told; the one opened first before the others."""
        self.refused: set[int] = set()
        """Those of them that it could not bind."""
        self.recordings: list[tuple[str, str]] = []
        """Leg and path of those whose end was not told yet; the leg may be over."""
        self._loop = asyncio.get_running_loop()
        self.started_at = self._loop.time()
        self.ready: asyncio.Future[bool] = self._loop.create_future()
        """Whether it reads commands; False when it ended instead."""
        self.gone: asyncio.Future[None] = self._loop.create_future()
        self._on_report = on_report
        self._on_gone = on_gone
        self._reports = control.report_reader()
        self._posted: list[control.Command] = []
        self._finishing = False
        self._blocked = False
        self._socket, theirs = socket.socketpair()
        with theirs:
            descriptor = theirs.fileno()
            command = [sys.executable, "-m", "pbx.plane.worker", str(descriptor), str(clips_dir), str(measure_s)]
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=(descriptor,))
        self._socket.setblocking(False)
        self._outbox = Outbox(self._socket)
        self._loop.add_reader(self._socket.fileno(), self._hear)

    @property
    def alive(self) -> bool:
        return not self.gone.done()

    @property
    def pid(self) -> int:
        return self._process.pid

    def post(self, command: control.Command) -> None:
        """Send a command, together with all others of this turn of the loop; in vain when the worker has ended."""
        if self.alive:
            if not self._posted:
                self._loop.call_soon(self._flush)
            self._posted.append(command)

    def hand(self, command: control.Tie, line: socket.socket) -> None:
        """Send a command with the socket that belongs to it, which is closed here."""
        if not self.alive:
            line.close()
            return
        if self._posted:
            self._outbox.put(control.frame(self._posted))
            self._posted.clear()
        self._outbox.put(control.frame([command]), line)
        self._loop.call_soon(self._flush)

    def finish(self) -> None:
        """Let the worker end when it has done what was posted so far."""
        self._finishing = True
        if self.alive:
            self._flush()

    def reap(self, patience_s: float) -> None:
        """Wait for the process to be gone; one that lingers is killed. Blocks: for a thread."""
        try:
            self._process.wait(patience_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _flush(self) -> None:
        if not self.alive:
            return
        if self._posted:
            self._outbox.put(control.frame(self._posted))
            self._posted.clear()
        if not self._blocked:
            self._send()
            if self._outbox:
                self._blocked = True
                self._loop.add_writer(self._socket.fileno(), self._send_more)

    def _send_more(self) -> None:
        self._send()
        if not self._outbox:
            self._blocked = False
            self._loop.remove_writer(self._socket.fileno())

    def _send(self) -> None:
        try:
            self._outbox.send()
            if self._finishing and not self._outbox:
                self._socket.shutdown(socket.SHUT_WR)
        except OSError:
            self._outbox.clear()  # it has ended, as the reader is about to learn

    def _hear(self) -> None:
        try:
            data = self._socket.recv(READ_SIZE)
            reports = self._reports.feed(data)
        except BlockingIOError:
            return
        except (OSError, control.ControlError):
            data, reports = b"", []
        for report in reports:
            self._on_report(self, report)
        if not data:
            self._part()

    def _part(self) -> None:
        """The worker closed its end, which it does by ending, or is not to be understood."""
        self._loop.remove_reader(self._socket.fileno())
        self._loop.remove_writer(self._socket.fileno())
        self._socket.close()
        self._outbox.clear()
        if not self.ready.done():
            self.ready.set_result(False)
        self.gone.set_result(None)
        self._on_gone(self)
