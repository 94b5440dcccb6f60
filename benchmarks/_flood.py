"""The attacker: one process that sends bad INVITEs at an even pace until it is killed.

python benchmarks/_flood.py HOST PORT SOURCE KIND RATE
"""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from time import monotonic, sleep

from _messages import Address

KINDS = ("bad auth", "garbage", "mixed")
STEP_S = 0.001

_INVITE = """\
INVITE sip:600@{switch} SIP/2.0
Via: SIP/2.0/UDP {own};branch=z9hG4bKa%(n)d
Max-Forwards: 70
From: <sip:20001@{own}>;tag=a%(n)d
To: <sip:600@{switch}>
Call-ID: a%(n)d@{own}
CSeq: 1 INVITE
Contact: <sip:20001@{own}>
Authorization: Digest username="20001", realm="centrala", nonce="%(n)032d", uri="sip:600@{switch}", response="%(n)032d"
Content-Length: 0

"""
_GARBAGE = """\
INVITE sip:600@{switch} SIP/2.0
Via: SIP/2.0/UDP {own};branch=z9hG4bKg%(n)d
From: "never closed <sip:%(n)d@{own}>;tag=
CSeq: many INVITE
no colon here

"""


def messages(kind: str, switch: Address, own: Address) -> list[bytes]:
    """What is sent in turn; each is to be filled with a number ``n``."""
    words = {"switch": f"{switch[0]}:{switch[1]}", "own": f"{own[0]}:{own[1]}"}
    invite, garbage = (text.format(**words).replace("\n", "\r\n").encode() for text in (_INVITE, _GARBAGE))
    return {"bad auth": [invite], "garbage": [garbage], "mixed": [invite, garbage]}[kind]


def flood(switch: Address, source: str, kind: str, rate: float) -> None:
    """Send until killed."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind((source, 0))
        line.setblocking(False)
        templates = messages(kind, switch, line.getsockname())
        start, numbers = monotonic(), count()
        for number in numbers:
            while (ahead := start + number / rate - monotonic()) > 0:
                sleep(max(ahead, STEP_S))
            try:
                line.sendto(templates[number % len(templates)] % {b"n": number}, switch)
            except BlockingIOError:
                continue


@contextmanager
def attacker(switch: Address, source: str, kind: str, rate: float) -> Iterator[None]:
    """A process that floods for as long as the context lasts."""
    command = [sys.executable, __file__, switch[0], str(switch[1]), source, kind, str(rate)]
    with subprocess.Popen(command, start_new_session=True) as process:
        try:
            yield
            if process.poll() is not None:
                raise RuntimeError("the attacker ended before it should")
        finally:
            process.kill()


if __name__ == "__main__":
    flood((sys.argv[1], int(sys.argv[2])), sys.argv[3], sys.argv[4], float(sys.argv[5]))
