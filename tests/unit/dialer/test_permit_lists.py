"""Do-not-call lists and consent."""

from __future__ import annotations

import pytest
from tests.unit.dialer.book import BELGRADE, ListOf, Pages, at, campaign, lead

from dialer.campaign import Campaign, Mode
from dialer.compliance.book import Scope
from dialer.compliance.permit import permit
from dialer.compliance.verdict import Permit, Refusal
from dialer.lead import Consent, Lead, NumberKind

NOON = at("2026-11-26 12:00", "America/New_York")
DAY = 86_400.0
NEW_YORK = "+12125550100"
WRITTEN = Consent("form of 2026-01-05")


@pytest.fixture
def book() -> Pages:
    """No list but a fresh national one of the United States, with one number on it."""
    pages = Pages()
    pages.lists["us"] = ListOf(NOON - DAY, "+12125550199")
    return pages


def rule_of(who: Lead, book: Pages, how: Campaign | None = None, now: float = NOON) -> str | None:
    """The rule that refuses the call of a lead's first number; None where none does."""
    answer = permit(who, who.numbers[0], how or campaign(), book, now)
    return answer.rule if isinstance(answer, Refusal) else None


def test_nobody_on_the_own_list_is_called_for_anybody(book: Pages) -> None:
    book.forbidden.add((BELGRADE, Scope.OWN, ""))
    assert rule_of(lead(), book) == "dnc_own"
    assert rule_of(lead(), book, campaign(client="other", solicitation=False)) == "dnc_own"


def test_a_clients_list_binds_its_own_campaigns(book: Pages) -> None:
    book.forbidden.add((BELGRADE, Scope.CLIENT, "acme"))
    assert rule_of(lead(), book) == "dnc_client"
    assert rule_of(lead(), book, campaign(client="other")) is None


def test_a_campaigns_list_binds_it_alone(book: Pages) -> None:
    book.forbidden.add((BELGRADE, Scope.CAMPAIGN, "spring"))
    assert rule_of(lead(), book) == "dnc_campaign"
    book.forbidden = {(BELGRADE, Scope.CAMPAIGN, "autumn")}
    assert rule_of(lead(), book) is None


def test_consent_does_not_lift_a_wish_not_to_be_called(book: Pages) -> None:
    book.forbidden.add((BELGRADE, Scope.OWN, ""))
    assert rule_of(lead(consent=WRITTEN), book) == "dnc_own"


def test_nobody_on_the_national_list_is_sold_anything(book: Pages) -> None:
    assert rule_of(lead("+12125550199"), book) == "dnc_national"
    assert rule_of(lead(NEW_YORK), book) is None


def test_consent_with_its_source_lifts_the_national_list(book: Pages) -> None:
    assert rule_of(lead("+12125550199", consent=WRITTEN), book) is None
    assert rule_of(lead("+12125550199", consent=Consent("")), book) == "dnc_national"


def test_calls_that_sell_nothing_are_not_bound_by_the_national_list(book: Pages) -> None:
    assert rule_of(lead("+12125550199"), book, campaign(solicitation=False)) is None


def test_a_national_list_older_than_31_days_refuses_everybody(book: Pages) -> None:
    book.lists["us"] = ListOf(NOON - 31 * DAY)
    assert rule_of(lead(NEW_YORK), book) is None
    book.lists["us"] = ListOf(NOON - 31 * DAY - 1)
    answer = permit(lead(NEW_YORK), lead(NEW_YORK).numbers[0], campaign(), book, NOON)
    assert isinstance(answer, Refusal)
    assert answer.rule == "dnc_list_too_old"
    assert answer.until is not None, "it ends with the next import"


def test_without_the_national_list_nobody_there_is_sold_anything(book: Pages) -> None:
    del book.lists["us"]
    assert rule_of(lead(NEW_YORK), book) == "dnc_list_missing"
    assert rule_of(lead(BELGRADE), book, now=at("2026-11-26 12:00")) is None, "Serbia's register need not be imported"


def test_who_is_on_a_list_for_good_is_not_told_to_wait_for_a_newer_one(book: Pages) -> None:
    book.lists["us"] = ListOf(NOON - 40 * DAY, NEW_YORK)
    assert rule_of(lead(NEW_YORK), book) == "dnc_national"


def test_a_campaign_that_asks_for_consent_calls_nobody_without(book: Pages) -> None:
    strict = campaign(needs_consent=True)
    assert rule_of(lead(), book, strict) == "consent_missing"
    assert rule_of(lead(consent=Consent("")), book, strict) == "consent_missing"
    assert rule_of(lead(consent=WRITTEN), book, strict) is None


@pytest.mark.parametrize("mode", [Mode.PROGRESSIVE, Mode.RATIO, Mode.PREDICTIVE, Mode.AGENTLESS])
def test_automated_modes_ring_cell_phones_of_the_united_states_only_with_consent_to_that(
    mode: Mode, book: Pages
) -> None:
    cell = NumberKind.MOBILE
    rule = "consent_prerecorded" if mode is Mode.AGENTLESS else "consent_cell_phone"
    assert rule_of(lead(NEW_YORK, kind=cell), book, campaign(mode=mode)) == rule
    assert rule_of(lead(NEW_YORK, kind=cell, consent=WRITTEN), book, campaign(mode=mode)) == "consent_cell_phone"
    to_cell = Consent("form of 2026-01-05", mobile=True)
    assert rule_of(lead(NEW_YORK, kind=cell, consent=to_cell), book, campaign(mode=mode)) is None


def test_agents_ring_cell_phones_that_they_looked_at(book: Pages) -> None:
    assert rule_of(lead(NEW_YORK, kind=NumberKind.MOBILE), book, campaign(mode=Mode.PREVIEW)) is None
    assert rule_of(lead(NEW_YORK, kind=NumberKind.MOBILE), book, campaign(mode=Mode.MANUAL)) is None


def test_a_number_of_which_nothing_is_known_may_be_a_cell_phones(book: Pages) -> None:
    unknown = lead(NEW_YORK, kind=NumberKind.UNKNOWN)
    assert rule_of(unknown, book, campaign(mode=Mode.PREDICTIVE)) == "consent_cell_phone"
    assert rule_of(lead(NEW_YORK), book, campaign(mode=Mode.PREDICTIVE)) is None


def test_cell_phones_elsewhere_have_no_rule_of_their_own(book: Pages) -> None:
    mobile = lead("+381641234567", kind=NumberKind.MOBILE)
    assert rule_of(mobile, book, campaign(mode=Mode.PREDICTIVE)) is None


def test_announcements_to_the_united_states_need_consent(book: Pages) -> None:
    assert rule_of(lead(NEW_YORK), book, campaign(mode=Mode.AGENTLESS)) == "consent_prerecorded"
    assert rule_of(lead(NEW_YORK, consent=WRITTEN), book, campaign(mode=Mode.AGENTLESS)) is None


def test_a_refusal_names_its_rule_in_words_for_people(book: Pages) -> None:
    book.forbidden.add((BELGRADE, Scope.CLIENT, "acme"))
    answer = permit(lead(), lead().numbers[0], campaign(), book, NOON)
    expected = "the number is on the do-not-call list of the client acme"
    assert answer == Refusal("dnc_client", expected, None, "Europe/Belgrade")
    assert not isinstance(answer, Permit)
