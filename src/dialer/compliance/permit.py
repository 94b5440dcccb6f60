"""``permit``: may this number be called now? Every rule is asked; the first that refuses is named."""

from __future__ import annotations

from msgspec.structs import replace

from dialer.campaign import Campaign
from dialer.compliance.book import Book
from dialer.compliance.case import Rule, case_of
from dialer.compliance.rules.attempts import (
    attempts_ever,
    attempts_per_day,
    attempts_per_week,
    minimum_gap,
    number_ever,
    number_per_day,
    number_per_week,
    region_attempts,
)
from dialer.compliance.rules.consent import consent_cell_phone, consent_missing, consent_prerecorded
from dialer.compliance.rules.do_not_call import (
    dnc_campaign,
    dnc_client,
    dnc_list_missing,
    dnc_list_too_old,
    dnc_national,
    dnc_own,
)
from dialer.compliance.rules.hours import calling_window, holiday, zone_unknown
from dialer.compliance.ruleset import RuleSet, standard
from dialer.compliance.verdict import Permit, Refusal
from dialer.lead import Lead, LeadNumber

RULES: tuple[Rule, ...] = (
    dnc_own,
    dnc_client,
    dnc_campaign,
    consent_missing,
    consent_prerecorded,
    consent_cell_phone,
    dnc_national,
    attempts_ever,
    number_ever,
    zone_unknown,
    dnc_list_missing,
    dnc_list_too_old,
    attempts_per_week,
    number_per_week,
    attempts_per_day,
    number_per_day,
    region_attempts,
    minimum_gap,
    holiday,
    calling_window,
)
"""In this order: what is forbidden for good first, so that a refusal that ends by itself is not told of a dead lead."""


def permit(
    lead: Lead, number: LeadNumber, campaign: Campaign, book: Book, now: float, rules: RuleSet | None = None
) -> Permit | Refusal:
    """Whether ``number`` of ``lead`` may be called for ``campaign`` at ``now`` (seconds since the epoch).

    ``rules`` are the program's own where None. What it costs does not depend on the length of any list. Never raises.
    """
    plausible = number.number[:1] == "+" and 4 <= len(number.number) <= 16 and number.number[1:].isascii()
    if not (plausible and number.number[1:].isdigit()):
        return Refusal("number_unusable", "it is not a number in E.164, such as +381112345678")
    place = (rules or standard()).place(lead, number)
    case = case_of(lead, number, campaign, book, now, place)
    zones = place.zones
    for rule in RULES:
        refusal = rule(case)
        if refusal is not None:
            return replace(refusal, zone=zones[0].key) if zones else refusal
    return Permit(zones[0].key, tuple(zone.key for zone in zones), place.codes)
