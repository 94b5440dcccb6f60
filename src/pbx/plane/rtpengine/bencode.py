"""Bencode, in which the ng protocol is written: integers, octet strings, lists and dictionaries (BEP 3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

Value: TypeAlias = int | str | bytes | Sequence["Value"] | Mapping[str, "Value"]
"""What can be written; text as UTF-8."""
Read: TypeAlias = int | str | list["Read"] | dict[str, "Read"]
"""What is read: octet strings come as text, octets that are not UTF-8 as surrogates."""

DEEPEST = 32
"""Lists and dictionaries within each other."""


class BencodeError(ValueError):
    """Octets are not bencode; the text says where."""


def encode(value: Value) -> bytes:
    """Write a value; a dictionary's keys in their order."""
    if isinstance(value, int):
        return b"i%de" % value
    if isinstance(value, str):
        value = value.encode("utf-8", "surrogateescape")
    if isinstance(value, bytes):
        return b"%d:%s" % (len(value), value)
    if isinstance(value, Mapping):
        return b"d" + b"".join(encode(key) + encode(value[key]) for key in sorted(value)) + b"e"
    return b"l" + b"".join(map(encode, value)) + b"e"


def decode(data: bytes) -> Read:
    """Read one value that fills the octets. Raises BencodeError."""
    value, end = _read(data, 0, DEEPEST)
    if end != len(data):
        raise BencodeError(f"{len(data) - end} octets are left over at {end}")
    return value


def _read(data: bytes, at: int, depth: int) -> tuple[Read, int]:
    kind = data[at : at + 1]
    if kind == b"i":
        return _number(data, at + 1, b"e")
    if kind.isdigit():
        size, begin = _number(data, at, b":")
        end = begin + size
        if end > len(data):
            raise BencodeError(f"a string of {size} octets is cut short at {at}")
        return data[begin:end].decode("utf-8", "surrogateescape"), end
    if kind not in (b"l", b"d") or not depth:
        raise BencodeError(f"expected a value, found {kind!r} at {at}")
    members: list[Read] = []
    at += 1
    while data[at : at + 1] != b"e":
        member, at = _read(data, at, depth - 1)
        members.append(member)
    if kind == b"l":
        return members, at + 1
    keys = members[::2]
    if len(members) % 2 or not all(isinstance(key, str) for key in keys):
        raise BencodeError(f"a dictionary without pairs ends at {at}")
    return {str(key): value for key, value in zip(keys, members[1::2], strict=True)}, at + 1


def _number(data: bytes, at: int, end: bytes) -> tuple[int, int]:
    stop = data.find(end, at, at + 21)
    digits = data[at:stop]
    if stop < 0 or not digits.removeprefix(b"-").isdigit():
        raise BencodeError(f"expected a number, found {data[at : at + 20]!r} at {at}")
    return int(digits), stop + 1
