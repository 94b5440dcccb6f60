"""Whatever the lead, the number and the campaign: what is permitted is permitted by every clock that may apply."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.dialer.book import Pages

from dialer.campaign import AttemptRules, CallingWindow, Campaign, Mode
from dialer.compliance.permit import RULES, permit
from dialer.compliance.ruleset import standard
from dialer.compliance.verdict import Permit, Refusal
from dialer.lead import Consent, Lead, LeadNumber, NumberKind, Tried
from dialer.outcome import Outcome

NUMBERS = st.sampled_from(
    ["+12125550100", "+13055550100", "+18505550100", "+18015550100", "+14015550100", "+19075550100", "+14165550100",
     "+381112345678", "+381641234567", "+33142345678", "+61491570156", "+74951234567", "+77271234567", "+18765550100",
     "+18005550100", "+870773111632", "+12345", "nonsense"]
)  # fmt: skip
ZONES = st.sampled_from(["", "", "Europe/Belgrade", "America/St_Johns", "Asia/Kolkata", "Pacific/Apia", "Mars/Olympus"])
REGIONS = st.sampled_from(["", "", "RS", "US-CA", "US-FL", "US-IN", "RU", "BR", "XX"])
WINDOWS = st.lists(
    st.builds(
        CallingWindow,
        days=st.lists(st.integers(0, 6), min_size=1, max_size=7).map(tuple),
        start_minute=st.integers(0, 1439),
        end_minute=st.integers(1, 1440),
    ),
    min_size=1,
    max_size=3,
).map(tuple)
# Two years, with the days on which clocks change among them.
MOMENTS = st.floats(1_767_225_600.0, 1_830_297_600.0) | st.sampled_from(
    [datetime.fromisoformat(text).timestamp() + hour * 1800.0
     for text in ("2026-03-08T05:00Z", "2026-03-29T00:00Z", "2026-10-25T00:00Z", "2026-11-01T05:00Z")
     for hour in range(12)]
)  # fmt: skip
TRIED = st.lists(
    st.builds(Tried, number=NUMBERS, at=st.floats(1_766_000_000.0, 1_830_000_000.0), outcome=st.sampled_from(Outcome)),
    max_size=5,
).map(lambda tried: tuple(sorted(tried, key=lambda one: one.at)))
LEADS = st.builds(
    lambda number, kind, zone, region, tried, consent: Lead(
        1, "c", (LeadNumber(number, kind),), zone=zone, region=region, tried=tried, consent=consent
    ),
    NUMBERS,
    st.sampled_from(NumberKind),
    ZONES,
    REGIONS,
    TRIED,
    st.none() | st.just(Consent("form", mobile=True)),
)
CAMPAIGNS = st.builds(
    lambda mode, windows, holidays: Campaign(
        "c", "q", mode=mode, windows=windows, holidays=holidays, attempts=AttemptRules(), solicitation=False
    ),
    st.sampled_from(Mode),
    WINDOWS,
    st.sampled_from([(), ("2026-03-29", "2026-10-25")]),
)
SLUGS = {"number_unusable", *(rule.__name__ for rule in RULES)}


def minute_of(clock: datetime) -> int:
    return clock.hour * 60 + clock.minute


@given(LEADS, CAMPAIGNS, MOMENTS)
@settings(max_examples=300, deadline=None)
def test_nobody_is_called_outside_a_window_in_any_zone_that_may_be_the_right_one(
    lead: Lead, campaign: Campaign, now: float
) -> None:
    answer = permit(lead, lead.numbers[0], campaign, Pages(), now)
    if isinstance(answer, Refusal):
        assert answer.rule in SLUGS
        assert answer.until is None or answer.until > now
        return
    assert answer.zones
    assert not lead.zone or answer.zones == (lead.zone,)
    rules = standard()
    regions = [rules.regions[code] for code in answer.regions if code in rules.regions] or [rules.default]
    for zone in answer.zones:
        clock = datetime.fromtimestamp(now, ZoneInfo(zone))
        day, minute = clock.weekday(), minute_of(clock)
        assert any(
            day in window.days and window.start_minute <= minute < window.end_minute for window in campaign.windows
        )
        assert all(any(start <= minute < end for start, end in region.week[day]) for region in regions)
        assert clock.date().isoformat() not in campaign.holidays
        assert 8 * 60 <= minute < 21 * 60 + 30


@given(LEADS, CAMPAIGNS, MOMENTS)
@settings(max_examples=150, deadline=None)
def test_a_refusal_for_the_hour_names_the_moment_at_which_that_rule_agrees(
    lead: Lead, campaign: Campaign, now: float
) -> None:
    answer = permit(lead, lead.numbers[0], campaign, Pages(), now)
    if isinstance(answer, Permit) or answer.rule not in ("calling_window", "holiday") or answer.until is None:
        return
    later = permit(lead, lead.numbers[0], campaign, Pages(), answer.until)
    assert isinstance(later, Permit) or later.rule not in ("calling_window", "holiday")


@given(LEADS, CAMPAIGNS, MOMENTS)
@settings(max_examples=100, deadline=None)
def test_the_same_question_has_the_same_answer(lead: Lead, campaign: Campaign, now: float) -> None:
    number = lead.numbers[0]
    assert permit(lead, number, campaign, Pages(), now) == permit(lead, number, campaign, Pages(), now)
