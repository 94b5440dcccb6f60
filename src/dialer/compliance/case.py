"""One question to the rules: everything that they may look at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from msgspec import Struct

from dialer.campaign import Campaign
from dialer.compliance.book import Book
from dialer.compliance.ruleset import Place
from dialer.compliance.verdict import Refusal
from dialer.lead import Lead, LeadNumber
from dialer.outcome import Outcome


class Case(Struct):
    """May this number of this lead be called for this campaign at this moment?"""

    lead: Lead
    number: LeadNumber
    campaign: Campaign
    book: Book
    now: float
    place: Place
    calls: Sequence[float]
    """When the lead was called at any of its numbers, the first time first."""
    calls_of_number: Sequence[float]
    """When the lead was called at this number."""
    calls_for_client: Sequence[float]
    """When this number was called on behalf of the campaign's client in the last week, for whichever lead."""


def case_of(lead: Lead, number: LeadNumber, campaign: Campaign, book: Book, now: float, place: Place) -> Case:
    """The question, with the calls of the past. An attempt that found no way out of our network rang nobody, and does
    not count.
    """
    rang = [tried for tried in lead.tried if tried.outcome is not Outcome.CONGESTION]
    of_number = [tried.at for tried in rang if tried.number == number.number]
    known = book.calls(campaign.client, number.number)
    return Case(
        lead, number, campaign, book, now, place,
        calls=[tried.at for tried in rang],
        calls_of_number=of_number,
        calls_for_client=known if len(known) >= len(of_number) else of_number,
    )  # fmt: skip


Rule: TypeAlias = Callable[[Case], Refusal | None]
"""None where the rule has nothing against the call. A rule's name is its slug, and ``rule`` of its refusals."""
