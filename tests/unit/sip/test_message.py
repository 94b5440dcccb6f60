"""Messages: RFC 3261 section 7, read lazily and written byte for byte."""

from __future__ import annotations

import pytest

from pbx.sip.errors import ParseError
from pbx.sip.message import Message, Request, Response, parse_message, respond

HEAD = (
    b"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nFrom: <sip:ana@a.example>;tag=1\r\nTo: <sip:boris@b.example>\r\n"
    b"Call-ID: c1\r\nCSeq: 7 INVITE\r\n"
)


def request(lines: bytes = b"", body: bytes = b"") -> bytes:
    """A plain INVITE with more header lines."""
    return b"INVITE sip:boris@b.example SIP/2.0\r\n" + HEAD + lines + b"\r\n" + body


def parsed(data: bytes) -> Request:
    """A request, read."""
    message = parse_message(data)
    assert isinstance(message, Request)
    return message


def test_a_request_is_read() -> None:
    message = parsed(request(b"Content-Length: 4\r\n", b"body"))
    assert (message.method, message.uri.user, message.call_id, message.body) == ("INVITE", "boris", "c1", b"body")
    assert (message.from_.tag, message.to.tag, message.cseq.number) == ("1", None, 7)


@pytest.mark.parametrize(
    ("line", "status", "reason"),
    [
        (b"SIP/2.0 200 OK", 200, "OK"),
        (b"SIP/2.0 180 ", 180, ""),
        (b"SIP/2.0 699", 699, ""),
        ("SIP/2.0 486 Заузето".encode(), 486, "Заузето"),
    ],
)
def test_a_response_is_read(line: bytes, status: int, reason: str) -> None:
    message = parse_message(line + b"\r\n" + HEAD + b"\r\n")
    assert isinstance(message, Response)
    assert (message.status, message.reason) == (status, reason)


def test_compact_forms_are_the_same_headers() -> None:
    message = parsed(
        b"OPTIONS sip:b SIP/2.0\r\nv: SIP/2.0/UDP h;branch=1\r\nf: <sip:a@b>\r\nt: <sip:c@d>\r\ni: id\r\n"
        b"CSEQ: 1 OPTIONS\r\nm: <sip:x@y>\r\nk: timer\r\nS: hello\r\nc: text/plain\r\nl: 2\r\n\r\nhi"
    )
    assert message.keys() == [
        "via", "from", "to", "call-id", "cseq", "contact", "supported", "subject", "content-type", "content-length",
    ]  # fmt: skip
    assert message.get("subject") == "hello"
    assert message.body == b"hi"


def test_folded_lines_are_one_value() -> None:
    message = parsed(request(b"Subject: one\r\n  two\r\n\tthree  \r\nX-Note:\r\n alone\r\n"))
    assert message.get("subject") == "one two three"
    assert message.get("x-note") == "alone"


def test_many_values_in_one_line_and_many_lines_are_one_list() -> None:
    message = parsed(
        request(b'Record-Route: <sip:p1;lr>, "a, b" <sip:p2;lr> \r\nrecord-route: <sip:p3;x=",">,<sip:p4>\r\n')
    )
    assert message.values("record-route") == ["<sip:p1;lr>", '"a, b" <sip:p2;lr>', '<sip:p3;x=",">', "<sip:p4>"]
    assert len(message.get_all("record-route")) == 2


def test_unknown_methods_headers_and_schemes_are_read_like_any_other() -> None:
    message = parsed(request(b"X-New: value\r\n").replace(b"INVITE sip:boris@b.example", b"N.o-v!el tel:+381;x=1"))
    assert message.method == "N.o-v!el"
    assert message.uri.number == "+381"
    assert message.get("x-new") == "value"


def test_white_space_before_the_colon_hides_no_header() -> None:
    message = parsed(request().replace(b"From: ", b"From \t : "))
    assert message.from_.tag == "1"


def test_bytes_that_are_no_text_come_out_as_they_went_in() -> None:
    data = request(b"Subject: \xff\xfe\x80\r\nContent-Length: 2\r\n", b"\x00\xff")
    assert bytes(parsed(data)) == data


