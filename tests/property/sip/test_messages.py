"""Messages written and read again, and the worst that can be sent instead."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import example, given
from hypothesis import strategies as st
from tests.property.sip.wire_forms import Meaning, addresses, budget, mutations, requests, uris, vias

from pbx.sip.errors import ParseError
from pbx.sip.headers.address import Address
from pbx.sip.headers.auth import Challenge, Credentials
from pbx.sip.headers.cseq import CSeq
from pbx.sip.headers.via import Via
from pbx.sip.message import Message, Request, parse_message, salvage
from pbx.sip.uri import Uri

generated = requests()


@budget
@given(generated)
def test_a_request_says_what_was_meant_however_it_was_written(request_: tuple[Meaning, bytes]) -> None:
    meaning, data = request_
    message = parse_message(data)
    assert isinstance(message, Request)
    assert (message.method, message.uri) == (meaning.method, meaning.uri)
    assert [Via.parse(value) for value in message.values("via")] == meaning.vias
    assert message.via == meaning.vias[0]
    assert (message.from_, message.to) == (meaning.caller, meaning.callee)
    assert (message.from_tag, message.to_tag) == (meaning.caller.tag, meaning.callee.tag or "")
    assert (message.call_id, message.cseq) == (meaning.call_id, CSeq(meaning.number, meaning.method))
    assert [Address.parse(value) for value in message.values("contact")] == meaning.contacts
    assert message.contact == (meaning.contacts[0] if meaning.contacts else None)
    assert message.get("x-note") == meaning.note.strip()
    assert message.body == meaning.body


@budget
@given(generated)
def test_what_nobody_changed_leaves_as_it_came(request_: tuple[Meaning, bytes]) -> None:
    _, data = request_
    message = parse_message(data)
    read_everything(message)
    assert bytes(message) == data


@budget
@given(generated)
def test_a_changed_line_leaves_the_others_as_they_came(request_: tuple[Meaning, bytes]) -> None:
    _, data = request_
    message = parse_message(data)
    message.set("cseq", "7 OTHER")
    message.mark_source("203.0.113.9", 4711)
    after = parse_message(bytes(message))
    assert after.cseq == CSeq(7, "OTHER")
    for key in set(message.keys()) - {"cseq", "via"}:
        assert after.get_all(key) == parse_message(data).get_all(key)
    assert after.via.params[-1] in (("received", "203.0.113.9"), ("rport", "4711"))
    assert after.values("via")[1:] == parse_message(data).values("via")[1:]


@budget
@given(addresses | uris | vias)
def test_a_header_value_reads_back_as_it_was_written(value: Address | Uri | Via) -> None:
    assert type(value).parse(str(value)) == value


def read_everything(message: Message) -> None:
    """Ask for all that a message can tell; what cannot be read raises ParseError, nothing else."""
    for ask in (
        lambda: message.via,
        lambda: message.from_.tag,
        lambda: message.to.uri.number,
        lambda: message.cseq,
        lambda: message.call_id,
        lambda: message.contact,
        lambda: message.number("expires"),
        lambda: message.number("max-forwards"),
        lambda: isinstance(message, Request) and message.uri.address,
        lambda: [message.values(key) for key in message.keys()],  # noqa: SIM118  a message is no mapping
        lambda: [Credentials.parse(value) for value in message.get_all("authorization")],
        lambda: [Challenge.parse(value) for value in message.get_all("www-authenticate")],
    ):
        with suppress(ParseError):
            ask()


def survive(data: bytes) -> None:
    """Read bytes that may be anything."""
    salvaged = salvage(data)
    assert salvaged is None or salvaged.has("via")
    try:
        message = parse_message(data)
    except ParseError:
        return
    read_everything(message)
    with suppress(ParseError):
        message.mark_source("203.0.113.9", 4711)
    assert parse_message(bytes(message)).keys()[: len(message.keys())] == message.keys()


@budget
@given(st.data())
def test_a_damaged_request_raises_nothing_but_parse_errors(data: st.DataObject) -> None:
    _, whole = data.draw(generated)
    survive(data.draw(mutations(whole)))


@budget
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
@example(b"x y SIP/2.0\r\nv\r\n\r\n")
@example(b"x sip:y SIP/2.0\r\nVia: SIP/2.0/UDP/x host\r\n\r\n")
@example(b"SIP/2.0 200\r\n\r\n\r\n")
def test_arbitrary_bytes_raise_nothing_but_parse_errors(data: bytes) -> None:
    survive(data)


@budget
@given(st.text(max_size=60))
@example("Digest username=\udcff")
@example("SIP/2.0/UDP/x host")
@example("sip:a@[::1")
@example("²")
def test_arbitrary_header_values_raise_nothing_but_parse_errors(text: str) -> None:
    for kind in (Address, Uri, Via, CSeq, Challenge, Credentials):
        with suppress(ParseError):
            str(kind.parse(text))
