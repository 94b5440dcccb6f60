"""The registrar: RFC 3261 section 10.3."""

from __future__ import annotations

import pytest

from pbx.routing.binding import Binding
from pbx.routing.registrar import (
    DEFAULT_EXPIRES,
    MAX_CONTACTS,
    MAX_EXPIRES,
    MIN_EXPIRES,
    Refusal,
    Registered,
    Registrar,
)
from pbx.sip.errors import ParseError
from pbx.sip.flow import Flow
from pbx.sip.message import Request

FLOW = Flow("udp", "203.0.113.7", 40_000)
DESK, SOFT = "<sip:1001@192.0.2.1>", "<sip:1001@192.0.2.2:5070>"
NOW = 1_800_000_000.0


def register(
    registrar: Registrar,
    *contacts: str,
    cseq: int = 1,
    call_id: str = "c",
    expires: str | None = None,
    now: float = NOW,
) -> Registered | Refusal:
    """Send a REGISTER of 1001."""
    fields = [("call-id", call_id), ("cseq", f"{cseq} REGISTER"), ("user-agent", "desk phone")]
    fields += [("contact", contact) for contact in contacts]
    if expires is not None:
        fields.append(("expires", expires))
    return registrar.register("1001", Request("REGISTER", "sip:centrala", fields), FLOW, now)


def reached(registrar: Registrar, now: float = NOW) -> list[str]:
    """The contacts at which 1001 can be reached."""
    return [binding.contact for binding in registrar.find("1001", now)]


def done(result: Registered | Refusal) -> Registered:
    assert isinstance(result, Registered)
    return result


def refused(result: Registered | Refusal) -> Refusal:
    assert isinstance(result, Refusal)
    return result


def test_a_phone_registers_and_is_found_where_it_was_seen() -> None:
    registrar = Registrar()
    result = done(register(registrar, DESK, expires="120"))
    binding = Binding("sip:1001@192.0.2.1", "c", 1, NOW + 120, FLOW, "desk phone")
    assert result == Registered((binding,), (binding,), ())
    assert registrar.find("1001", NOW) == [binding]
    assert len(registrar) == 1


@pytest.mark.parametrize(
    ("contact", "header", "seconds"),
    [
        (DESK, None, DEFAULT_EXPIRES),
        (DESK, "600", 600),
        (f"{DESK};expires=60", "600", 60),
        (f"{DESK};EXPIRES=90", None, 90),
        (DESK, "999999", MAX_EXPIRES),
        (f"{DESK};expires={MIN_EXPIRES}", None, MIN_EXPIRES),
    ],
)
def test_the_contacts_own_expiry_goes_before_the_header(contact: str, header: str | None, seconds: int) -> None:
    [binding] = done(register(Registrar(), contact, expires=header)).bindings
    assert binding.expires_at == NOW + seconds


def test_too_short_a_life_is_refused_with_the_shortest_allowed() -> None:
    registrar = Registrar()
    refusal = refused(register(registrar, SOFT, f"{DESK};expires={MIN_EXPIRES - 1}"))
    assert (refusal.status, refusal.fields) == (423, (("min-expires", str(MIN_EXPIRES)),))
    assert reached(registrar) == [], "of a refused REGISTER nothing is carried out"


def test_without_contacts_it_only_asks() -> None:
    registrar = Registrar()
    register(registrar, DESK)
    result = done(register(registrar, cseq=2, expires="0"))
    assert len(result.bindings) == 1
    assert (result.saved, result.removed) == ((), ())


def test_a_second_phone_stands_beside_the_first_and_the_latest_is_found_first() -> None:
    registrar = Registrar()
    register(registrar, DESK, call_id="desk", expires="120")
    register(registrar, SOFT, call_id="soft", expires="120", now=NOW + 10)
    assert reached(registrar, NOW + 10) == ["sip:1001@192.0.2.2:5070", "sip:1001@192.0.2.1"]


def test_several_contacts_come_in_one_line() -> None:
    assert len(done(register(Registrar(), f'"a, b" {DESK}, {SOFT};q=0.5')).bindings) == 2


def test_a_refresh_replaces_the_same_contact() -> None:
    registrar = Registrar()
    register(registrar, DESK, expires="120")
    result = done(register(registrar, DESK, cseq=2, expires="120", now=NOW + 60))
    assert [binding.expires_at for binding in result.bindings] == [NOW + 180]
    assert result.removed == ()


def test_one_contact_is_taken_back() -> None:
    registrar = Registrar()
    register(registrar, DESK, SOFT)
    result = done(register(registrar, f"{DESK};expires=0", cseq=2))
    assert [binding.contact for binding in result.removed] == ["sip:1001@192.0.2.1"]
    assert reached(registrar) == ["sip:1001@192.0.2.2:5070"]


