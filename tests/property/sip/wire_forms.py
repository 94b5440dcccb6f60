"""Hypothesis strategies for SIP on the wire: what a message means, and one of the many ways to write it."""

from __future__ import annotations

import string

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from msgspec import Struct

from pbx.sip.headers.address import Address
from pbx.sip.headers.cseq import CSeq
from pbx.sip.headers.via import Via
from pbx.sip.text import Params, quote
from pbx.sip.uri import Uri

budget = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
"""The same few examples on each run: cheap, and no surprise on a busy machine."""

TOKEN_CHARS = string.ascii_letters + string.digits + "-.!%*_+`'~"
SPELLINGS = {
    "via": ("Via", "v", "VIA", "vIa"), "from": ("From", "f", "FROM", "F"), "to": ("To", "t", "TO", "T"),
    "call-id": ("Call-ID", "i", "call-id", "I"), "cseq": ("CSeq", "cseq", "CSEQ"),
    "contact": ("Contact", "m", "CONTACT"), "content-length": ("Content-Length", "l", "content-length"),
    "subject": ("Subject", "s"), "x-note": ("X-Note", "x-note", "X-NOTE"),
}  # fmt: skip

tokens = st.text(TOKEN_CHARS, min_size=1, max_size=12)
words = st.text(string.ascii_letters + string.digits + "-", min_size=1, max_size=10)
numbers = st.text(string.digits, min_size=1, max_size=12)
ports = st.none() | st.integers(1, 65535)
domains = st.lists(words, min_size=1, max_size=3).map(".".join)
ipv4 = st.ip_addresses(v=4).map(str)
ipv6 = st.ip_addresses(v=6).map(lambda address: f"[{address}]")
hosts = domains | ipv4 | ipv6
printable = st.text(st.characters(min_codepoint=0x20, exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=20)
"""What may stand in a quoted string: quotes, backslashes, commas, brackets and other scripts too."""

parameters: st.SearchStrategy[Params] = st.lists(st.tuples(words.map("x-".__add__), st.none() | words), max_size=3).map(
    tuple
)
header_parameters: st.SearchStrategy[Params] = st.lists(
    st.tuples(words.map("x-".__add__), st.none() | words | printable.map(quote)), max_size=3
).map(tuple)

users = st.text(string.ascii_letters + string.digits + "-_.!~*'()&=+$,;?/%", min_size=1, max_size=12)
sip_uris = st.builds(Uri, st.sampled_from(("sip", "sips", "SIP")), st.just("") | users, hosts, ports, parameters)
tel_uris = st.builds(Uri, st.just("tel"), numbers | numbers.map("+".__add__), params=parameters)
uris = sip_uris | tel_uris
addresses = st.builds(Address, uris, printable, header_parameters)
tagged = st.builds(Address.with_tag, addresses, tokens)
vias = st.builds(
    lambda transport, host, port, branch, params: Via(transport, host, port, (*params, ("branch", "z9hG4bK" + branch))),
    st.sampled_from(("UDP", "TCP", "TLS", "WSS")), hosts, ports, tokens, parameters,
)  # fmt: skip
methods = st.sampled_from(("INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "REGISTER", "NOVEL")) | tokens


class Meaning(Struct, frozen=True):
    """What a generated request says."""

    method: str
    uri: Uri
    vias: list[Via]
    caller: Address
    callee: Address
    call_id: str
    number: int
    contacts: list[Address]
    note: str
    body: bytes


meanings = st.builds(
    Meaning, methods, uris, st.lists(vias, min_size=1, max_size=3), tagged, addresses, tokens,
    st.integers(0, 2**31 - 1), st.lists(addresses, max_size=3), printable, st.binary(max_size=60),
)  # fmt: skip


def header_lines(draw: st.DrawFn, key: str, values: list[str]) -> list[str]:
    """The values on one line or several, under any spelling of the name, with folds where space may stand."""
    line_of_each = draw(st.booleans())
    groups = [[value] for value in values] if line_of_each else [values]
    lines = []
    for group in groups:
        colon = draw(st.sampled_from((":", ": ", " : ", "\t:\t", ":\r\n ", ":\r\n\t  ")))
        joint = draw(st.sampled_from((",", ", ", " ,\r\n ")))
        end = draw(st.sampled_from(("", " ", "\r\n ")))
        lines.append(f"{draw(st.sampled_from(SPELLINGS[key]))}{colon}{joint.join(group)}{end}")
    return lines


@st.composite
def written(draw: st.DrawFn, meaning: Meaning) -> bytes:
    """One way to write a request."""
    fields = [
        ("via", [str(via) for via in meaning.vias]), ("from", [str(meaning.caller)]), ("to", [str(meaning.callee)]),
        ("call-id", [meaning.call_id]), ("cseq", [str(CSeq(meaning.number, meaning.method))]),
        ("contact", [str(one) for one in meaning.contacts]), ("x-note", [meaning.note]),
        ("content-length", [str(len(meaning.body))]),
    ]  # fmt: skip
    lines: list[str] = [f"{meaning.method} {meaning.uri} SIP/2.0"]
    for key, values in draw(st.permutations(fields)):
        if values:
            lines += header_lines(draw, key, values)
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + meaning.body


@st.composite
def requests(draw: st.DrawFn) -> tuple[Meaning, bytes]:
    """A meaning and one way to write it."""
    meaning = draw(meanings)
    return meaning, draw(written(meaning))


@st.composite
def mutations(draw: st.DrawFn, data: bytes) -> bytes:
    """The same bytes with a few cuts, repetitions and insertions."""
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 12)))
        piece = draw(
            st.sampled_from((b"", b"\r\n", b"\n", b"\r\n ", b"\x00", b"\xff", b'"', b"<", b">", b",", b";", b"=", b":",
                             b"[", b"\\", b"%", b"/", b" ", "²".encode(), b"-1", b"99999999999999999999", b"v\r\n"))
            | st.just(data[start:end] * 2)
        )  # fmt: skip
        data = data[:start] + piece + data[end:]
    return data
