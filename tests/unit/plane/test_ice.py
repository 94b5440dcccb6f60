"""Checks, answered as a lite agent does (RFC 8445)."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from aioice import stun
from hypothesis import given
from hypothesis import strategies as st
from tests.property.sip.wire_forms import budget

from pbx.plane import ice
from pbx.plane.protocol import Checks
from pbx.sdp.ice import IceCredentials

PASSWORD = "our password, of many octets"
CHECKS = Checks(IceCredentials("ours", PASSWORD), "theirs")
ORIGIN = ("203.0.113.5", 40_678)


def check(password: str = PASSWORD, *, nominates: bool = False, **said: Any) -> bytes:
    """A check; ``_`` for ``-`` in the names of attributes, and None for one that is left out."""
    attributes = {"USERNAME": "ours:theirs", "PRIORITY": 7, "ICE-CONTROLLING": 1}
    attributes |= {name.replace("_", "-"): value for name, value in said.items()}
    message = stun.Message(
        stun.Method.BINDING, stun.Class.REQUEST,
        attributes={name: value for name, value in attributes.items() if value is not None},
    )  # fmt: skip
    if nominates:
        message.attributes["USE-CANDIDATE"] = None
    if password:
        message.add_message_integrity(password.encode())
    return bytes(message)


def damaged(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


def answer_of(data: bytes) -> stun.Message:
    reply = stun.parse_message(ice.answer(data, ORIGIN, CHECKS).answer)
    assert reply.check_message_integrity(PASSWORD.encode())
    assert "FINGERPRINT" in reply.attributes
    return reply


@pytest.mark.parametrize("origin", [ORIGIN, ("2001:db8::5", 40_678)])
def test_a_check_is_answered_with_where_it_came_from(origin: tuple[str, int]) -> None:
    request = check()
    answered = ice.answer(request, origin, CHECKS)
    reply = stun.parse_message(answered.answer)

    assert (answered.nominates, answered.priority) == (False, 7)
    assert reply.message_class is stun.Class.RESPONSE
    assert reply.transaction_id == request[8:20]
    assert reply.attributes["XOR-MAPPED-ADDRESS"] == origin
    assert reply.check_message_integrity(PASSWORD.encode())


def test_one_that_nominates_says_so() -> None:
    assert ice.answer(check(nominates=True), ORIGIN, CHECKS).nominates


def test_who_will_not_control_is_told_to() -> None:
    answered = ice.answer(check(ICE_CONTROLLING=None, ICE_CONTROLLED=5), ORIGIN, CHECKS)

    assert not answered.nominates
    assert answer_of(check(ICE_CONTROLLING=None, ICE_CONTROLLED=5)).attributes["ERROR-CODE"] == (487, "Role Conflict")


@pytest.mark.parametrize(
    "data",
    [
        check(password="another password, of many"),
        check(password=""),
        check(USERNAME="theirs:ours"),
        check(USERNAME=None),
        bytes(stun.Message(stun.Method.BINDING, stun.Class.INDICATION)),
        damaged(check()),
        check()[:-3],
        b"\0\1\0\0" + bytes(16),
        b"",
    ],
    ids=[
        "another password", "not signed", "for another", "for nobody", "an indication", "damaged", "cut off",
        "another cookie", "nothing",
    ],
)  # fmt: skip
def test_what_is_no_check_of_the_far_sides_is_not_answered(data: bytes) -> None:
    with pytest.raises(ice.CheckError):
        ice.answer(data, ORIGIN, CHECKS)


@budget
@given(st.data())
def test_damaged_checks_raise_nothing_else(data: st.DataObject) -> None:
    octets = bytearray(check())
    for at, value in data.draw(st.lists(st.tuples(st.integers(0, len(octets) - 1), st.integers(0, 255)), max_size=6)):
        octets[at] = value
    with suppress(ice.CheckError):
        ice.answer(bytes(octets[: data.draw(st.integers(0, len(octets)))]), ORIGIN, CHECKS)


@budget
@given(st.binary(max_size=80))
def test_arbitrary_attributes_raise_nothing_else(body: bytes) -> None:
    head = b"\0\1" + len(body).to_bytes(2, "big") + ice.COOKIE + bytes(12)
    with suppress(ice.CheckError):
        ice.answer(head + body, ORIGIN, CHECKS)
