"""Campaigns: how they are set up, and whether they run."""

from __future__ import annotations

from fastapi import Response

from control.dependencies import DryRun, ServedCentre, ServedConfiguration
from control.errors import NotFound, Refused
from control.paging import Cursor, Limit, cut, read_cursor
from control.ports import Centre
from control.routers.declaring import DELETED, FOUND, PROBLEM, api_router, declare, written
from control.schemas.campaign import CampaignDeclared, CampaignShown, campaign_shown
from control.schemas.common import Page, Slug
from dialer.campaign import Run

router = api_router("/campaigns", "campaigns")

RUNS = FOUND | {409: PROBLEM | {"description": "Its present state does not allow it"}}


@router.get("")
async def list_campaigns(centre: ServedCentre, limit: Limit = 100, cursor: Cursor = None) -> Page[CampaignShown]:
    """All campaigns, by id."""
    async with centre.store.read() as records:
        found = await records.campaigns.page(limit + 1, read_cursor(cursor, str) if cursor else "")
    page, next_cursor = cut(found, limit, lambda campaign: campaign.id)
    return Page(
        items=[campaign_shown(campaign, centre.dialer.run(campaign.id)) for campaign in page], next_cursor=next_cursor
    )


@router.get("/{id}", responses=FOUND)
async def get_campaign(id: Slug, centre: ServedCentre) -> CampaignShown:
    """One campaign."""
    return await _shown(centre, id)


@router.put("/{id}", responses=written(CampaignShown))
async def put_campaign(
    id: Slug,
    body: CampaignDeclared,
    centre: ServedCentre,
    configuration: ServedConfiguration,
    response: Response,
    dry_run: DryRun = False,
) -> CampaignShown:
    """Declare a campaign. The next call is dialled by the new rules; whether it runs is left as it is."""
    campaign = body.value(id)
    await declare(configuration, campaign, response, dry_run=dry_run)
    return campaign_shown(campaign, centre.dialer.run(id))


@router.delete("/{id}", status_code=204, responses=DELETED)
async def delete_campaign(
    id: Slug, centre: ServedCentre, configuration: ServedConfiguration, dry_run: DryRun = False
) -> None:
    """Forget a campaign that is stopped, and its leads. What is written of its attempts stays."""
    if centre.dialer.run(id).run is not Run.STOPPED:
        raise Refused(f"campaign {id} runs; stop it first")
    async with configuration.edit(dry_run=True) as edit:
        await edit.delete("campaign", id)
    if not dry_run:
        await centre.imports.forget_campaign(id)
        await centre.leads.forget_campaign(id)
        async with configuration.edit() as edit:
            await edit.delete("campaign", id)


@router.post("/{id}/start", responses=RUNS)
async def start_campaign(id: Slug, centre: ServedCentre) -> CampaignShown:
    """Let it dial, from `starts_at` on where that is to come."""
    await centre.dialer.set_run(id, Run.RUNNING)
    return await _shown(centre, id)


@router.post("/{id}/pause", responses=RUNS)
async def pause_campaign(id: Slug, centre: ServedCentre) -> CampaignShown:
    """No new calls; those under way go on."""
    await centre.dialer.set_run(id, Run.PAUSED)
    return await _shown(centre, id)


@router.post("/{id}/stop", responses=RUNS)
async def stop_campaign(id: Slug, centre: ServedCentre) -> CampaignShown:
    """No new calls, and nothing stays reserved; calls under way go on."""
    await centre.dialer.set_run(id, Run.STOPPED)
    return await _shown(centre, id)


async def _shown(centre: Centre, id: str) -> CampaignShown:
    async with centre.store.read() as records:
        campaign = await records.campaigns.get(id)
    if campaign is None:
        raise NotFound(f"there is no campaign {id}")
    return campaign_shown(campaign, centre.dialer.run(id))
