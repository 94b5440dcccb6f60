"""Agents: who they are, what they want, what they do."""

from __future__ import annotations

from fastapi import Response

from control.credentials import ha1_md5, ha1_sha256, pin_hash
from control.dependencies import DryRun, ServedCentre, ServedConfiguration, ServedContext
from control.errors import Invalid, NotFound
from control.nouns import Agent, Forward
from control.paging import Cursor, Limit
from control.ports import Centre
from control.routers.declaring import BODY, DELETED, FOUND, api_router, get_one, get_page, to_value, written
from control.schemas.agent import AgentDeclared, AgentShown, AgentStatusDeclared, Idleness, WrapUpChanged
from control.schemas.common import Page, Slug
from control.schemas.live import AgentLive

router = api_router("/agents", "agents")


@router.get("")
async def list_agents(centre: ServedCentre, limit: Limit = 100, cursor: Cursor = None) -> Page[AgentShown]:
    """All agents, by id."""
    async with centre.store.read() as records:
        return await get_page(records.agents, limit, cursor, AgentShown)


@router.get("/{id}", responses=FOUND)
async def get_agent(id: Slug, centre: ServedCentre) -> AgentShown:
    """One agent."""
    async with centre.store.read() as records:
        return await get_one(records.agents, id, AgentShown, "agent")


@router.put("/{id}", responses=written(AgentShown))
async def put_agent(
    id: Slug,
    body: AgentDeclared,
    context: ServedContext,
    configuration: ServedConfiguration,
    response: Response,
    dry_run: DryRun = False,
) -> AgentShown:
    """Declare an agent. The password, the PIN, forwarding and do-not-disturb are kept where they are absent."""
    async with configuration.edit(dry_run=dry_run) as edit:
        existing = await edit.records.agents.get(id)
        md5, sha256 = _hashes(body, existing, context.realm)
        kept = _kept(body, existing) | {"pin": _pin(id, body, existing)}
        agent = to_value(Agent, body, id=id, ha1_md5=md5, ha1_sha256=sha256, **kept)
        if await edit.put(agent):
            response.status_code = 201
    return AgentShown.model_validate(agent)


@router.delete("/{id}", status_code=204, responses=DELETED)
async def delete_agent(id: Slug, configuration: ServedConfiguration, dry_run: DryRun = False) -> None:
    """Forget an agent to whom nothing leads."""
    async with configuration.edit(dry_run=dry_run) as edit:
        await edit.delete("agent", id)


@router.put("/{id}/status", responses=BODY | FOUND)
async def put_agent_status(id: Slug, body: AgentStatusDeclared, centre: ServedCentre) -> AgentLive:
    """Let an agent log in, at her own phone or another one, pause or leave."""
    _live(centre, id)
    await centre.attendance.set_status(id, body.status, body.reason, after_work=body.after_work, phone=body.phone)
    return _live(centre, id)


@router.post("/{id}/wrap-up", responses=BODY | FOUND)
async def change_wrap_up(id: str, body: WrapUpChanged, centre: ServedCentre) -> AgentLive:
    """End the agent's wrap-up, or extend it, as far as the queue's rules allow."""
    _live(centre, id)
    await centre.attendance.change_wrap_up(id, body.extend_s, forced=body.forced)
    return _live(centre, id)


@router.get("/{id}/why-idle", responses=FOUND)
async def explain_idleness(id: str, centre: ServedCentre) -> Idleness:
    """Why the agent has no work."""
    found = centre.why_idle(id)
    if found is None:
        raise NotFound(f"there is no agent {id}")
    return found


@router.get("/{id}/live", responses=FOUND)
async def get_agent_live(id: Slug, centre: ServedCentre) -> AgentLive:
    """What an agent wants and does now."""
    return _live(centre, id)


def _live(centre: Centre, id: str) -> AgentLive:
    live = centre.agent_live(id)
    if live is None:
        raise NotFound(f"there is no agent {id}")
    return live


def _kept(body: AgentDeclared, existing: Agent | None) -> dict[str, object]:
    """What an agent may have set by phone meanwhile, and this document does not mention."""
    return {
        name: getattr(existing, name) if existing is not None else default
        for name, default in (("forward", Forward()), ("do_not_disturb", False))
        if getattr(body, name) is None
    }


def _pin(id: str, body: AgentDeclared, existing: Agent | None) -> str:
    if body.pin is not None:
        return pin_hash(id, body.pin.get_secret_value())
    return existing.pin if existing is not None else ""


def _hashes(body: AgentDeclared, existing: Agent | None, realm: str) -> tuple[str, str]:
    """The digest hashes of the password, which cover the extension too."""
    if body.password is not None:
        password = body.password.get_secret_value()
        return ha1_md5(body.extension, realm, password), ha1_sha256(body.extension, realm, password)
    if existing is None:
        raise Invalid("a new agent needs a password", field="password")
    if existing.extension != body.extension:
        raise Invalid("a new extension needs the password again: the hash that is kept covers both", field="password")
    return existing.ha1_md5, existing.ha1_sha256
