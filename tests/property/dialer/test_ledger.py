"""Whatever is done to an export of the ledger is found, and where."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dialer.ledger import Entry, Head, Verifier, chain, head_of, line_of
from dialer.outcome import Outcome

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
INSTANT = st.none() | st.floats(0, 4e9)
ENTRIES = st.lists(
    st.builds(
        Entry,
        id=TEXT,
        campaign=TEXT,
        lead=st.integers(0, 2**62),
        number=TEXT,
        verdict=TEXT,
        decided_at=st.floats(0, 4e9),
        trigger=TEXT,
        detail=TEXT,
        answered_at=INSTANT,
        seconds_to_connect=INSTANT,
        abandoned=st.booleans(),
        outcome=st.none() | st.sampled_from(Outcome),
    ),
    min_size=1,
    max_size=6,
)


def exported(entries: list[Entry]) -> tuple[list[bytes], Head]:
    records = chain(entries, Head(), 2e9)
    return [line_of(record) for record in records], head_of(records[-1])


def holds(lines: list[bytes], head: Head) -> bool:
    verifier = Verifier()
    return verifier.lines(lines) is None and verifier.ends_at(head) is None


@given(ENTRIES)
def test_a_chain_that_nobody_touched_holds(entries: list[Entry]) -> None:
    lines, head = exported(entries)
    assert holds(lines, head)


@given(ENTRIES, st.data())
def test_a_single_changed_bit_is_found_in_its_record_or_in_the_next(entries: list[Entry], data: st.DataObject) -> None:
    lines, head = exported(entries)
    place = data.draw(st.integers(0, len(lines) - 1))
    bit = data.draw(st.integers(0, len(lines[place]) * 8 - 1))
    changed = bytearray(lines[place])
    changed[bit // 8] ^= 1 << bit % 8
    lines[place] = bytes(changed)
    found = Verifier().lines(lines)
    assert found is not None
    assert found.place == place + 1
    assert not holds(lines, head)


@given(ENTRIES, st.data())
def test_a_removed_record_is_found(entries: list[Entry], data: st.DataObject) -> None:
    lines, head = exported(entries)
    del lines[data.draw(st.integers(0, len(lines) - 1))]
    assert not holds(lines, head)


@given(ENTRIES, st.data())
def test_records_in_another_order_are_found(entries: list[Entry], data: st.DataObject) -> None:
    lines, head = exported(entries)
    moved = data.draw(st.permutations(lines))
    assert holds(moved, head) is (moved == lines)


@given(ENTRIES, st.data())
def test_a_repeated_record_is_found(entries: list[Entry], data: st.DataObject) -> None:
    lines, head = exported(entries)
    place = data.draw(st.integers(0, len(lines) - 1))
    lines.insert(place, lines[place])
    assert not holds(lines, head)
