"""A program of its own, at low priority: ``python -m control.recordings.press``.

It reads jobs from its standard input, a JSON object a line, and answers each with a line. It ends with its input, and
so when whoever started it dies; signals that are meant for that one are ignored, so that the job at hand is finished.
"""

from __future__ import annotations

import os
import signal
import sys

import msgspec

from control.recordings.finishing import Finished, Job, finish
from pbx.plane.spool import SpoolError

NICENESS = 19


def main() -> int:
    """Do jobs until there are no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.nice(NICENESS)
    for line in sys.stdin.buffer:
        try:
            done = finish(msgspec.json.decode(line, type=Job))
        except (OSError, SpoolError) as error:
            done = Finished(trouble=str(error))
        try:
            sys.stdout.buffer.write(msgspec.json.encode(done) + b"\n")
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            os._exit(0)  # whoever asked has died; nothing is left to be flushed
    return 0


if __name__ == "__main__":
    sys.exit(main())
