"""The lite side of ICE (RFC 8445): we answer checks, and learn from them where the far side can be reached.

A lite agent makes no checks of its own and never controls (section 6.1.1). Messages are read and written by aioice.
A check that is not signed with our password is not answered at all, where RFC 8489 section 9.1.3 would tell its sender
what is wrong: nobody who asks shall learn more, and nothing is reflected at addresses that somebody made up.
"""

from __future__ import annotations

import struct
from typing import Any, NamedTuple

from aioice import stun

from pbx.plane.ports import Address
from pbx.plane.protocol import Checks

COOKIE = stun.COOKIE.to_bytes(4, "big")
ROLE_CONFLICT = (487, "Role Conflict")


class CheckError(Exception):
    """A datagram that is no check of the far side's."""


class Check(NamedTuple):
    """A check that is authentic."""

    answer: bytes
    nominates: bool
    """Whether the far side wants to use the address it came from (USE-CANDIDATE)."""
    priority: int
    """What the far side thinks of that address."""


def answer(data: bytes, origin: Address, checks: Checks) -> Check:
    """Read a binding request (section 7.3). Raises CheckError."""
    request = _parse(data)
    said: dict[str, Any] = request.attributes
    if (request.message_method, request.message_class) != (stun.Method.BINDING, stun.Class.REQUEST):
        raise CheckError("not a binding request")
    if said.get("USERNAME") != f"{checks.ours.ufrag}:{checks.their_ufrag}":
        raise CheckError("for somebody else")
    key = checks.ours.password.encode()
    if not request.check_message_integrity(key):
        raise CheckError("not signed with our password")
    if "ICE-CONTROLLED" in said:  # section 7.3.1.1; we cannot take the role that it leaves to us
        return Check(_reply(request, stun.Class.ERROR, key, "ERROR-CODE", ROLE_CONFLICT), False, 0)
    reply = _reply(request, stun.Class.RESPONSE, key, "XOR-MAPPED-ADDRESS", origin)
    return Check(reply, "USE-CANDIDATE" in said, said.get("PRIORITY", 0))


def _parse(data: bytes) -> stun.Message:
    if data[4:8] != COOKIE:
        raise CheckError("not STUN")
    try:
        return stun.parse_message(data)
    except (ValueError, struct.error) as error:
        raise CheckError(f"not STUN: {error}") from None


def _reply(request: stun.Message, kind: stun.Class, key: bytes, name: str, value: object) -> bytes:
    reply = stun.Message(request.message_method, kind, request.transaction_id, {name: value})
    reply.add_message_integrity(key)  # and a fingerprint
    return bytes(reply)
