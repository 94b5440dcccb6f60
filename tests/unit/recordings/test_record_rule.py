from __future__ import annotations

import pytest

from control.record_rule import RecordRule, Verdict, beeps, decide, keep_days, lot

ALWAYS, NEVER = RecordRule("always"), RecordRule("never")


def share(part: float) -> RecordRule:
    return RecordRule("share", part)


@pytest.mark.parametrize(
    ("rules", "verdict"),
    [
        ((), Verdict.OPEN),
        ((None, None), Verdict.OPEN),
        ((ALWAYS, None), Verdict.ALWAYS),
        ((ALWAYS, NEVER), Verdict.NEVER),
        ((share(1.0), NEVER), Verdict.NEVER),
        ((share(0.0), ALWAYS), Verdict.ALWAYS),
        ((share(0.0), share(1.0)), Verdict.CHOSEN),
        ((share(0.0),), Verdict.OPEN),
    ],
)
def test_never_wins_over_always_and_that_over_a_share(rules: tuple[RecordRule | None, ...], verdict: Verdict) -> None:
    assert decide(rules, "c1") is verdict
    assert decide(reversed(rules), "c1") is verdict


def test_a_share_of_the_calls_is_recorded_and_the_same_ones_whenever_asked() -> None:
    calls = [f"18c0ffee-{number:x}" for number in range(2000)]
    chosen = [call for call in calls if decide((share(0.2),), call) is Verdict.CHOSEN]

    assert 0.17 < len(chosen) / len(calls) < 0.23
    assert chosen == [call for call in calls if decide((share(0.2),), call) is Verdict.CHOSEN]
    assert set(chosen) <= {call for call in calls if decide((share(0.3),), call) is Verdict.CHOSEN}
    assert all(0 <= lot(call) < 1 for call in calls)


def test_a_beep_is_heard_where_anybody_wants_it_and_the_first_who_says_so_sets_the_days() -> None:
    assert beeps((None, RecordRule(beep=True)))
    assert not beeps((None, ALWAYS))
    assert keep_days((None, ALWAYS, RecordRule(keep_days=30), RecordRule(keep_days=90))) == 30
    assert keep_days((ALWAYS, None)) is None
