"""Queues on the wire."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from control.schemas.announce import AnnounceDeclared, AnnounceShown
from control.schemas.common import Declared, DisplayName, Extension, Shown, Slug
from control.schemas.forward import WAY
from control.schemas.hours import HoursDeclared, HoursShown
from control.schemas.record_rule import RecordRuleDeclared, RecordRuleShown
from control.schemas.route import SLUG
from control.schemas.routing import (
    CallbackRulesDeclared,
    CallbackRulesShown,
    MemberDeclared,
    MemberShown,
    RelaxationDeclared,
    RelaxationShown,
    RoutingRulesDeclared,
    RoutingRulesShown,
    SitePreferenceDeclared,
    SitePreferenceShown,
)

Seconds = Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)]


class ServiceLevelDeclared(Declared):
    """The aim: the share of calls to be answered within a time."""

    threshold_s: Seconds = 20.0
    target: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = 0.8


Cause = Literal["max_wait", "full", "no_agents", "expected_wait", "service_level", "closed"]


class OverflowDeclared(Declared):
    """Where a call goes that the queue cannot keep, or who is to help."""

    to: Annotated[str, StringConstraints(pattern=rf"^(?:{WAY}|site:{SLUG})$", max_length=128)] = Field(
        description="A target as in `/routes`, a number that a route leads over a trunk, or a site: the call keeps its "
        "place in line, and the agents of that site are asked as well from then on.",
        examples=["queue:sales", "site:manila", "voicemail:support", "callback:support", "+381111234567"],
    )
    when: Annotated[list[Cause], Field(min_length=1, max_length=6)] = Field(
        default=["max_wait", "full"],
        description="After the longest wait; when the queue is full; when nobody who qualifies is logged in; when the "
        "expected wait is beyond `routing.max_expected_wait_s`; when the service level is missed and the call would "
        "miss it, too; when the queue is closed. A site is no room for who finds "
        "the queue full: with one, absent is after the longest wait.",
    )

    @model_validator(mode="after")
    def _a_site_is_no_room(self) -> Self:
        if self.to.startswith("site:") and "when" not in self.model_fields_set:
            self.when = ["max_wait"]
        return self


class QueueDeclared(Declared):
    """A line of waiting calls and what an agent needs to take them."""

    name: DisplayName | None = Field(default=None, description="The id, where none is given.")
    extension: Extension | None = None
    requires: Annotated[str, Field(max_length=2000)] = Field(
        default="",
        description="Skills an agent must have; empty means everyone.",
        examples=["billing >= 3 and (sr >= 5 or en)"],
    )
    strategy: Annotated[str, Field(max_length=64)] = "longest_idle"
    priority: Annotated[int, Field(ge=-1000, le=1000)] = Field(
        default=0, description="Each point is worth a minute of waiting, across queues."
    )
    service_level: ServiceLevelDeclared = Field(default_factory=ServiceLevelDeclared)
    ring_timeout_s: Annotated[float, Field(ge=1, le=600, allow_inf_nan=False)] = 20.0
    wrap_up_s: Seconds = 0.0
    max_wait_s: Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)] | None = None
    max_length: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    overflow: OverflowDeclared | None = None
    client: Slug | None = None
    music: Slug | None = Field(default=None, description="A music class; null is the house's music.")
    announce: AnnounceDeclared = Field(default_factory=AnnounceDeclared)
    record: RecordRuleDeclared | None = Field(default=None, description="Whether calls are recorded.")
    relax: Annotated[list[RelaxationDeclared], Field(max_length=20)] = Field(
        default_factory=list, description="Who may be asked, too, the longer a call waits."
    )
    members: Annotated[list[MemberDeclared], Field(max_length=10_000)] = Field(
        default_factory=list, description="Agents who serve the queue by name; alone, where nothing is required."
    )
    sites: Annotated[list[SitePreferenceDeclared], Field(max_length=100)] = Field(
        default_factory=list, description="Sites whose agents serve the queue, in the order of preference; none: all."
    )
    routing: RoutingRulesDeclared = Field(default_factory=RoutingRulesDeclared)
    hours: HoursDeclared | None = Field(
        default=None,
        description="When the queue takes calls; null: always. Others are refused, or overflow (`closed`).",
    )
    callback: CallbackRulesDeclared = Field(default_factory=CallbackRulesDeclared)


class ServiceLevelShown(Shown):
    """The aim."""

    threshold_s: float
    target: float


class OverflowShown(Shown):
    """Where a call goes that the queue cannot keep."""

    to: str
    when: list[str]


class QueueShown(Shown):
    """A queue."""

    id: Slug
    name: str
    extension: str | None
    requires: str
    strategy: str
    priority: int
    service_level: ServiceLevelShown
    ring_timeout_s: float
    wrap_up_s: float
    max_wait_s: float | None
    max_length: int | None
    overflow: OverflowShown | None
    client: str | None
    music: str | None
    announce: AnnounceShown
    record: RecordRuleShown | None
    relax: list[RelaxationShown]
    members: list[MemberShown]
    sites: list[SitePreferenceShown]
    routing: RoutingRulesShown
    hours: HoursShown | None
    callback: CallbackRulesShown
