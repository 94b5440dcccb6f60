"""Campaigns on the wire."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

from control.nouns import Campaign
from control.record_rule import RecordRule
from control.schemas.announce import LONGEST_TEXT
from control.schemas.calling import (
    AttemptsDeclared,
    AttemptsShown,
    CallingWindowDeclared,
    CallingWindowShown,
    DispositionDeclared,
    DispositionShown,
    attempts_shown,
    window_shown,
)
from control.schemas.common import Declared, DisplayName, Instant, Shown, Slug
from control.schemas.prompt import Language
from control.schemas.record_rule import RecordRuleDeclared, RecordRuleShown
from control.schemas.trunk import Country
from control.store.campaigns import CampaignRun
from dialer.campaign import Mode, Run

Seconds = Annotated[float, Field(ge=0, le=3600, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
CallerNumber = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{6,14}$")]
Said = Annotated[str, StringConstraints(max_length=LONGEST_TEXT)]
Threshold = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
ListName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{0,64}$")]
SAID = "A recording's name, or a text that is spoken."


def _iso_date(text: str) -> str:
    date.fromisoformat(text)
    return text


Day = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), AfterValidator(_iso_date)]


class CampaignDeclared(Declared):
    """Whom to call for which queue, in which way, when and how often."""

    name: DisplayName | None = Field(default=None, description="The id, where none is given.")
    queue: Slug = Field(description="Where answered calls go, and whose agents are waited for.")
    mode: Annotated[Mode, Field(strict=False)] = Mode.PROGRESSIVE
    client: Slug | Literal[""] = Field(default="", description="The client business on whose behalf it calls.")
    language: Language = Field(default="en", description="Of its prompts, for leads of whom no language is known.")
    region: Country | Literal[""] = Field(
        default="", description="The country of numbers without `+` in its lists; empty: the centre's."
    )
    caller_id: CallerNumber | Annotated[list[CallerNumber], Field(max_length=1000)] = Field(
        default_factory=list, description="The number shown to those called; several for `local_presence`."
    )
    local_presence: bool = Field(default=False, description="Show the number that is nearest to the called one.")
    abandon_limit: Share = Field(default=0.03, description="The share of answered live calls that may be abandoned.")
    abandon_days: Annotated[int, Field(ge=1, le=366)] = Field(default=30, description="Over so many days.")
    abandon_daily: bool = Field(default=False, description="Whether each day has to keep to it as well.")
    abandon_group: Slug | Literal[""] = Field(default="", description="Campaigns of one group are measured together.")
    ratio: Annotated[float, Field(ge=1, le=20, allow_inf_nan=False)] = 1.5
    min_ring_s: Seconds = 15.0
    max_ring_s: Annotated[float, Field(ge=1, le=180, allow_inf_nan=False)] = 25.0
    max_lines: Annotated[int, Field(ge=0, le=100_000)] | None = Field(default=None, description="Calls at a time.")
    weight: Annotated[int, Field(ge=1, le=1000)] = Field(
        default=1, description="Its share of lines and agents that it has in common with other campaigns."
    )
    preview_s: Annotated[float, Field(ge=1, le=3600, allow_inf_nan=False)] = 60.0
    windows: Annotated[list[CallingWindowDeclared], Field(min_length=1, max_length=50)] = Field(
        default_factory=lambda: [CallingWindowDeclared()]
    )
    holidays: Annotated[list[Day], Field(max_length=1000)] = Field(
        default_factory=list, description="Nobody is called on these days of the called party's calendar."
    )
    attempts: AttemptsDeclared = Field(default_factory=AttemptsDeclared)
    amd: bool | Annotated[dict[Threshold, Annotated[float, Field(allow_inf_nan=False)]], Field(max_length=50)] = Field(
        default=False, description="Whether machines are told from people; an object has thresholds of the detector."
    )
    on_machine: Literal["hang_up", "message", "queue"] = "hang_up"
    on_unsure: Literal["queue", "hang_up"] = "queue"
    message: Said = Field(default="", description=f"What machines hear after the beep. {SAID}")
    announcement: Said = Field(default="", description=f"What an agentless campaign says. {SAID}")
    drop_message: Said = Field(default="", description=f"What people hear for whom no agent was there. {SAID}")
    opt_out_digit: Annotated[str, StringConstraints(pattern=r"^[0-9*#]$")] = "9"
    dispositions: Annotated[list[DispositionDeclared], Field(max_length=100)] = Field(default_factory=list)
    script: Annotated[str, StringConstraints(max_length=20_000)] = Field(
        default="", description="What agents say; `{field}` stands for a field of the lead."
    )
    quota: Annotated[int, Field(ge=1, le=10_000_000)] | None = Field(
        default=None, description="So many conversions, then it stops."
    )
    list_mix: Annotated[dict[ListName, Annotated[int, Field(ge=0, le=1000)]], Field(max_length=100)] = Field(
        default_factory=dict, description="Leads of each list in a round; lists not named: one. 0 is none."
    )
    order: Literal["priority", "newest", "random"] = Field(
        default="priority", description="Among leads of equal priority: first imported, last imported, by chance."
    )
    needs_consent: bool = False
    solicitation: bool = Field(
        default=True,
        description="Whether it sells: national do-not-call lists, and consent that a region asks for, are for such.",
    )
    starts_at: Annotated[AwareDatetime, Field(strict=False)] | None = Field(
        default=None, description="Once it is started it dials from then on."
    )
    ends_at: Annotated[AwareDatetime, Field(strict=False)] | None = None
    reserve: Share = Field(default=0.0, description="This share of its agents is left to inbound work.")
    yields_below: Share | None = Field(
        default=None, description="It dials nothing while an inbound queue of its agents has a lower service level."
    )
    record: RecordRuleDeclared | None = Field(default=None, description="Whether its calls are recorded.")

    def value(self, id: str) -> Campaign:
        """As it is kept and dialled."""
        plain = self.model_dump(exclude={*_CONVERTED})
        return Campaign(
            id=id,
            name=self.name or id,
            caller_ids=tuple([self.caller_id] if isinstance(self.caller_id, str) else self.caller_id),
            windows=tuple(window.value() for window in self.windows),
            holidays=tuple(self.holidays),
            attempts=self.attempts.value(),
            amd=self.amd is not False,
            detection=dict(self.amd) if isinstance(self.amd, dict) else {},
            dispositions=tuple(one.value() for one in self.dispositions),
            starts_at=self.starts_at.timestamp() if self.starts_at is not None else None,
            ends_at=self.ends_at.timestamp() if self.ends_at is not None else None,
            record=msgspec.convert(self.record.model_dump(), RecordRule) if self.record is not None else None,
            **plain,
        )


_CONVERTED = (
    *("name", "caller_id", "windows", "holidays", "attempts", "amd", "dispositions"),
    *("starts_at", "ends_at", "record"),
)


class CampaignShown(Shown):
    """A campaign, and whether it runs."""

    id: Slug
    name: str
    queue: str
    mode: Mode
    client: str
    language: str
    region: str
    caller_id: str | list[str]
    local_presence: bool
    abandon_limit: float
    abandon_days: int
    abandon_daily: bool
    abandon_group: str
    ratio: float
    min_ring_s: float
    max_ring_s: float
    max_lines: int | None
    weight: int
    preview_s: float
    windows: list[CallingWindowShown]
    holidays: list[str]
    attempts: AttemptsShown
    amd: bool | dict[str, float]
    on_machine: str
    on_unsure: str
    message: str
    announcement: str
    drop_message: str
    opt_out_digit: str
    dispositions: list[DispositionShown]
    script: str
    quota: int | None
    list_mix: dict[str, int]
    order: str
    needs_consent: bool
    solicitation: bool
    starts_at: Instant | None
    ends_at: Instant | None
    reserve: float
    yields_below: float | None
    record: RecordRuleShown | None
    run: Run = Field(description="What `start`, `pause` and `stop` said last; a declaration never changes it.")
    run_since: Instant | None
    run_reason: str = Field(description="Why, where nobody asked for it: `quota`, `ended` ...; or empty.")


def campaign_shown(campaign: Campaign, run: CampaignRun) -> CampaignShown:
    """A campaign as it was declared, and whether it runs."""
    numbers = campaign.caller_ids
    converted: dict[str, Any] = {
        "caller_id": numbers[0] if len(numbers) == 1 else list(numbers),
        "windows": [window_shown(window) for window in campaign.windows],
        "attempts": attempts_shown(campaign.attempts),
        "amd": campaign.detection or campaign.amd,
        "run": run.run,
        "run_since": run.since or None,
        "run_reason": run.reason,
    }
    plain = {name: getattr(campaign, name) for name in CampaignShown.model_fields if name not in converted}
    return CampaignShown.model_validate(plain | converted)
