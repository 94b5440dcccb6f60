"""A recorded day: its decisions are taken again, and it reads as what people did."""

from __future__ import annotations

from io import StringIO

import pytest
from msgspec.structs import asdict, replace
from rich.console import Console
from tests.unit.lab.messy_day import EPOCH, messy_day

from acd import events
from acd.journal import JournalUnreadable, decode_record, decode_state, encode_record
from acd.model import WorkItem
from acd.router import Router
from control.trying.tables import as_plain, day_table, percent
from lab.day import (
    MAGIC,
    DayUnreadable,
    Stretch,
    encode_decisions,
    encode_stretch,
    read_day,
    unknown,
    whole_length,
    without_repeats,
)
from lab.figures import counted
from lab.recorded import replay_day


@pytest.fixture(scope="module")
def day() -> list[Stretch]:
    return messy_day()


def test_a_day_leads_to_the_very_decisions_that_were_recorded(day: list[Stretch]) -> None:
    replayed = replay_day(day)
    assert replayed.recorded == replayed.records == sum(len(one.records) for one in day) > 1_000
    assert replayed.decisions > 500
    assert replayed.differences == []
    assert len(replayed.spans) == 1, "each stretch begins where the one before it ended"


def test_its_figures_are_the_router_s_own_counters(day: list[Stretch]) -> None:
    figures = replay_day(day[:2]).figures
    assert day[0].base is not None
    assert day[2].base is not None
    before, after = counted(decode_state(day[0].base)), counted(decode_state(day[2].base))
    assert {queue: after[queue] - before[queue] for queue in after} == figures


def test_the_waits_that_were_foretold_are_held_against_those_that_came(day: list[Stretch]) -> None:
    state = decode_state(day[2].base or b"")
    figures, live = counted(state), Router(state).queue_live("support", EPOCH)
    assert live is not None
    score = live.ewt_score
    assert score.calls > 20
    assert (figures["support"].foretold, figures["support"].estimates) == (
        score.calls,
        (score.within_p50, score.within_p80),
    )
    assert as_plain(figures)["support"]["ewt_score"] == asdict(score)
    shown = Console(width=160, record=True, file=StringIO())
    shown.print(day_table(figures))
    assert f"{percent(score.within_p50)} / {percent(score.within_p80)}" in shown.export_text()


def test_a_decision_that_is_not_taken_again_is_named(day: list[Stretch]) -> None:
    place = next(n for n, one in enumerate(day[0].decisions) if one is not None and one != encode_decisions([]))
    forged = list(day[0].decisions)
    forged[place] = encode_decisions([])
    (difference,) = replay_day([Stretch(day[0].base, day[0].records, forged)]).differences
    record = decode_record(day[0].records[place])
    assert (difference.at, difference.event, difference.recorded) == (record.at, record.event, [])
    assert difference.now[0][0] in ("Offer", "Connect", "WithdrawOffer", "DialBack", "Overflow")


def test_what_was_not_kept_is_not_counted_as_the_same(day: list[Stretch]) -> None:
    live = Stretch(day[0].base, day[0].records, unknown(len(day[0].records)))
    replayed = replay_day([live])
    assert (replayed.recorded, replayed.differences) == (0, [])
    assert replayed.records == len(day[0].records)


def test_a_stretch_that_is_lost_makes_two_spans_of_a_day(day: list[Stretch]) -> None:
    replayed = replay_day([day[0], day[2]])
    assert len(replayed.spans) == 2
    assert replayed.differences == []
    assert (
        replayed.figures["support"] == replay_day([day[0]]).figures["support"] + replay_day([day[2]]).figures["support"]
    )


def test_progress_is_told(day: list[Stretch], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lab.recorded.PROGRESS_EVERY", 500)
    told: list[int] = []
    replay_day(day, told.append)
    assert told == [500, 1000, 1500]


def test_a_record_of_a_later_version_is_refused_in_one_line(day: list[Stretch]) -> None:
    later = encode_record(1.0, events.WorkArrived(WorkItem("c", "q", 1.0)))[:-1] + b"\x63"
    with pytest.raises(JournalUnreadable, match="format 99"):
        replay_day([replace(day[0], records=[later], decisions=[None])])


def test_a_file_holds_a_day_and_survives_a_write_that_was_cut_off(day: list[Stretch]) -> None:
    data = MAGIC + b"".join(map(encode_stretch, day))
    assert list(read_day(data)) == day
    assert len(data) < sum(len(record) for one in day for record in one.records) / 2
    cut = data[:-5]
    assert list(read_day(cut)) == day[:-1]
    mended = cut[: whole_length(cut)]
    assert list(read_day(mended + encode_stretch(day[2]))) == day


def test_what_is_no_day_is_refused_and_what_is_damaged_says_where(day: list[Stretch]) -> None:
    for data in (b"", b"%PDF-1.7", MAGIC[:4]):
        with pytest.raises(DayUnreadable, match="no day of a routing journal"):
            list(read_day(data))
    broken = bytearray(MAGIC + encode_stretch(day[0]))
    broken[len(MAGIC) + 20] ^= 0xFF
    with pytest.raises(DayUnreadable, match=f"damaged at octet {len(MAGIC)}"):
        list(read_day(bytes(broken)))


def test_a_stretch_that_was_kept_twice_counts_once_with_what_is_known_of_it(day: list[Stretch]) -> None:
    first = day[0]
    some = Stretch(first.base, first.records[:100], first.decisions[:100])
    again = Stretch(first.base, first.records, unknown(200) + first.decisions[200:])
    (one,) = without_repeats([some, again])
    assert one.records == first.records
    assert one.decisions == first.decisions[:100] + unknown(100) + first.decisions[200:]
    assert list(without_repeats([first, some, day[1]])) == [first, day[1]]
