"""Lists of who must not be called: the centre's own, a client's, a campaign's, and national ones."""

from __future__ import annotations

from collections.abc import Iterator

from dialer.compliance.book import ImportedList, Scope
from dialer.compliance.case import Case
from dialer.compliance.region import ListDemand
from dialer.compliance.verdict import Refusal

HOUR_S = 3_600.0
DAY_S = 24 * HOUR_S
ASK_AGAIN_S = HOUR_S
"""A list that is missing or too old may be imported at any time."""


def dnc_own(case: Case) -> Refusal | None:
    """The number is on the centre's own list: whoever asked anybody here not to call again (47 CFR 64.1200(d))."""
    if case.book.forbids(case.number.number, Scope.OWN, "", case.now):
        return Refusal("dnc_own", "the number is on the centre's own do-not-call list")
    return None


def dnc_client(case: Case) -> Refusal | None:
    """The number is on the list of the business on whose behalf the campaign calls."""
    client = case.campaign.client
    if client and case.book.forbids(case.number.number, Scope.CLIENT, client, case.now):
        return Refusal("dnc_client", f"the number is on the do-not-call list of the client {client}")
    return None


def dnc_campaign(case: Case) -> Refusal | None:
    """The number is on the campaign's own list."""
    if case.book.forbids(case.number.number, Scope.CAMPAIGN, case.campaign.id, case.now):
        return Refusal("dnc_campaign", f"the number is on the do-not-call list of the campaign {case.campaign.id}")
    return None


def dnc_list_missing(case: Case) -> Refusal | None:
    """A region demands that a list be looked at, and nobody imported it."""
    for demand, found in _demanded(case):
        if found is None and demand.required:
            detail = f"the do-not-call list {demand.name} was never imported"
            return Refusal("dnc_list_missing", detail, case.now + ASK_AGAIN_S)
    return None


def dnc_list_too_old(case: Case) -> Refusal | None:
    """A list that a region demands is there, and too old to be relied upon."""
    for demand, found in _demanded(case):
        if found is not None and case.now - found.taken_at > demand.max_age_days * DAY_S:
            age = (case.now - found.taken_at) / DAY_S
            detail = f"the do-not-call list {demand.name} is {age:.1f} days old, {demand.max_age_days:g} are allowed"
            return Refusal("dnc_list_too_old", detail, case.now + ASK_AGAIN_S)
    return None


def dnc_national(case: Case) -> Refusal | None:
    """The number is on a list that a region demands, and its owner did not agree to be called."""
    for demand, found in _demanded(case):
        if found is not None and case.number.number in found:
            return Refusal("dnc_national", f"the number is on the do-not-call list {demand.name}")
    return None


def _demanded(case: Case) -> Iterator[tuple[ListDemand, ImportedList | None]]:
    """What the regions demand of this call: national lists bind those who sell and were not asked to
    (16 CFR 310.4(b)(1)(iii)(B)).
    """
    if not case.campaign.solicitation or _agreed(case):
        return
    for demanded in case.place.demands["imported_list"]:
        demand = demanded.row.imported_list
        if demand is not None:
            yield demand, case.book.imported(demand.name)


def _agreed(case: Case) -> bool:
    return case.lead.consent is not None and bool(case.lead.consent.source)
