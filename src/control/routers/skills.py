"""Skills: what agents are good at and queues ask for."""

from __future__ import annotations

from fastapi import Response

from control.dependencies import DryRun, ServedCentre, ServedConfiguration
from control.nouns import Skill
from control.paging import Cursor, Limit
from control.routers.declaring import DELETED, FOUND, api_router, declare, get_one, get_page, to_value, written
from control.schemas.common import Page, Slug
from control.schemas.skill import SkillDeclared, SkillShown

router = api_router("/skills", "skills")


@router.get("")
async def list_skills(centre: ServedCentre, limit: Limit = 100, cursor: Cursor = None) -> Page[SkillShown]:
    """All skills, by id."""
    async with centre.store.read() as records:
        return await get_page(records.skills, limit, cursor, SkillShown)


@router.get("/{id}", responses=FOUND)
async def get_skill(id: Slug, centre: ServedCentre) -> SkillShown:
    """One skill."""
    async with centre.store.read() as records:
        return await get_one(records.skills, id, SkillShown, "skill")


@router.put("/{id}", responses=written(SkillShown))
async def put_skill(
    id: Slug, body: SkillDeclared, configuration: ServedConfiguration, response: Response, dry_run: DryRun = False
) -> SkillShown:
    """Declare a skill. `and`, `or` and `not` are words of the requirement language, not skills."""
    skill = to_value(Skill, body, id=id)
    await declare(configuration, skill, response, dry_run=dry_run)
    return SkillShown.model_validate(skill)


@router.delete("/{id}", status_code=204, responses=DELETED)
async def delete_skill(id: Slug, configuration: ServedConfiguration, dry_run: DryRun = False) -> None:
    """Forget a skill that no agent has and no queue asks for."""
    async with configuration.edit(dry_run=dry_run) as edit:
        await edit.delete("skill", id)
