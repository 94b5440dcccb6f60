"""Agents on the wire. The password goes in and never comes out."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, SecretStr

from acd.agent import AgentStatus
from control.schemas.common import Declared, DisplayName, Extension, OutsideNumber, Shown, Slug
from control.schemas.dtmf import DTMF
from control.schemas.forward import ForwardDeclared, ForwardShown
from control.schemas.record_rule import RecordRuleDeclared, RecordRuleShown
from pbx.sdp.dtmf import DtmfMode

Level = Annotated[int, Field(ge=1, le=10)]


class AgentDeclared(Declared):
    """A person who takes calls."""

    name: DisplayName
    extension: Extension
    password: Annotated[SecretStr, Field(min_length=1, max_length=128)] | None = Field(
        default=None,
        description="The SIP and log-in secret. Needed for a new agent and with a new extension; else it is kept.",
    )
    skills: Annotated[dict[Slug, Level], Field(max_length=500)] = Field(
        default_factory=dict, description="Skill to level."
    )
    site: Slug | None = None
    clients: Annotated[list[Slug], Field(max_length=500)] = Field(
        default_factory=list, description="The client businesses the agent works for."
    )
    forward: ForwardDeclared | None = Field(
        default=None,
        description="Where calls to the phone go; what is set now, by phone too, is kept where it is absent.",
    )
    do_not_disturb: bool | None = Field(
        default=None,
        description="Calls to the phone find it busy, those of queues excepted; kept where it is absent.",
    )
    caller_id: OutsideNumber = Field(
        default="", description="Shown to those called outside, in place of the trunk's `caller_id`."
    )
    dtmf: DtmfMode = Field(default=DtmfMode.AUTO, strict=False, description=DTMF)
    supervisor: bool = Field(
        default=False, description="Whether the agent's phone may listen to calls of others, whisper, barge in."
    )
    record: RecordRuleDeclared | None = Field(default=None, description="Whether calls are recorded.")


class AgentShown(Shown):
    """An agent."""

    id: Slug
    name: str
    extension: str
    skills: dict[str, int]
    site: str | None
    clients: list[str]
    forward: ForwardShown
    do_not_disturb: bool
    caller_id: str
    dtmf: DtmfMode
    supervisor: bool
    record: RecordRuleShown | None


class AgentStatusDeclared(Declared):
    """What an agent wants."""

    status: Annotated[AgentStatus, Field(strict=False)]
    reason: Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
