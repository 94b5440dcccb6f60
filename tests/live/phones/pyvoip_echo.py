"""A softphone on pyVoIP that registers, calls a number, says a tone and writes down what it hears.

A script of its own, since pyVoIP is a library of threads under the GPL that works as a client only: it runs in its
own process and is never imported by the tests. Arguments: HOST PORT USER PASSWORD LOCAL_PORT NUMBER HZ OUT.
OUT gets unsigned 8-bit samples at 8 kHz, as pyVoIP gives them.
"""

from __future__ import annotations

import math
import os
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from pyVoIP.VoIP import CallState, PhoneStatus, VoIPPhone

RATE = 8000
FRAME = 160
HEAR_S = 2.0


def wait_until(holds: Callable[[], bool], what: str, within_s: float = 10.0) -> None:
    """pyVoIP tells nothing when its state changes; it has to be asked."""
    deadline = time.monotonic() + within_s
    while not holds():
        if time.monotonic() > deadline:
            raise SystemExit(f"{what}: not within {within_s:g} s")
        time.sleep(0.02)


def tone(hz: float, seconds: float) -> bytes:
    """A sine as unsigned 8-bit samples."""
    return bytes(128 + round(90 * math.sin(2 * math.pi * hz * n / RATE)) for n in range(int(seconds * RATE)))


def main(host: str, port: str, user: str, password: str, local: str, number: str, hz: str, out: str) -> None:
    """Register, call, say and hear, hang up."""
    first = int(local)
    phone = VoIPPhone(
        host, int(port), user, password, myIP="127.0.0.1", sipPort=first, rtpPortLow=first + 2, rtpPortHigh=first + 8
    )
    phone.start()
    wait_until(lambda: phone.get_status() == PhoneStatus.REGISTERED, "registered")
    call = phone.call(number)
    wait_until(lambda: call.state == CallState.ANSWERED, "answered")
    call.write_audio(tone(float(hz), 3 * HEAR_S))
    heard = bytearray()
    deadline = time.monotonic() + 5 * HEAR_S
    while len(heard) < HEAR_S * RATE and time.monotonic() < deadline:
        # Silence is what pyVoIP makes up while nothing has come.
        frame = call.read_audio(FRAME, blocking=False)
        if frame == b"\x80" * FRAME:
            time.sleep(0.01)
        else:
            heard += frame
    Path(out).write_bytes(heard)
    call.hangup()
    phone.stop()


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    # pyVoIP's receiving threads are not daemons and outlive stop().
    os._exit(0)