def test_a_star_takes_all_back() -> None:
    registrar = Registrar()
    register(registrar, DESK, SOFT)
    assert len(done(register(registrar, "*", cseq=2, expires="0")).removed) == 2
    assert reached(registrar) == []
    assert len(registrar) == 0


@pytest.mark.parametrize(
    ("contacts", "expires"), [(("*",), None), (("*",), "60"), (("*", DESK), "0"), ((f"{DESK}, *",), "0")]
)
def test_a_star_stands_alone_and_with_expires_0(contacts: tuple[str, ...], expires: str | None) -> None:
    registrar = Registrar()
    register(registrar, DESK)
    assert refused(register(registrar, *contacts, cseq=2, expires=expires)).status == 400
    assert len(reached(registrar)) == 1


@pytest.mark.parametrize("contact", [DESK, f"{DESK};expires=0", "*"])
def test_a_request_that_comes_too_late_changes_nothing(contact: str) -> None:
    registrar = Registrar()
    register(registrar, DESK, cseq=5)
    expires = "0" if contact == "*" else None
    assert refused(register(registrar, contact, cseq=5, expires=expires)).status == 500
    assert len(reached(registrar)) == 1


def test_a_phone_that_started_anew_counts_from_the_beginning() -> None:
    registrar = Registrar()
    register(registrar, DESK, cseq=5, call_id="before")
    assert done(register(registrar, DESK, cseq=1, call_id="after")).bindings[0].call_id == "after"


def test_more_phones_than_allowed_are_refused() -> None:
    registrar = Registrar()
    contacts = [f"<sip:1001@192.0.2.{number}>" for number in range(MAX_CONTACTS + 1)]
    assert refused(register(registrar, *contacts)).status == 403
    assert len(done(register(registrar, *contacts[:-1])).bindings) == MAX_CONTACTS
    assert refused(register(registrar, contacts[-1], cseq=2)).status == 403


@pytest.mark.parametrize(
    "contact",
    [
        "rubbish",
        "<sip:1001@",
        f"{DESK};expires=soon",
        f"{DESK};expires=-1",
        "sip:a@b?Route=%3Csip:x%3E",
        '"open <sip:a@b>',
    ],
)
def test_a_contact_that_cannot_be_read_raises_and_changes_nothing(contact: str) -> None:
    registrar = Registrar()
    with pytest.raises(ParseError):
        register(registrar, SOFT, contact)
    assert reached(registrar) == []


def test_what_has_run_out_is_not_found_and_dropped_when_looked_for() -> None:
    registrar = Registrar()
    register(registrar, DESK, expires="60")
    register(registrar, SOFT, cseq=2, expires="120")
    assert reached(registrar, NOW + 60) == ["sip:1001@192.0.2.2:5070"]
    assert [(who, one.contact) for who, one in registrar.expire(NOW + 60)] == [("1001", "sip:1001@192.0.2.1")]
    assert registrar.expire(NOW + 60) == []
    assert len(registrar.expire(NOW + 120)) == 1
    assert len(registrar) == 0


def test_what_has_run_out_is_not_answered_any_more_even_before_it_was_dropped() -> None:
    registrar = Registrar()
    register(registrar, DESK, cseq=9, expires="60")
    result = done(register(registrar, SOFT, cseq=1, now=NOW + 61))
    assert [binding.contact for binding in result.bindings] == ["sip:1001@192.0.2.2:5070"]
    assert [binding.contact for binding in result.removed] == ["sip:1001@192.0.2.1"]


def test_a_restored_binding_is_found_again_and_a_removed_extension_is_not() -> None:
    registrar = Registrar()
    binding = Binding("sip:1001@192.0.2.1", "c", 1, NOW + 60, FLOW)
    registrar.restore("1001", binding)
    assert registrar.find("1001", NOW) == [binding]
    assert registrar.remove("1001") == [binding]
    assert registrar.remove("1001") == registrar.find("1001", NOW) == []


def test_how_much_a_phone_is_preferred_is_kept_and_may_change() -> None:
    registrar = Registrar()
    register(registrar, f"{DESK};q=0.3", SOFT)
    assert {one.contact: one.q for one in registrar.find("1001", NOW)} == {
        "sip:1001@192.0.2.1": 0.3,
        "sip:1001@192.0.2.2:5070": 1.0,
    }
    register(registrar, f"{DESK};q=0.9", cseq=2)
    assert {one.q for one in registrar.find("1001", NOW)} == {0.9, 1.0}
