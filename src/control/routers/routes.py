"""Routes: which number leads where. The extensions of agents and queues are routes by themselves."""

from __future__ import annotations

from fastapi import Response

from control.dependencies import DryRun, ServedCentre, ServedConfiguration
from control.nouns import Route
from control.paging import Cursor, Limit
from control.routers.declaring import DELETED, FOUND, api_router, declare, get_one, get_page, to_value, written
from control.schemas.common import Page
from control.schemas.route import NumberPattern, RouteDeclared, RouteShown

router = api_router("/routes", "routes")


@router.get("")
async def list_routes(centre: ServedCentre, limit: Limit = 100, cursor: Cursor = None) -> Page[RouteShown]:
    """All routes, by number."""
    async with centre.store.read() as records:
        return await get_page(records.routes, limit, cursor, RouteShown, key="number")


@router.get("/{number}", responses=FOUND)
async def get_route(number: NumberPattern, centre: ServedCentre) -> RouteShown:
    """One route, by the number or pattern it was declared with."""
    async with centre.store.read() as records:
        return await get_one(records.routes, number, RouteShown, "route")


@router.put("/{number}", responses=written(RouteShown))
async def put_route(
    number: NumberPattern,
    body: RouteDeclared,
    configuration: ServedConfiguration,
    response: Response,
    dry_run: DryRun = False,
) -> RouteShown:
    """Declare where a number leads. In a pattern `X` is any digit, and a `.` at the end one or more of them."""
    route = to_value(Route, body, number=number)
    await declare(configuration, route, response, dry_run=dry_run)
    return RouteShown.model_validate(route)


@router.delete("/{number}", status_code=204, responses=DELETED)
async def delete_route(number: NumberPattern, configuration: ServedConfiguration, dry_run: DryRun = False) -> None:
    """Forget a route."""
    async with configuration.edit(dry_run=dry_run) as edit:
        await edit.delete("route", number)
