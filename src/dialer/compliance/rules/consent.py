"""Calls that need the called party's consent, which counts only with its source: it may have to be shown."""

from __future__ import annotations

from dialer.campaign import Mode
from dialer.compliance.case import Case
from dialer.compliance.verdict import Refusal
from dialer.lead import NumberKind

AUTOMATED = frozenset({Mode.PROGRESSIVE, Mode.RATIO, Mode.PREDICTIVE, Mode.AGENTLESS})
"""Modes in which no person dials each call. Whether a court calls them automatic is not for us to decide."""


def consent_missing(case: Case) -> Refusal | None:
    """The campaign, or a region, calls nobody who has not agreed."""
    consent = case.lead.consent
    if consent is not None and consent.source:
        return None
    if case.campaign.needs_consent:
        return Refusal("consent_missing", "the campaign calls only who agreed, and no consent with a source is known")
    if case.campaign.solicitation:
        for region in case.place.regions:
            if source := region.sources("consent"):
                return Refusal("consent_missing", f"{region.name} asks for consent to calls that sell ({source})")
    return None


def consent_cell_phone(case: Case) -> Refusal | None:
    """An automated mode would ring a cell phone whose owner did not agree to that."""
    consent, kind = case.lead.consent, case.number.kind
    if case.campaign.mode not in AUTOMATED or kind is NumberKind.FIXED:
        return None
    if consent is not None and consent.source and consent.mobile:
        return None
    for region in case.place.regions:
        for row in region.provisions:
            demand = row.cell_phones
            if demand is not None and (kind is NumberKind.MOBILE or demand.unknown_kind_is_one):
                what = "is" if kind is NumberKind.MOBILE else "may be"
                return Refusal(
                    "consent_cell_phone",
                    f"the number {what} a cell phone's, which mode {case.campaign.mode} may call in {region.name} "
                    f"only with consent to that ({row.source})",
                )
    return None


def consent_prerecorded(case: Case) -> Refusal | None:
    """An announcement would be played to somebody who did not agree to that."""
    consent = case.lead.consent
    if case.campaign.mode is not Mode.AGENTLESS or (consent is not None and consent.source):
        return None
    for region in case.place.regions:
        if source := region.sources("prerecorded"):
            return Refusal("consent_prerecorded", f"{region.name} asks for consent to announcements ({source})")
    return None
