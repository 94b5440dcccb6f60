"""Which messages are kept, for which call, and for how long."""

from __future__ import annotations

from pbx.ladder.book import MAX_MESSAGES, OVERHEAD, LadderBook, Seen
from pbx.sip.flow import Flow

PHONE = Flow("udp", "198.51.100.7", 5060)


def message(start: str, call_id: str, spelling: str = "Call-ID: ") -> bytes:
    return f"{start}\r\nVia: SIP/2.0/UDP 198.51.100.7\r\n{spelling}{call_id}\r\nCSeq: 1 INVITE\r\n\r\n".encode()


def see(book: LadderBook, data: bytes, at: float = 0.0, *, outgoing: bool = False) -> None:
    if (dialog := book.dialog_of(data)) is not None:
        book.keep(dialog, Seen(at, PHONE, outgoing, data))


def test_a_call_has_the_messages_of_all_its_legs_in_the_order_of_time() -> None:
    book = LadderBook()
    see(book, message("INVITE sip:700@x SIP/2.0", "a"), 1.0)
    see(book, message("INVITE sip:1001@y SIP/2.0", "b"), 2.0, outgoing=True)
    see(book, message("SIP/2.0 200 OK", "a"), 3.0, outgoing=True)
    book.belongs("a", "call", "call.1")
    book.belongs("b", "call", "call.2")
    assert [(leg, seen.at) for leg, seen in book.of("call")] == [("call.1", 1.0), ("call.2", 2.0), ("call.1", 3.0)]


def test_a_leg_is_named_before_its_invite_leaves() -> None:
    book = LadderBook()
    book.belongs("b", "call", "call.2")
    see(book, message("INVITE sip:1001@y SIP/2.0", "b"), outgoing=True)
    assert [leg for leg, _ in book.of("call")] == ["call.2"]


def test_what_began_without_an_invite_is_not_kept() -> None:
    book = LadderBook()
    see(book, message("REGISTER sip:x SIP/2.0", "r"))
    assert len(book) == 0


def test_the_compact_form_and_any_spelling_name_the_same_dialog() -> None:
    book = LadderBook()
    see(book, message("INVITE sip:700@x SIP/2.0", "a", "i:"))
    see(book, message("ACK sip:700@x SIP/2.0", "a", "CALL-ID : "))
    book.belongs("a", "call", "call.1")
    assert len(book.of("call")) == 2


def test_the_oldest_dialogs_make_room() -> None:
    one = message("INVITE sip:700@x SIP/2.0", "0")
    book = LadderBook(max_bytes=(len(one) + OVERHEAD) * 3)
    for number in range(5):
        see(book, message("INVITE sip:700@x SIP/2.0", str(number)))
        book.belongs(str(number), f"call-{number}", "leg")
    assert [len(book.of(f"call-{number}")) for number in range(5)] == [0, 0, 1, 1, 1]


def test_an_endless_dialog_keeps_its_beginning_and_its_end() -> None:
    book = LadderBook()
    see(book, message("INVITE sip:700@x SIP/2.0", "a"), 0.0)
    for at in range(1, 3 * MAX_MESSAGES):
        see(book, message("INFO sip:700@x SIP/2.0", "a"), float(at))
    book.belongs("a", "call", "leg")
    kept = [seen.at for _, seen in book.of("call")]
    assert len(kept) == MAX_MESSAGES
    assert kept[0] == 0.0
    assert kept[-1] == 3 * MAX_MESSAGES - 1
