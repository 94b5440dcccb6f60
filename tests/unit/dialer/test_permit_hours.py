"""Calling windows, holidays and time zones: when a called party's clock allows a call."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from tests.unit.dialer.book import BELGRADE, MIAMI, PENSACOLA, Pages, at, campaign, lead

from dialer.campaign import CallingWindow, Campaign
from dialer.compliance.permit import permit
from dialer.compliance.verdict import Permit, Refusal
from dialer.compliance.week import is_open, opens, week_of
from dialer.lead import Lead, NumberKind


def ask(who: Lead, when: float, how: Campaign | None = None) -> Permit | Refusal:
    """The answer for a lead's only number, where selling is not the matter."""
    return permit(who, who.numbers[0], how or campaign(solicitation=False), Pages(), when)


def never(_: date) -> bool:
    return False


def refused(who: Lead, when: float, how: Campaign | None = None) -> Refusal:
    answer = ask(who, when, how)
    assert isinstance(answer, Refusal), answer
    return answer


@pytest.mark.parametrize("clock", ["08:00", "12:00", "20:59:59"])
def test_a_call_is_allowed_from_eight_to_nine_in_the_evening(clock: str) -> None:
    assert isinstance(ask(lead(), at(f"2026-11-26 {clock}")), Permit)


@pytest.mark.parametrize("clock", ["00:00", "07:59:59", "21:00", "23:59"])
def test_no_call_is_allowed_outside(clock: str) -> None:
    assert refused(lead(), at(f"2026-11-26 {clock}")).rule == "calling_window"


def test_a_refusal_says_when_the_window_opens() -> None:
    assert refused(lead(), at("2026-11-26 06:30")).until == at("2026-11-26 08:00")
    assert refused(lead(), at("2026-11-26 22:30")).until == at("2026-11-27 08:00")


def test_a_permit_tells_the_zone_and_the_regions() -> None:
    answer = ask(lead(), at("2026-11-26 12:00"))
    assert answer == Permit("Europe/Belgrade", ("Europe/Belgrade",), ("RS",))


def test_the_campaigns_own_windows_narrow_the_hours() -> None:
    office = campaign(windows=(CallingWindow((0, 1, 2, 3, 4), 9 * 60, 17 * 60),))
    saturday = at("2026-11-28 10:00")
    assert isinstance(ask(lead(), at("2026-11-26 09:00"), office), Permit)
    answer = refused(lead(), saturday, office)
    assert (answer.rule, answer.until) == ("calling_window", at("2026-11-30 09:00"))


def test_the_campaigns_windows_never_widen_the_hours_of_a_region() -> None:
    always = campaign(windows=(CallingWindow(start_minute=0, end_minute=1440),))
    answer = refused(lead(), at("2026-11-26 03:00"), always)
    assert (answer.rule, answer.until) == ("calling_window", at("2026-11-26 08:00"))


def test_florida_ends_at_eight() -> None:
    at_eight = at("2026-11-26 20:00", "America/New_York")
    answer = refused(lead(MIAMI), at_eight, campaign(solicitation=False))
    assert answer.rule == "calling_window"
    assert "501.616(6)(a)" in answer.detail
    assert isinstance(ask(lead("+12125550100"), at_eight), Permit), "New York goes on until nine"


def test_an_area_code_with_two_zones_is_called_when_both_allow_it() -> None:
    eight_in_the_east = at("2026-11-26 08:00", "America/New_York")
    answer = refused(lead(PENSACOLA), eight_in_the_east)
    assert answer.until == at("2026-11-26 08:00", "America/Chicago")
    assert isinstance(ask(lead(PENSACOLA), at("2026-11-26 08:00", "America/Chicago")), Permit)


def test_the_leads_own_zone_goes_before_that_of_its_number() -> None:
    moved = lead(BELGRADE, zone="Asia/Tokyo")
    assert isinstance(ask(moved, at("2026-11-26 08:00", "Asia/Tokyo")), Permit)
    assert refused(moved, at("2026-11-26 15:00", "Europe/Belgrade")).zone == "Asia/Tokyo"


def test_a_cell_phone_is_called_when_its_home_and_its_area_code_both_allow_it() -> None:
    phone = lead("+12125550100", kind=NumberKind.MOBILE, region="US-CA")
    answer = refused(phone, at("2026-11-26 10:00", "America/New_York"))
    assert answer.until == at("2026-11-26 08:00", "America/Los_Angeles")
    assert refused(phone, at("2026-11-26 18:30", "America/Los_Angeles")).rule == "calling_window"


