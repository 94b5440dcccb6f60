"""A media worker: ``python -m pbx.plane.worker FD CLIPS_DIR MEASURE_S``, one process with its own epoll loop.

The switch starts it with its end of a socket pair as descriptor FD (see ``control`` for what is said on it) and ends
it by closing the other end; so it also ends when the switch dies. Signals that are meant for the switch, which a
terminal and a service manager send to the whole group, are ignored: calls go on while the switch drains.
"""

from __future__ import annotations

import gc
import resource
import select
import signal
import socket
import sys
from pathlib import Path
from random import SystemRandom
from time import monotonic

from pbx.plane import control
from pbx.plane.ports import Reactor
from pbx.plane.switchboard import Switchboard

READ_SIZE = 1 << 18

WRITE_S = 2.0
"""How long the end waits for the disk; the switch has some more patience (``local.PATIENCE_S``)."""


class Worker:
    """The loop: audio, time, commands, reports; once each a turn."""

    def __init__(self, switch: socket.socket, clips_dir: Path, measure_s: float) -> None:
        self._switch = switch
        self._switch.setblocking(False)
        self._reactor = Reactor()
        self._commands = control.command_reader()
        self._reports: list[control.Report] = []
        self._unsent = b""
        self._spoken_to = False
        self._switchboard = Switchboard(clips_dir, self._reactor, self._reports.append, SystemRandom(), measure_s)

    def run(self) -> None:
        """Work until the switch closes its end. Raises ControlError, and OSError when it is gone without a word."""
        self._reactor.watch(self._switch.fileno(), self._hear)
        self._reports.insert(0, control.Ready())
        poll, turn, switchboard = self._reactor.epoll.poll, self._switchboard.relay.turn, self._switchboard
        now, due, open_ended = monotonic(), switchboard.next_at(), False
        while not open_ended:
            if self._reports or self._unsent:
                self._speak()
            straight = turn(poll(max(0.0, due - now)))
            now = monotonic()
            if now >= due:
                switchboard.tick(now)
                straight = False
            if self._spoken_to:  # last of all: commands close sockets that this turn's list may still name
                open_ended = self._obey()
                straight = False
            if not straight:  # packets on the fast path, which are nearly all, change nothing of what is due
                due = switchboard.next_at()
        self.close()
        self._switch.setblocking(True)
        self._switch.sendall(self._unsent + control.frame(self._reports))

    def close(self) -> None:
        """Whoever died: what was recorded of calls that still stood is written to its end, if the disk lets us."""
        self._switchboard.call_recorder.stop_all(monotonic())
        self._switchboard.writer.finish(WRITE_S)

    def _hear(self) -> None:
        self._spoken_to = True

    def _obey(self) -> bool:
        """Carry out the commands that came; whether they were the last."""
        self._spoken_to = False
        try:
            data, descriptors, flags, _ = socket.recv_fds(self._switch, READ_SIZE, 1)
        except BlockingIOError:
            return False  # the switch can be written to again, and said nothing
        self._switchboard.lines += [socket.socket(fileno=descriptor) for descriptor in descriptors]
        if flags & socket.MSG_CTRUNC and not descriptors:
            self._switchboard.lines.append(None)  # one came, and this process may open no more
        for command in self._commands.feed(data):
            self._switchboard.execute(command)
        return not data

    def _speak(self) -> None:
        """Send the turn's reports; what the switch has no room for yet waits until it has."""
        data = self._unsent
        if self._reports:
            data += control.frame(self._reports)
            self._reports.clear()
        try:
            sent = self._switch.send(data)
        except BlockingIOError:
            sent = 0
        waited, self._unsent = bool(self._unsent), data[sent:]
        if bool(self._unsent) != waited:
            interest = select.EPOLLIN | (select.EPOLLOUT if self._unsent else 0)
            self._reactor.epoll.modify(self._switch.fileno(), interest)


def main(arguments: list[str]) -> int:
    """Run a worker; 0 when the switch ended it, 1 after one line on standard error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # three sockets a leg
    descriptor, clips_dir, measure_s = arguments
    try:
        worker = Worker(socket.socket(fileno=int(descriptor)), Path(clips_dir), float(measure_s))
        gc.freeze()  # what is here now stays for good, and need not be walked again
        try:
            worker.run()
        finally:
            worker.close()
    except (BrokenPipeError, ConnectionResetError):
        return 0  # the switch died; there is nobody left to tell
    except Exception as error:
        print(f"media worker: {type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
