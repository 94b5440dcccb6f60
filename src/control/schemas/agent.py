"""Agents on the wire. The password goes in and never comes out."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from acd.agent import AgentStatus
from acd.channels import MOST
from acd.model import Channel
from control.schemas.common import Declared, DisplayName, Extension, Instant, OutsideNumber, Shown, Slug
from control.schemas.dtmf import DTMF
from control.schemas.forward import ForwardDeclared, ForwardShown
from control.schemas.record_rule import RecordRuleDeclared, RecordRuleShown
from pbx.sdp.dtmf import DtmfMode

Level = Annotated[int, Field(ge=1, le=10)]


def _digits(pin: SecretStr) -> SecretStr:
    if not (pin.get_secret_value().isascii() and pin.get_secret_value().isdigit()):
        raise ValueError("a PIN has digits only")
    return pin


Pin = Annotated[SecretStr, Field(min_length=4, max_length=16), AfterValidator(_digits)]


class AgentDeclared(Declared):
    """A person who takes calls."""

    name: DisplayName
    extension: Extension
    password: Annotated[SecretStr, Field(min_length=1, max_length=128)] | None = Field(
        default=None,
        description="The SIP and log-in secret. Needed for a new agent and with a new extension; else it is kept.",
    )
    pin: Pin | None = Field(
        default=None,
        description="Digits, by which the agent logs in at phones of others (`feature:login-here`); kept where absent.",
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
    capacity: dict[Annotated[Channel, Field(strict=False)], Annotated[int, Field(ge=0, le=MOST)]] = Field(
        default_factory=dict,
        description="How many pieces of work of a channel fill the agent; absent: 4 chats, or 1 of any other. Who "
        "takes neither `voice` nor `callback` (0) needs no phone.",
    )
    max_break_s: Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)] | None = Field(
        default=None, description="A break that lasts longer is shown as overdue."
    )


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
    capacity: dict[str, int]
    max_break_s: float | None


class AgentStatusDeclared(Declared):
    """What an agent wants; `after_work`: when what she has in hand is over."""

    status: Annotated[AgentStatus, Field(strict=False)]
    reason: Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    after_work: bool = False
    phone: Extension | None = Field(
        default=None,
        description="The extension of the phone at which the agent works until she logs out; who works there is logged "
        "out. Absent: where she is, or her own.",
    )


class WrapUpChanged(Declared):
    """How a wrap-up goes on."""

    extend_s: Annotated[float, Field(gt=0, le=3_600, allow_inf_nan=False)] | None = Field(
        default=None, description="More time; absent: the wrap-up is over."
    )
    forced: bool = Field(default=False, description="Whether a supervisor ends it, whatever the queue requires.")


class Idleness(Shown):
    """Why an agent has no work."""

    agent: str
    rule: str = Field(description="`free`, or what keeps work from the agent.")
    detail: str
    since: Instant | None
    queues: list[str] = Field(description="The queues that the agent serves.")
    elsewhere: list[str] = Field(description="Queues with waiting calls that the agent does not serve, or not yet.")