@pytest.mark.parametrize(
    "data",
    [
        request(b"Content-Length: 0\r\n"),
        request(b"sUBJECT :  one\r\n   two \r\nl:\t2\r\n", b"hi"),
        request(b'Contact: "a,b" <sip:x>,<sip:y> ;q=1\r\nContent-Length  :0\r\n'),
        b"SIP/2.0 200 \r\n" + HEAD + b"Content-Length: 0\r\n\r\n",
    ],
)
def test_a_message_that_nobody_changed_is_written_as_it_came(data: bytes) -> None:
    message = parse_message(data)
    assert message.via.branch
    assert message.keys()
    assert bytes(message) == data


def test_a_change_leaves_the_other_lines_as_they_came() -> None:
    message = parsed(request(b"sUBJECT :  one\r\n  two\r\nl: 0\r\n"))
    message.set("cseq", "8 INVITE")
    message.add("x-note", "new")
    message.remove("from")
    message.prepend("via", "SIP/2.0/UDP top;branch=z9hG4bK0")
    assert bytes(message) == (
        b"INVITE sip:boris@b.example SIP/2.0\r\nVia: SIP/2.0/UDP top;branch=z9hG4bK0\r\n"
        b"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nTo: <sip:boris@b.example>\r\nCall-ID: c1\r\n"
        b"CSeq: 8 INVITE\r\nsUBJECT :  one\r\n  two\r\nl: 0\r\nX-Note: new\r\n\r\n"
    )
    assert (message.cseq.number, message.via.branch) == (8, "z9hG4bK0"), "what was read before is read anew"


def test_a_message_without_content_length_gets_one_for_a_stream_needs_it() -> None:
    assert bytes(parsed(request(body=b"four"))) == request(b"Content-Length: 4\r\n", b"four")


def test_line_ends_before_the_start_line_are_ignored() -> None:
    assert parsed(b"\r\n\r\n\r\n" + request()).method == "INVITE"


def test_what_follows_the_body_is_ignored() -> None:
    assert parsed(request(b"Content-Length: 2\r\n", b"hi and more")).body == b"hi"


def test_the_source_is_written_into_the_topmost_via_alone() -> None:
    message = parsed(request().replace(b"branch=z9hG4bK1", b"branch=z9hG4bK1;rport, SIP/2.0/TCP second.example"))
    message.mark_source("203.0.113.1", 4711)
    assert message.values("via") == [
        "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1;received=203.0.113.1;rport=4711",
        "SIP/2.0/TCP second.example",
    ]


def test_the_first_contact_counts_and_a_star_is_none() -> None:
    first = parsed(request(b'Contact: "x, y" <sip:1@h>, <sip:2@h>\r\n')).contact
    assert first is not None
    assert first.uri.user == "1"
    assert parsed(request(b"Contact: *\r\n")).contact is None
    assert parsed(request()).contact is None


def test_a_response_repeats_what_it_must_as_it_came() -> None:
    asked = parsed(request(b"Subject: not repeated\r\n").replace(b"Call-ID: c1", b"i :  c1"))
    answer = respond(asked, 486, tag="mine")
    assert bytes(answer) == (
        b"SIP/2.0 486 Busy Here\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nFrom: <sip:ana@a.example>;tag=1\r\n"
        b"To: <sip:boris@b.example>;tag=mine\r\ni :  c1\r\nCSeq: 7 INVITE\r\nContent-Length: 0\r\n\r\n"
    )


@pytest.mark.parametrize(
    ("to", "answered"),
    [
        (b"<sip:b>;tag=theirs", "<sip:b>;tag=theirs"),
        (b'"tag=x" <sip:b;tag=y>', '"tag=x" <sip:b;tag=y>;tag=mine'),
        (b"sip:b", "sip:b;tag=mine"),
        (b'"never closed <sip:b>', '"never closed <sip:b>'),
    ],
)
def test_a_tag_is_added_exactly_where_there_is_none(to: bytes, answered: str) -> None:
    asked = parsed(request().replace(b"<sip:boris@b.example>\r\nCall", to + b"\r\nCall"))
    assert respond(asked, 200, tag="mine").get("to") == answered


@pytest.mark.parametrize("key", ["via", "from", "to", "call-id", "cseq"])
def test_a_mandatory_header_that_is_missing_is_named(key: str) -> None:
    message = parsed(request())
    message.remove(key)
    with pytest.raises(ParseError, match=r"is missing"):
        read(message, key)


def read(message: Message, key: str) -> object:
    """A mandatory header's value."""
    match key:
        case "via":
            return message.via
        case "from":
            return message.from_
        case "to":
            return message.to
        case "call-id":
            return message.call_id
        case _:
            return message.cseq
