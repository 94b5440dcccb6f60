"""Who serves a queue, in which order and on which terms, on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from control.opening import SiteKind
from control.schemas.common import Declared, Shown, Slug

Seconds = Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)]
Delay = Annotated[float, Field(ge=0, le=3_600, allow_inf_nan=False)] | None


class RelaxationDeclared(Declared):
    """Who may take calls, too, that have waited for a while."""

    after_s: Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)]
    requires: Annotated[str, Field(max_length=2000)]


class MemberDeclared(Declared):
    """An agent who serves the queue by name, whatever her skills."""

    agent: Slug
    tier: Annotated[int, Field(ge=0, le=99)] = Field(
        default=0, description="Agents of a higher tier are asked when nobody of a lower one is free."
    )
    weight: Annotated[int, Field(ge=1, le=1000)] = Field(default=1, description="The share under `weighted_random`.")


class SitePreferenceDeclared(Declared):
    """A site whose agents serve the queue, or all sites of a kind; those of the first listed are asked first."""

    site: Slug | None = Field(default=None, description="A site by its id; what its kind says does not hold for it.")
    kind: SiteKind | None = Field(default=None, description="All sites of this kind, which are alike.")
    after_s: Seconds = Field(default=0.0, description="How long a call has waited by then.")

    @model_validator(mode="after")
    def _one(self) -> SitePreferenceDeclared:
        if (self.site is None) is (self.kind is None):
            raise ValueError("expected a site, or a kind of sites")
        return self


class RoutingRulesDeclared(Declared):
    """The finer terms of a queue."""

    retry_delay_s: Annotated[float, Field(ge=0, le=3_600, allow_inf_nan=False)] = Field(
        default=5.0, description="How long an agent who did not take an offer is left alone."
    )
    refused_delay_s: Delay = Field(default=None, description="The same after an offer that was declined.")
    no_answer_delay_s: Delay = None
    busy_delay_s: Delay = None
    pause_after_missed: Annotated[int, Field(ge=0, le=100)] = Field(
        default=0, description="After so many offers in a row that rang in vain the agent is on a break; 0 is never."
    )
    wrap_up_min_s: Seconds = Field(default=0.0, description="An agent cannot end her wrap-up before.")
    wrap_up_max_s: Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)] | None = Field(
        default=None, description="How far a wrap-up can be extended."
    )
    max_expected_wait_s: Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)] | None = Field(
        default=None, description="Calls that would wait longer are turned away, or overflow (`expected_wait`)."
    )
    resume_s: Seconds = Field(default=0.0, description="Who hung up and calls again in this time has the old place.")
    count_ivr: bool = Field(default=False, description="Whether time spent in menus counts as waiting.")
    sticky_s: Annotated[float, Field(ge=0, le=31_536_000, allow_inf_nan=False)] = Field(
        default=0.0, description="Who calls again within this time is first offered to the agent who served last."
    )
    preferred_wait_s: Seconds = Field(default=30.0, description="How long a call waits for that agent alone.")
    vip: Annotated[list[Annotated[str, Field(pattern=r"^\+?[0-9]{1,32}$")]], Field(max_length=10_000)] = Field(
        default_factory=list, description="Callers, or how their numbers begin, who have priority."
    )
    vip_priority: Annotated[int, Field(ge=0, le=1000)] = 10


class CallbackRulesDeclared(Declared):
    """How often the customer of a callback is tried."""

    attempts: Annotated[int, Field(ge=1, le=100)] = 3
    retry_s: Annotated[float, Field(ge=1, le=604_800, allow_inf_nan=False)] = Field(
        default=300.0, description="How long after one attempt the next one is due."
    )
    first: Literal["agent", "customer"] = Field(
        default="agent",
        description="Whose phone rings first. While the customer's does, an agent is held free; hers rings then.",
    )


class RelaxationShown(Shown):
    """Who may take calls, too, that have waited for a while."""

    after_s: float
    requires: str


class MemberShown(Shown):
    """An agent who serves the queue by name."""

    agent: str
    tier: int
    weight: int


class SitePreferenceShown(Shown):
    """A site whose agents serve the queue."""

    site: str | None
    kind: SiteKind | None
    after_s: float


class CallbackRulesShown(Shown):
    """How often the customer of a callback is tried."""

    attempts: int
    retry_s: float
    first: str


class RoutingRulesShown(Shown):
    """The finer terms of a queue."""

    retry_delay_s: float
    refused_delay_s: float | None
    no_answer_delay_s: float | None
    busy_delay_s: float | None
    pause_after_missed: int
    wrap_up_min_s: float
    wrap_up_max_s: float | None
    max_expected_wait_s: float | None
    resume_s: float
    count_ivr: bool
    sticky_s: float
    preferred_wait_s: float
    vip: list[str]
    vip_priority: int
