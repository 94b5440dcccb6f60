"""How often a lead and a number are called."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.dialer.book import BELGRADE, MIAMI, Pages, at, campaign, lead

from dialer.campaign import AttemptRules
from dialer.compliance.permit import permit
from dialer.compliance.verdict import Permit, Refusal
from dialer.lead import Lead, LeadNumber, NumberKind, Tried
from dialer.outcome import Outcome

NOON = at("2026-11-26 12:00")
HOUR = 3_600.0
DAY = 24 * HOUR
OTHER = "+381112345679"


def tried(*hours_ago: float, number: str = BELGRADE, outcome: Outcome = Outcome.NO_ANSWER) -> tuple[Tried, ...]:
    """Attempts, the first one first."""
    return tuple(Tried(number, NOON - hours * HOUR, outcome) for hours in hours_ago)


def ask(who: Lead, book: Pages | None = None, **rules: Any) -> Permit | Refusal:
    how = campaign(attempts=AttemptRules(**({"min_gap_s": 0.0} | rules)))
    return permit(who, who.numbers[0], how, book or Pages(), NOON)


def refused(who: Lead, book: Pages | None = None, **rules: Any) -> tuple[str, float | None]:
    """The rule, and in how many hours it is over."""
    answer = ask(who, book, **rules)
    assert isinstance(answer, Refusal), answer
    return answer.rule, None if answer.until is None else (answer.until - NOON) / HOUR


def test_a_lead_is_called_three_times_in_24_hours() -> None:
    assert refused(lead(tried=tried(20, 10, 5))) == ("attempts_per_day", 4)
    assert isinstance(ask(lead(tried=tried(24, 10, 5))), Permit)


def test_calls_of_all_its_numbers_count_together() -> None:
    calls = (*tried(20), *tried(10, 5, number=OTHER))
    assert refused(lead(tried=calls))[0] == "attempts_per_day"


def test_a_lead_is_called_seven_times_in_a_week() -> None:
    week = tried(*(24 * day + 1 for day in (6, 5, 4, 3, 2, 1)), 3)
    assert refused(lead(tried=week)) == ("attempts_per_week", 23)


def test_a_lead_is_called_ten_times_in_all() -> None:
    long_ago = tried(*(24 * 30 * month for month in range(10, 0, -1)))
    assert refused(lead(tried=long_ago)) == ("attempts_ever", None)
    assert isinstance(ask(lead(tried=long_ago), ever=11), Permit)


def test_attempts_that_found_no_line_do_not_count() -> None:
    assert isinstance(ask(lead(tried=tried(4, 3, 2, 1, outcome=Outcome.CONGESTION))), Permit)


def test_attempts_that_a_crash_interrupted_count() -> None:
    assert refused(lead(tried=tried(3, 2, 1, outcome=Outcome.INTERRUPTED)))[0] == "attempts_per_day"


def test_a_number_has_limits_of_its_own() -> None:
    who = lead(tried=(*tried(10, 5), *tried(4, number=OTHER)))
    assert refused(who, per_day=9, number_per_day=2) == ("number_per_day", 14)
    assert refused(who, per_day=9, number_per_week=2) == ("number_per_week", 7 * 24 - 10)
    assert refused(who, per_day=9, number_ever=2) == ("number_ever", None)
    assert isinstance(ask(who, per_day=9, number_per_day=3), Permit)


def test_calls_of_the_number_for_other_leads_of_the_client_count() -> None:
    book = Pages()
    book.called["acme", BELGRADE] = [NOON - 3 * HOUR, NOON - 2 * HOUR]
    assert refused(lead(), book, number_per_day=2) == ("number_per_day", 21)
    book.called = {("other", BELGRADE): [NOON - 3 * HOUR, NOON - 2 * HOUR]}
    assert isinstance(ask(lead(), book, number_per_day=2), Permit)


def test_there_is_a_pause_between_two_calls() -> None:
    assert refused(lead(tried=tried(0.5)), min_gap_s=HOUR) == ("minimum_gap", 0.5)
    assert refused(lead(tried=tried(0.5, number=OTHER)), min_gap_s=HOUR) == ("minimum_gap", 0.5)
    assert isinstance(ask(lead(tried=tried(1)), min_gap_s=HOUR), Permit)


def test_florida_allows_three_calls_in_24_hours_whatever_the_campaign_says() -> None:
    calls = (*tried(20, 4, number=MIAMI), *tried(3, number="+13055550101"))
    who = Lead(1, "spring", (LeadNumber(MIAMI, NumberKind.FIXED),), tried=calls)
    how = campaign(attempts=AttemptRules(per_day=99), solicitation=False)
    answer = permit(who, who.numbers[0], how, Pages(), NOON + 5 * HOUR)

    assert isinstance(answer, Permit), "the first of them is 25 hours ago"
    answer = permit(who, who.numbers[0], how, Pages(), NOON + 3 * HOUR)
    assert isinstance(answer, Refusal)
    assert (answer.rule, answer.until) == ("region_attempts", NOON + 4 * HOUR)
    assert "501.616(6)(b)" in answer.detail


def test_a_limit_of_none_calls_nobody() -> None:
    assert refused(lead(), per_day=0)[0] == "attempts_per_day"


@pytest.mark.parametrize("limit", [1, 2, 4])
def test_the_next_call_is_allowed_at_the_moment_that_a_refusal_names(limit: int) -> None:
    who = lead(tried=tried(*range(limit, 0, -1)))
    how = campaign(attempts=AttemptRules(per_day=limit, min_gap_s=0.0))
    answer = permit(who, who.numbers[0], how, Pages(), NOON)
    assert isinstance(answer, Refusal)
    assert answer.until is not None
    later = permit(who, who.numbers[0], how, Pages(), answer.until)
    assert isinstance(later, Permit), later
