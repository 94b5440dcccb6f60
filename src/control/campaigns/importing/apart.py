"""Lists read in a process beside the one that writes, so that two cores work: ``python -m ...importing.apart``.

The process reads one ``Order`` from its standard input. To its standard output it writes a ``Batch`` after the other,
and at last an ``End``, each as msgpack after its length in four octets. The pipe holds less than a batch: whoever reads
is at most one batch ahead of whoever writes, and neither has the whole list in memory. When the reader of the pipe
ends, so does the process, at its next word.
"""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import IO, TypeAlias

import msgspec

from control.campaigns.importing.batches import Batch, Order, batches_of
from control.campaigns.importing.reading import Unreadable
from control.errors import Invalid

LENGTH = 4
"""Octets before each message."""


class End(msgspec.Struct, frozen=True, tag="end"):
    """Nothing follows."""

    trouble: str = ""
    """Why the rest of the list cannot be read, where it cannot."""


Message: TypeAlias = Batch | End


class ReaderDied(Exception):
    """The process that reads has ended without saying so."""


async def apart(order: Order) -> AsyncGenerator[Batch]:
    """The batches of a list as a process of its own reads them. Raises Unreadable and ReaderDied."""
    process = await asyncio.to_thread(_start)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        _write(process.stdin, msgspec.msgpack.encode(order))
        while not isinstance(message := await asyncio.to_thread(_message, process.stdout), End):
            yield message
        if message.trouble:
            raise Unreadable(message.trouble)
    except (BrokenPipeError, EOFError):
        raise ReaderDied(
            f"the process that reads the list has died (status {process.wait()}): what it had read is kept, "
            "and the list may be sent again"
        ) from None
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        with suppress(BrokenPipeError):
            process.stdin.close()


def _start() -> subprocess.Popen[bytes]:
    return subprocess.Popen((sys.executable, "-m", __name__), stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def main() -> None:
    """Read one list."""
    for ignored in (signal.SIGINT, signal.SIGTERM):  # whoever started it decides
        signal.signal(ignored, signal.SIG_IGN)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    order = msgspec.msgpack.decode(_read(sys.stdin.buffer), type=Order)
    encode, out = msgspec.msgpack.Encoder().encode, sys.stdout.buffer
    end = End()
    try:
        for batch in batches_of(order):
            _write(out, encode(batch))
    except (Invalid, Unreadable, OSError) as error:
        end = End(str(error).splitlines()[0])
    _write(out, encode(end))


_decoder: msgspec.msgpack.Decoder[Message] = msgspec.msgpack.Decoder(Message)


def _message(file: IO[bytes]) -> Message:
    return _decoder.decode(_read(file))


def _read(file: IO[bytes]) -> bytes:
    """One message. Raises EOFError where the file ends before it does."""
    head = file.read(LENGTH)
    length = int.from_bytes(head)
    body = file.read(length)
    if len(head) < LENGTH or len(body) < length:
        raise EOFError
    return body


def _write(file: IO[bytes], body: bytes) -> None:
    file.write(len(body).to_bytes(LENGTH))
    file.write(body)
    file.flush()


if __name__ == "__main__":
    main()
