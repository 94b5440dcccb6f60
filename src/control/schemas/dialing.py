"""Campaigns as they run, and leads before agents, on the wire."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from control.nouns import Campaign
from control.schemas.common import Declared, Instant, Shown, Slug
from control.store.campaigns import CampaignRun
from dialer.attempt import UNANSWERED, Stage
from dialer.campaign import Run
from dialer.events import Activity
from dialer.previewing import Shown as ShownLead
from dialer.running import Running

E164 = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{3,14}$")]


class CampaignLive(Shown):
    """A campaign at this moment."""

    id: str
    name: str
    run: Run
    reason: str = Field(description="Why it does not run, where nobody stopped it.")
    agents_idle: int
    agents_talking: int
    agents_wrap_up: int
    dialling: int = Field(description="Calls that nobody has answered yet.")
    judging: int = Field(description="Answered calls of which is not known yet whether by a person.")
    waiting: int = Field(description="People who wait for an agent.")
    talking: int = Field(description="People who talk to an agent.")
    leads_at_hand: int
    out_of_leads: bool = Field(description="Whether nothing is due at present.")
    next_lead_at: Instant | None = Field(description="When the next lead is due, where none is.")
    conversions: int
    abandon_rate: float = Field(description="The share of answered live calls that were abandoned, over its days.")
    held_until: Instant | None = Field(description="Until when a network that refuses calls is left alone.")


class LeadBefore(Shown):
    """A lead that an agent looks at before it is dialled."""

    campaign: str
    lead: int
    numbers: list[str]
    language: str
    fields: dict[str, str]
    tried: int = Field(description="How often it was called before.")
    disposition: str
    script: str = Field(description="What to say, the lead's fields filled in.")
    until: Instant = Field(description="When it is dialled by itself.")


class PreviewAnswer(Declared):
    """What an agent does with the lead before her."""

    dial: bool = Field(description="False skips it; it is shown again later.")


class LeadCallAsked(Declared):
    """An agent calls somebody for a campaign: a lead, or a number that becomes one."""

    agent: Slug
    number: E164 | None = Field(default=None, description="In E.164, with its plus.")
    lead: int | None = Field(default=None, ge=1, le=2**53)

    @model_validator(mode="after")
    def _one_of_both(self) -> LeadCallAsked:
        if (self.number is None) is (self.lead is None):
            raise ValueError("expected either a number or a lead")
        return self


class LeadCallMade(Shown):
    """A call of a campaign that an agent asked for."""

    call: str


def campaign_live(running: Running, run: CampaignRun, abandon_rate: float) -> CampaignLive:
    """The figures of a campaign."""
    stages = Counter(attempt.stage for attempt in running.attempts.values())
    activities = Counter(seen.activity for seen in running.agents.values())
    empty = not running.hopper and not running.fetching
    return CampaignLive.model_validate(
        {
            "id": running.campaign.id,
            "name": running.campaign.name or running.campaign.id,
            "run": run.run,
            "reason": run.reason,
            "agents_idle": activities[Activity.IDLE],
            "agents_talking": activities[Activity.TALKING],
            "agents_wrap_up": activities[Activity.WRAP_UP],
            "dialling": sum(stages[stage] for stage in UNANSWERED),
            "judging": stages[Stage.JUDGING],
            "waiting": stages[Stage.QUEUED],
            "talking": stages[Stage.CONNECTED],
            "leads_at_hand": len(running.hopper),
            "out_of_leads": empty,
            "next_lead_at": running.next_due if empty else None,
            "conversions": running.conversions,
            "abandon_rate": abandon_rate,
            "held_until": running.held_until or None,
        }
    )


def lead_before(shown: ShownLead, campaign: Campaign) -> LeadBefore:
    """What an agent sees."""
    lead = shown.lead
    return LeadBefore.model_validate(
        {
            "campaign": campaign.id,
            "lead": lead.id,
            "numbers": [one.number for one in lead.numbers if not one.dead],
            "language": lead.language or campaign.language,
            "fields": lead.fields,
            "tried": len(lead.tried),
            "disposition": lead.disposition,
            "script": filled_in(campaign.script, lead.fields),
            "until": shown.until,
        }
    )


def filled_in(script: str, fields: dict[str, str]) -> str:
    """A script with the lead's fields in place of ``{field}``; what the lead does not have stays as it is written."""
    for name, value in fields.items():
        script = script.replace("{" + name + "}", value)
    return script
