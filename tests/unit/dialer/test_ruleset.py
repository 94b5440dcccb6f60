"""The rule set: its tables, its version, and what the documentation says of it."""

from __future__ import annotations

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.unit.dialer.book import Pages, at, campaign, lead

from dialer.campaign import CallingWindow
from dialer.compliance.permit import RULES, permit
from dialer.compliance.region import read_region
from dialer.compliance.ruleset import RuleSet, standard
from dialer.compliance.verdict import Permit, Refusal
from dialer.compliance.week import parse_week

ROOT = Path(__file__).parents[3]


def test_the_documentation_explains_every_rule_in_the_order_in_which_they_are_asked() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "compliance.md").read_text(), re.MULTILINE)
    assert rows == ["number_unusable", *(rule.__name__ for rule in RULES)]


def test_every_provision_has_a_source() -> None:
    regions = standard().regions.values()
    assert [region.code for region in regions if not all(row.source.strip() for row in region.provisions)] == []
    assert all(region.provisions for region in regions)


def test_every_region_leaves_hours_in_which_somebody_may_be_called() -> None:
    assert [region.code for region in standard().regions.values() if not any(region.week)] == []


@pytest.mark.parametrize("area_code", [203, 305, 212, 850, 907, 808, 787])
def test_every_area_code_has_zones(area_code: int) -> None:
    who = lead(f"+1{area_code}5550100")
    place = standard().place(who, who.numbers[0])
    assert place.codes[0] == "US"
    assert place.codes[1].startswith("US-")
    assert place.zones


def test_every_zone_that_the_tables_name_is_one() -> None:
    rules = standard()
    for area in range(200, 1000):
        who = lead(f"+1{area}5550100")
        assert all(isinstance(zone, ZoneInfo) for zone in rules.place(who, who.numbers[0]).zones)


def test_a_number_of_the_caribbean_is_not_one_of_the_united_states() -> None:
    who = lead("+18765550100")
    assert standard().place(who, who.numbers[0]).codes == ("JM",)


def test_the_version_names_data_and_code() -> None:
    assert re.fullmatch(r"\d{4}-\d\d-\d\d\+[0-9a-f]{12}", standard().version)


def test_public_holidays_are_those_of_the_region() -> None:
    row = {"name": "Alabama", "provisions": [{"holidays": "public", "source": "here"}]}
    world = {"regions": {"US-AL": row}, "default": {"name": "", "provisions": []}}
    rules = RuleSet(world, {"states": {}, "split": {}}, "test")
    who = lead("+12055550100", zone="America/Chicago", region="US-AL")
    thanksgiving, friday = (at(f"2026-11-{day} 12:00", "America/Chicago") for day in (26, 27))
    refused = permit(who, who.numbers[0], campaign(), Pages(), thanksgiving, rules)
    assert isinstance(refused, Refusal)
    assert (refused.rule, refused.until) == ("holiday", at("2026-11-27 08:00", "America/Chicago"))
    assert isinstance(permit(who, who.numbers[0], campaign(), Pages(), friday, rules), Permit)


@pytest.mark.parametrize("hours", ["8-21:00:00", "08:00", "08:00-25:00", {"mo": "08:00-21:00"}, "late"])
def test_hours_that_are_none_are_refused(hours: str | dict[str, str]) -> None:
    with pytest.raises(ValueError):
        parse_week(hours)


def test_a_provision_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown field"):
        read_region("XX", {"name": "", "provisions": [{"source": "here", "tolls": 3}]})


@pytest.mark.parametrize(
    ("number", "clock", "zone", "rule"),
    [
        ("+14015550100", "2026-11-25 18:00", "America/New_York", "calling_window"),
        ("+18015550100", "2026-11-22 12:00", "America/Denver", "calling_window"),
        ("+18015550100", "2026-11-26 12:00", "America/Denver", "holiday"),
        ("+12145550100", "2026-11-22 11:59", "America/Chicago", "calling_window"),
        ("+12145550100", "2026-11-22 12:00", "America/Chicago", None),
        ("+14165550100", "2026-11-21 18:00", "America/Toronto", "calling_window"),
        ("+14165550100", "2026-11-20 21:29", "America/Toronto", None),
        ("+33142345678", "2026-11-25 13:30", "Europe/Paris", "calling_window"),
        ("+33142345678", "2026-11-11 11:00", "Europe/Paris", "holiday"),
        ("+390612345678", "2026-11-21 19:00", "Europe/Rome", "calling_window"),
        ("+34912345678", "2026-11-21 12:00", "Europe/Madrid", "calling_window"),
        ("+4930123456", "2026-11-21 12:00", "Europe/Berlin", None),
        ("+56221234567", "2026-11-22 20:59", "America/Santiago", None),
    ],
)
def test_the_tables_say_when_somebody_may_be_called(number: str, clock: str, zone: str, rule: str | None) -> None:
    who = lead(number, zone=zone)
    how = campaign(solicitation=False, windows=(CallingWindow(start_minute=0, end_minute=1440),))
    answer = permit(who, who.numbers[0], how, Pages(), at(clock, zone))
    assert (answer.rule if isinstance(answer, Refusal) else None) == rule


def test_some_countries_let_nobody_be_sold_anything_without_consent() -> None:
    noon = at("2026-11-25 12:00", "Europe/Berlin")
    asked = [lead("+4930123456"), lead("+33142345678"), lead("+34912345678"), lead("+4312345678")]
    answers = [permit(who, who.numbers[0], campaign(), Pages(), noon) for who in asked]
    assert [answer.rule for answer in answers if isinstance(answer, Refusal)] == ["consent_missing"] * 4