def test_a_cell_phone_of_a_country_with_many_zones_is_called_when_all_allow_it() -> None:
    anywhere = lead("+61491570156", kind=NumberKind.MOBILE)
    nine_in_sydney = at("2026-11-26 09:00", "Australia/Sydney")
    assert refused(anywhere, nine_in_sydney).until == at("2026-11-26 09:00", "Australia/Perth")


def test_a_number_of_no_zone_is_never_called() -> None:
    answer = refused(lead("+870773111632"), at("2026-11-26 12:00"))
    assert (answer.rule, answer.until, answer.zone) == ("zone_unknown", None, "")


def test_a_zone_that_nobody_knows_is_as_good_as_none() -> None:
    assert refused(lead(zone="Mars/Olympus"), at("2026-11-26 12:00")).rule == "zone_unknown"


@pytest.mark.parametrize(
    "number", ["", "+", "2125550100", "+12", "+1212555O100", "+¹²³⁴⁵", "+12345678901234567", "+0005"]
)
def test_what_is_no_number_is_refused(number: str) -> None:
    assert refused(lead(number), at("2026-11-26 12:00")).rule in {"number_unusable", "zone_unknown"}


def test_nobody_is_called_on_the_campaigns_holidays() -> None:
    statehood = campaign(solicitation=False, holidays=("2026-02-15", "2026-02-16"))
    answer = refused(lead(), at("2026-02-15 12:00"), statehood)
    assert (answer.rule, answer.until) == ("holiday", at("2026-02-17 08:00"))
    assert isinstance(ask(lead(), at("2026-02-14 20:59"), statehood), Permit)


def test_a_holiday_is_one_by_the_called_partys_calendar() -> None:
    closed = campaign(solicitation=False, holidays=("2026-11-27",))
    tokyo = lead(zone="Asia/Tokyo")
    assert isinstance(ask(tokyo, at("2026-11-26 20:00", "Asia/Tokyo"), closed), Permit)
    assert refused(tokyo, at("2026-11-27 08:00", "Asia/Tokyo"), closed).rule == "holiday"


# Clocks are put forward on 2026-03-29 at 02:00 in Belgrade, and back on 2026-10-25 at 03:00.


def test_the_window_opens_by_the_wall_clock_on_the_day_on_which_it_is_put_forward() -> None:
    evening = at("2026-03-28 22:00")
    opening = refused(lead(), evening).until
    assert opening == at("2026-03-29 08:00") == evening + 9 * 3600


def test_the_window_opens_by_the_wall_clock_on_the_day_on_which_it_is_put_back() -> None:
    evening = at("2026-10-24 22:00")
    opening = refused(lead(), evening).until
    assert opening == at("2026-10-25 08:00") == evening + 11 * 3600


def test_a_window_that_begins_in_a_skipped_hour_opens_when_the_clock_is_past_it() -> None:
    week = week_of((CallingWindow(start_minute=2 * 60 + 30, end_minute=4 * 60),))
    zone = ZoneInfo("Europe/Belgrade")
    assert opens(week, never, (zone,), at("2026-03-29 01:00")) == at("2026-03-29 03:30")


def test_a_window_within_a_skipped_hour_opens_the_next_night() -> None:
    week = week_of((CallingWindow(start_minute=2 * 60 + 30, end_minute=3 * 60),))
    zone = ZoneInfo("Europe/Belgrade")
    assert opens(week, never, (zone,), at("2026-03-29 01:00")) == at("2026-03-30 02:30")


def test_a_window_in_a_repeated_hour_opens_twice() -> None:
    week = week_of((CallingWindow(start_minute=2 * 60, end_minute=2 * 60 + 30),))
    zone = ZoneInfo("Europe/Belgrade")
    first = at("2026-10-25 02:00")
    assert opens(week, never, (zone,), at("2026-10-25 01:00")) == first
    assert is_open(week, never, zone, first + 3600 + 60)


def test_zones_that_never_agree_never_open() -> None:
    week = week_of((CallingWindow(start_minute=8 * 60, end_minute=9 * 60),))
    assert opens(week, never, (ZoneInfo("Europe/Belgrade"), ZoneInfo("Asia/Tokyo")), at("2026-11-26 12:00")) is None
