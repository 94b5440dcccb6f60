"""Breaking messages: real ones, cut, swapped, repeated and peppered, the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

Mutation = Callable[[bytearray, random.Random], None]

PEPPER: Sequence[bytes] = (
    b"\r\n", b"\r\n\r\n", b"\n", b"\r", b"\x00", b"\t", b" ", b"\r\n ", b",", b";", b":", b'"', b"<", b">", b"\\", b"%",
    b"%00", b"%zz", b"@", b"=", b"?", b"[", b"]", b"[::1]", b"[::", b"\xff\xfe", "č".encode(), b"*", b"-1", b"0",
    b"4294967296", b"99999999999999999999", b"z9hG4bK", b";tag=", b";lr", b";branch=", b"SIP/2.0", b"SIP/9.9",
    b"Content-Length: 99999999\r\n", b"Content-Length: -1\r\n", b"Require: 100rel\r\n", b"Max-Forwards: 0\r\n",
    b"Record-Route: <sip:x;lr>\r\n", b"Route: <sip:x>\r\n", b"Replaces: a;to-tag=b;from-tag=c\r\n",
    b"Session-Expires: 1\r\n", b"Expires: 0\r\n", b"Event: dialog\r\n", b"RAck: 1 1 INVITE\r\n", b"INVITE", b"ACK",
    b"BYE", b"CANCEL", b"UPDATE", b"PRACK", b"REFER", b"SUBSCRIBE", b"NOTIFY", b"MESSAGE", b"a=sendonly\r\n",
    b"m=audio 0 RTP/AVP\r\n", b"m=audio 1 RTP/SAVP 0\r\n", b"c=IN IP6 ::1\r\n", b"a=crypto:1 x inline:y\r\n",
)  # fmt: skip


def flip(data: bytearray, chance: random.Random) -> None:
    """Change one byte."""
    if data:
        data[chance.randrange(len(data))] = chance.randrange(256)


def cut(data: bytearray, chance: random.Random) -> None:
    """Take a piece out."""
    start = chance.randrange(len(data) + 1)
    del data[start : start + chance.choice((1, 2, 8, 40, 400))]


def repeat(data: bytearray, chance: random.Random) -> None:
    """Put a piece in once more."""
    start = chance.randrange(len(data) + 1)
    piece = data[start : start + chance.choice((1, 4, 30, 200))]
    at = chance.randrange(len(data) + 1)
    data[at:at] = piece * chance.choice((1, 1, 2, 50))


def pepper(data: bytearray, chance: random.Random) -> None:
    """Put in something that means something."""
    at = chance.randrange(len(data) + 1)
    data[at:at] = chance.choice(PEPPER)


def swap_lines(data: bytearray, chance: random.Random) -> None:
    """Exchange two lines."""
    lines = bytes(data).split(b"\r\n")
    first, second = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[first], lines[second] = lines[second], lines[first]
    data[:] = b"\r\n".join(lines)


def add_line(data: bytearray, chance: random.Random) -> None:
    """Put a header line below the first line."""
    start = data.find(b"\r\n") + 2
    data[start:start] = chance.choice([one for one in PEPPER if one.endswith(b"\r\n") and b":" in one])


MUTATIONS: Sequence[Mutation] = (flip, cut, repeat, pepper, pepper, swap_lines, add_line)


def fresh(data: bytes, chance: random.Random) -> bytes:
    """The same message as one that never came before: another branch, another Call-ID."""
    suffix = f"{chance.getrandbits(40):x}".encode()
    return data.replace(b"z9hG4bK", b"z9hG4bK" + suffix).replace(b"\r\nCall-ID: ", b"\r\nCall-ID: " + suffix)


def broken(samples: Sequence[bytes], chance: random.Random) -> bytes:
    """One sample with up to eight mutations, sometimes spliced with another; now and then left whole."""
    data = bytearray(chance.choice(samples))
    if chance.random() < 0.6:
        data[:] = fresh(bytes(data), chance)
    if chance.random() < 0.1:
        other = chance.choice(samples)
        data[chance.randrange(len(data) + 1) :] = other[chance.randrange(len(other) + 1) :]
    for _ in range(chance.choice((0, 1, 1, 1, 2, 3, 8))):
        chance.choice(MUTATIONS)(data, chance)
    return bytes(data)
