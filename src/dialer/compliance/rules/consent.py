"""Calls that need the called party's consent, which counts only with its source: it may have to be shown."""

from __future__ import annotations

from dialer.campaign import Mode
from dialer.compliance.case import Case
from dialer.compliance.verdict import Refusal
from dialer.lead import Lead, NumberKind

AUTOMATED = frozenset({Mode.PROGRESSIVE, Mode.RATIO, Mode.PREDICTIVE, Mode.AGENTLESS})
"""Modes in which no person dials each call. Whether a court calls them automatic is not for us to decide."""


def consent_missing(case: Case) -> Refusal | None:
    """The campaign, or a region, calls nobody who has not agreed."""
    if _agreed(case.lead):
        return None
    if case.campaign.needs_consent:
        return Refusal("consent_missing", "the campaign calls only who agreed, and no consent with a source is known")
    if case.campaign.solicitation:
        for demand in case.place.demands["consent"]:
            detail = f"{demand.region.name} asks for consent to calls that sell ({demand.row.source})"
            return Refusal("consent_missing", detail)
    return None


def consent_prerecorded(case: Case) -> Refusal | None:
    """An announcement would be played to somebody who did not agree to that."""
    if case.campaign.mode is not Mode.AGENTLESS or _agreed(case.lead):
        return None
    for demand in case.place.demands["prerecorded"]:
        detail = f"{demand.region.name} asks for consent to announcements ({demand.row.source})"
        return Refusal("consent_prerecorded", detail)
    return None


def consent_cell_phone(case: Case) -> Refusal | None:
    """An automated mode would ring a cell phone whose owner did not agree to that."""
    consent, kind, mode = case.lead.consent, case.number.kind, case.campaign.mode
    if mode not in AUTOMATED or kind is NumberKind.FIXED:
        return None
    if consent is not None and consent.mobile and _agreed(case.lead):
        return None
    for demand in case.place.demands["cell_phones"]:
        rule = demand.row.cell_phones
        if rule is not None and (kind is NumberKind.MOBILE or rule.unknown_kind_is_one):
            whose = "is" if kind is NumberKind.MOBILE else "may be"
            asks = f"{demand.region.name} asks for consent to mode {mode} ({demand.row.source})"
            return Refusal("consent_cell_phone", f"the number {whose} a cell phone's, for which {asks}")
    return None


def _agreed(lead: Lead) -> bool:
    return lead.consent is not None and bool(lead.consent.source)
