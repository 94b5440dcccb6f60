"""The ledger's chain holds, and shows whatever was done to it."""

from __future__ import annotations

import hashlib

import pytest
from msgspec.structs import replace
from tests.unit.dialer.entries import entry

from dialer.ledger import GENESIS, Broken, Head, Record, Verifier, chain, head_of, line_of, pseudonym

NOW = 1_795_690_901.0


@pytest.fixture
def records() -> list[Record]:
    return chain([entry("a1"), entry("a2", verdict="dnc_own", outcome=None), entry("a3")], Head(), NOW)


def broken(records: list[Record]) -> Broken:
    """What is found, by a reader of the export and by one of the table alike."""
    found = Verifier().records(records)
    assert found is not None
    assert Verifier().lines(map(line_of, records)) == found
    return found


def test_records_are_numbered_and_each_names_the_one_before(records: list[Record]) -> None:
    assert [record.seq for record in records] == [1, 2, 3]
    assert [record.previous for record in records] == [GENESIS, records[0].hash, records[1].hash]


def test_a_chain_goes_on_where_it_ended(records: list[Record]) -> None:
    more = chain([entry("a4")], head_of(records[-1]), NOW)
    verifier = Verifier()
    assert verifier.records([*records, *more]) is None
    assert verifier.head == head_of(more[-1]) == Head(4, more[-1].hash)


def test_a_hash_is_the_sha256_of_the_line_without_it(records: list[Record]) -> None:
    line = line_of(records[0]).replace(records[0].hash.encode(), b"")
    assert hashlib.sha256(line).hexdigest() == records[0].hash


def test_an_empty_chain_holds() -> None:
    assert Verifier().lines([]) is None
    assert Verifier().ends_at(Head()) is None


def test_a_changed_record_is_named(records: list[Record]) -> None:
    records[1] = replace(records[1], verdict="permitted")
    assert broken(records) == Broken(2, 2, "its hash is not that of its content")


def test_a_record_changed_with_its_hash_breaks_at_the_next_one(records: list[Record]) -> None:
    forged = chain([entry("a2", detail="forged")], head_of(records[0]), NOW)
    records[1:2] = forged
    assert broken(records) == Broken(3, 3, "it does not name the hash of the record before it")


def test_a_missing_record_is_named(records: list[Record]) -> None:
    del records[1]
    assert broken(records) == Broken(2, 3, "record 2 is expected here: one is missing, or was moved")


def test_a_chain_without_its_beginning_does_not_hold(records: list[Record]) -> None:
    assert broken(records[1:]).why.startswith("record 1 is expected")


def test_records_missing_at_the_end_show_against_a_signed_head(records: list[Record]) -> None:
    verifier = Verifier()
    assert verifier.records(records[:1]) is None
    assert verifier.ends_at(head_of(records[-1])) == Broken(2, None, "records 2 to 3 are missing at the end")


def test_a_chain_made_anew_shows_against_a_signed_head(records: list[Record]) -> None:
    verifier = Verifier()
    assert verifier.records(chain([entry("b1"), entry("b2"), entry("b3")], Head(), NOW)) is None
    assert verifier.ends_at(head_of(records[-1])) == Broken(3, 3, "the chain is another one than was signed")


@pytest.mark.parametrize(
    "line", [b"", b"{}", b"null", b"\xff", b'{"id":1}', b'{"id":"' + b"\xed\xa0\x80" + b'"}', b"[" * 10_000]
)
def test_what_is_no_record_is_said_to_be_none(line: bytes) -> None:
    assert Verifier().lines([line]) == Broken(1, None, "it is no record of the ledger")


def test_a_record_in_other_bytes_is_not_taken(records: list[Record]) -> None:
    spaced = line_of(records[0]).replace(b'","', b'", "', 1)
    assert Verifier().lines([spaced]) == Broken(1, 1, "it is not written as the ledger writes it")


def test_a_record_of_an_unknown_format_is_not_taken(records: list[Record]) -> None:
    assert broken([replace(records[0], format=2)]) == Broken(1, 1, "its format 2 is not known here")


def test_a_forgotten_number_leaves_the_chain_whole(records: list[Record]) -> None:
    forgotten = [replace(record, number="") for record in records]
    assert Verifier().records(forgotten) is None


def test_no_line_of_an_export_has_a_number_in_clear(records: list[Record]) -> None:
    assert b"+381112345678" not in b"".join(map(line_of, records))
    number = line_of(records[0]).replace(b'"number":""', b'"number":"+381112345678"')
    assert Verifier().lines([number]) == Broken(1, 1, "it is not written as the ledger writes it")


def test_a_number_is_found_again_by_whoever_has_the_key() -> None:
    hidden, end = pseudonym(b"key", "+381112345678")
    assert (hidden, end) == pseudonym(b"key", "+381112345678")
    assert end == "5678"
    assert len(hidden) == 32
    assert hidden not in (pseudonym(b"other", "+381112345678")[0], pseudonym(b"key", "+381112345679")[0])
