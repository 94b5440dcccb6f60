"""Flows: the IVR. A number leads into one by a route to `flow:id`."""

from __future__ import annotations

from fastapi import Response

from control.dependencies import DryRun, ServedCentre, ServedConfiguration
from control.nouns import Flow
from control.paging import Cursor, Limit
from control.routers.declaring import DELETED, FOUND, api_router, declare, get_one, get_page, written
from control.schemas.common import Page, Slug
from control.schemas.flow import FlowDeclared, FlowShown

router = api_router("/flows", "flows")


@router.get("")
async def list_flows(centre: ServedCentre, limit: Limit = 100, cursor: Cursor = None) -> Page[FlowShown]:
    """All flows, by id."""
    async with centre.store.read() as records:
        return await get_page(records.flows, limit, cursor, FlowShown)


@router.get("/{id}", responses=FOUND)
async def get_flow(id: Slug, centre: ServedCentre) -> FlowShown:
    """One flow."""
    async with centre.store.read() as records:
        return await get_one(records.flows, id, FlowShown, "flow")


@router.put("/{id}", responses=written(FlowShown))
async def put_flow(
    id: Slug, body: FlowDeclared, configuration: ServedConfiguration, response: Response, dry_run: DryRun = False
) -> FlowShown:
    """Declare a flow, checked as a whole. Calls that are in it follow it as it was."""
    flow = Flow(id=id, name=body.name or id, steps=body.read_steps(), language=body.read_language())
    await declare(configuration, flow, response, dry_run=dry_run)
    return FlowShown.model_validate(flow)


@router.delete("/{id}", status_code=204, responses=DELETED)
async def delete_flow(id: Slug, configuration: ServedConfiguration, dry_run: DryRun = False) -> None:
    """Forget a flow to which nothing leads."""
    async with configuration.edit(dry_run=dry_run) as edit:
        await edit.delete("flow", id)
