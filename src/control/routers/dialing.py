"""Campaigns as they run: their figures, leads before agents, calls that agents ask for."""

from __future__ import annotations

from control.dependencies import ServedCentre
from control.errors import NotFound
from control.routers.declaring import BODY, FOUND, PROBLEM, api_router
from control.schemas.common import Slug
from control.schemas.dialing import CampaignLive, LeadBefore, LeadCallAsked, LeadCallMade, PreviewAnswer

router = api_router("", "campaigns")

REFUSED = FOUND | {409: PROBLEM | {"description": "Its present state, or a rule of compliance, does not allow it"}}


@router.get("/campaigns/{id}/live", responses=FOUND)
async def get_campaign_live(id: Slug, centre: ServedCentre) -> CampaignLive:
    """What a campaign does at this moment."""
    live = centre.dialer.live(id)
    if live is None:
        raise NotFound(f"there is no campaign {id}")
    return live


@router.post("/campaigns/{id}/calls", status_code=202, responses=BODY | REFUSED)
async def call_for_campaign(id: Slug, body: LeadCallAsked, centre: ServedCentre) -> LeadCallMade:
    """Let an agent call somebody for a campaign that runs: her phone rings first. The rules are asked as for any
    other call, and the ledger has it."""
    return LeadCallMade(call=await centre.dialer.call(id, body.agent, number=body.number or "", lead=body.lead))


@router.get("/agents/{id}/lead", responses=FOUND)
async def get_lead_before_agent(id: Slug, centre: ServedCentre) -> LeadBefore:
    """The lead that an agent of a preview campaign looks at."""
    before = centre.dialer.before(id)
    if before is None:
        raise NotFound(f"no lead is before {id}")
    return before


@router.post("/agents/{id}/lead", status_code=204, responses=BODY | REFUSED)
async def answer_lead_before_agent(id: Slug, body: PreviewAnswer, centre: ServedCentre) -> None:
    """Dial the lead that the agent looks at, or skip it."""
    centre.dialer.answer_preview(id, dials=body.dial)
