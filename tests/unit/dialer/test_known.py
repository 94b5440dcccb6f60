"""The book in memory: lists of any length, entries that expire, calls of the last days."""

from __future__ import annotations

import numpy as np
import pytest

from dialer.compliance.book import Book, Scope
from dialer.compliance.known import Imported, Known
from dialer.compliance.number_set import MERGE_AT, NumberSet

NOW = 1_795_690_800.0
DAY = 86_400.0
ONE, OTHER = "+381112345678", "+381112345679"


@pytest.fixture
def known() -> Known:
    return Known()


def test_it_is_a_book(known: Known) -> None:
    book: Book = known
    assert not book.forbids(ONE, Scope.OWN, "", NOW)
    assert book.imported("us") is None
    assert list(book.calls("acme", ONE)) == []


def test_an_entry_forbids_for_its_owner_alone(known: Known) -> None:
    known.forbid(ONE, Scope.CLIENT, "acme")
    assert known.forbids(ONE, Scope.CLIENT, "acme", NOW)
    assert not known.forbids(ONE, Scope.CLIENT, "other", NOW)
    assert not known.forbids(ONE, Scope.OWN, "", NOW)
    assert not known.forbids(OTHER, Scope.CLIENT, "acme", NOW)


def test_an_entry_is_taken_off(known: Known) -> None:
    known.forbid(ONE, Scope.OWN)
    known.allow(ONE, Scope.OWN)
    known.allow(OTHER, Scope.CAMPAIGN, "spring")
    assert not known.forbids(ONE, Scope.OWN, "", NOW)


def test_an_entry_ends_when_it_expires(known: Known) -> None:
    known.forbid(ONE, Scope.OWN, "", NOW + 10)
    assert known.forbids(ONE, Scope.OWN, "", NOW + 9)
    assert not known.forbids(ONE, Scope.OWN, "", NOW + 10)
    known.forbid(ONE, Scope.OWN)
    assert known.forbids(ONE, Scope.OWN, "", NOW + 10), "an entry for good goes before one that expires"


def test_an_imported_list_forbids_for_whom_it_was_imported(known: Known) -> None:
    known.put_list(Imported("suppression", NOW, "1", NumberSet.of([381112345678]), Scope.CLIENT, "acme"))
    assert known.forbids(ONE, Scope.CLIENT, "acme", NOW)
    known.drop_list("suppression")
    assert not known.forbids(ONE, Scope.CLIENT, "acme", NOW)


def test_a_national_list_is_looked_up_by_name_and_forbids_nothing_by_itself(known: Known) -> None:
    known.put_list(Imported("us", NOW, "2026-11-01.1", NumberSet.of([381112345678])))
    found = known.imported("us")
    assert found is not None
    assert ONE in found
    assert OTHER not in found
    assert not known.forbids(ONE, Scope.OWN, "", NOW)


def test_the_version_names_the_state_of_every_list(known: Known) -> None:
    assert known.version == "own@0"
    known.put_list(Imported("us", NOW, "2026-11-01.3", NumberSet()))
    known.put_list(Imported("rs", NOW, "2026-11-25.9", NumberSet()))
    known.set_revision(1532)
    assert known.version == "own@1532 rs@2026-11-25.9 us@2026-11-01.3"


def test_calls_are_known_for_a_week_by_client(known: Known) -> None:
    known.restore_calls([("acme", ONE, NOW - 3 * DAY), ("acme", ONE, NOW - DAY), ("acme", OTHER, NOW)])
    known.called("acme", ONE, NOW)
    known.called("other", ONE, NOW + 1)
    assert list(known.calls("acme", ONE)) == [NOW - 3 * DAY, NOW - DAY, NOW]
    assert list(known.calls("other", ONE)) == [NOW + 1]
    for day in range(1, 9):
        known.called("acme", OTHER, NOW + day * DAY)
    assert list(known.calls("acme", ONE)) == []


def test_a_call_that_is_told_late_still_counts(known: Known) -> None:
    known.called("acme", ONE, NOW)
    known.called("acme", ONE, NOW - 5 * DAY)
    assert sorted(known.calls("acme", ONE)) == [NOW - 5 * DAY, NOW]


def test_a_set_of_numbers_behaves_as_a_set() -> None:
    rng = np.random.default_rng(7)
    numbers, plain = NumberSet.of(range(0, 2000, 3)), set(range(0, 2000, 3))
    for number in map(int, rng.integers(0, 2000, 5000)):
        if rng.random() < 0.5:
            numbers.add(number)
            plain.add(number)
        else:
            numbers.discard(number)
            plain.discard(number)
    assert [number in numbers for number in range(2000)] == [number in plain for number in range(2000)]
    assert len(numbers) == len(plain)
    assert numbers.sorted().tolist() == sorted(plain)


def test_many_changes_are_merged_by_themselves() -> None:
    numbers = NumberSet.of([5])
    for number in range(10, MERGE_AT + 11):
        numbers.add(number)
    assert 5 in numbers
    assert MERGE_AT + 10 in numbers
    assert len(numbers) == MERGE_AT + 2


def test_the_longest_number_fits() -> None:
    longest = 999_999_999_999_999
    assert longest in NumberSet.of([longest])
