"""Parts of a file over HTTP (RFC 9110 section 14), so that a player may begin anywhere."""

from __future__ import annotations

import re
from typing import NamedTuple

_ONE = re.compile(r"bytes=[ \t]*(\d{0,18})-(\d{0,18})[ \t]*", re.IGNORECASE)


class Unsatisfiable(Exception):
    """The file has nothing of the part that was asked for: 416."""


class Part(NamedTuple):
    """Octets from ``begin`` to before ``end``."""

    begin: int
    end: int


def wanted_part(header: str | None, size: int) -> Part | None:
    """The part of ``size`` octets that a Range header asks for; None for all of them. Raises Unsatisfiable.

    A header that is malformed, of another unit, or asks for several parts is passed over, as section 14.2 allows.
    """
    found = _ONE.fullmatch(header or "")
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        count = int(found[2])
        if not count or not size:
            raise Unsatisfiable
        return Part(max(0, size - count), size)
    begin = int(found[1])
    end = min(int(found[2]) + 1, size) if found[2] else size
    if found[2] and int(found[2]) < begin:
        return None
    if begin >= size:
        raise Unsatisfiable
    return Part(begin, end)
