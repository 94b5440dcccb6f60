"""Reports of campaigns on the wire."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from control.reporting import DayReport
from control.schemas.common import Shown
from dialer.lead import LeadState
from dialer.outcome import Outcome


class CampaignDay(Shown):
    """One day of a campaign. Shares are 0 to 1, and null where there is nothing to share."""

    day: date
    attempts: int = Field(description="Calls that were dialled.")
    refused: int = Field(description="Calls that a rule forbade.")
    answered: int = Field(description="Calls that people answered.")
    contacts: int = Field(description="People who talked to an agent, or heard the announcement.")
    right_party: int = Field(description="Conversations with the person asked for, as agents say.")
    conversions: int
    abandoned: int
    abandon_rate: float | None = Field(description="The share of the answered calls that were abandoned.")
    running_abandon_rate: float | None = Field(
        description="The same over the campaign's `abandon_days` that end with this one, with those of its group."
    )
    contact_rate: float | None = Field(description="Contacts of the attempts.")
    conversion_rate: float | None = Field(description="Conversions of the contacts.")
    talk_s: float = Field(description="Of all agents.")
    mean_wait_s: float | None = Field(
        description="From the end of an agent's call to her next one, wrap-up included, breaks of half an hour not."
    )
    utilisation: float | None = Field(description="The share of talk in the time that agents talk and wait.")
    outcomes: dict[Outcome, int]


class CampaignReport(Shown):
    """Some days of a campaign, and how far its lists are now."""

    campaign: str
    zone: str
    days: list[CampaignDay]
    leads: dict[LeadState, int] = Field(description="Its leads by state, now.")
    penetration: float | None = Field(description="The share of leads that are not to be called any more.")


def day_shown(report: DayReport) -> CampaignDay:
    """One day with its shares."""
    attempts, time = report.attempts, report.time
    return CampaignDay(
        day=report.day,
        attempts=attempts.attempts,
        refused=attempts.refused,
        answered=attempts.answered,
        contacts=attempts.contacts,
        right_party=report.right_party,
        conversions=report.conversions,
        abandoned=attempts.abandoned,
        abandon_rate=_share(attempts.abandoned, attempts.answered),
        running_abandon_rate=_share(report.running.abandoned, report.running.answered),
        contact_rate=_share(attempts.contacts, attempts.attempts),
        conversion_rate=_share(report.conversions, attempts.contacts),
        talk_s=round(time.talk_s, 3),
        mean_wait_s=round(time.wait_s / time.waits, 3) if time.waits else None,
        utilisation=_share(time.talk_s, time.talk_s + time.wait_s),
        outcomes=attempts.outcomes,
    )


def _share(part: float, whole: float) -> float | None:
    return round(part / whole, 4) if whole else None
