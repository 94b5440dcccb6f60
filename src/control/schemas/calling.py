"""When and how often a campaign calls, and what agents may say of a call, on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from control.schemas.common import Declared, DisplayName, Shown
from dialer.campaign import AttemptRules, CallingWindow, Disposition, RetryRule
from dialer.outcome import Outcome

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
YEAR_S = 31_536_000
MIDNIGHT = 24 * 60

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9_-]{0,62}[a-z0-9])?$")]
Clock = Annotated[str, StringConstraints(pattern=r"^(?:[01][0-9]|2[0-3]):[0-5][0-9]$")]


def days_of(text: str) -> tuple[int, ...]:
    """The days of ``mon-fri``, ``sat,sun`` or ``fri-mon``: 0 is Monday. Raises ValueError."""
    found: set[int] = set()
    for part in text.lower().replace(" ", "").split(","):
        first, _, last = part.partition("-")
        try:
            begin, end = DAYS.index(first), DAYS.index(last or first)
        except ValueError:
            raise ValueError("expected days such as mon-fri or sat,sun") from None
        found |= {day % 7 for day in range(begin, end + 1 if end >= begin else end + 8)}
    return tuple(sorted(found))


def days_text(days: tuple[int, ...]) -> str:
    """The days as ``days_of`` reads them, the longest runs first made short: ``mon-fri,sun``."""
    runs: list[list[int]] = []
    for day in sorted(days):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(DAYS[run[0]] if len(run) == 1 else f"{DAYS[run[0]]}-{DAYS[run[-1]]}" for run in runs)


def _days(text: str) -> str:
    days_of(text)
    return text


def _minute(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


class CallingWindowDeclared(Declared):
    """When the called party's clock must stand for it to be called."""

    days: Annotated[str, StringConstraints(max_length=64), AfterValidator(_days)] = Field(
        default="mon-sun", examples=["mon-fri", "sat,sun"]
    )
    start: Clock = Field(default="08:00", alias="from", description="By the called party's clock.")
    end: Clock | Literal["24:00"] = Field(default="21:00", alias="to", description="No call begins then or later.")

    @model_validator(mode="after")
    def _ends_later(self) -> CallingWindowDeclared:
        if _minute(self.end) <= _minute(self.start):
            raise PydanticCustomError("window", "expected `to` later than `from`; two windows span midnight")
        return self

    def value(self) -> CallingWindow:
        """As the dialer has it."""
        return CallingWindow(days_of(self.days), _minute(self.start), _minute(self.end))


class RetryDeclared(Declared):
    """What follows an outcome."""

    outcome: Annotated[Outcome, Field(strict=False)]
    after_s: Annotated[float, Field(ge=0, le=YEAR_S, allow_inf_nan=False)]
    times: Annotated[int, Field(ge=0, le=100)] = Field(default=1, description="So often at most; 0 is never.")


class AttemptsDeclared(Declared):
    """How often a lead is called, all its numbers together."""

    per_day: Annotated[int, Field(ge=1, le=100)] = Field(default=3, description="In any 24 hours.")
    per_week: Annotated[int, Field(ge=1, le=500)] = Field(default=7, description="In any seven days.")
    ever: Annotated[int, Field(ge=1, le=1000)] = 10
    number_per_day: Annotated[int, Field(ge=1, le=100)] | None = Field(
        default=None, description="The same for one number on behalf of the client, whichever lead it belongs to."
    )
    number_per_week: Annotated[int, Field(ge=1, le=500)] | None = None
    number_ever: Annotated[int, Field(ge=1, le=1000)] | None = Field(
        default=None, description="Calls of one number of a lead."
    )
    min_gap_s: Annotated[float, Field(ge=0, le=604_800, allow_inf_nan=False)] = Field(
        default=60.0, description="Between two calls of a lead, or of a number."
    )
    retry: Annotated[list[RetryDeclared], Field(max_length=len(Outcome))] = Field(
        default_factory=list,
        description="What follows an outcome; those not named: busy after 15 min 5 times, no_answer after 4 h 4 times, "
        "machine after 4 h 3 times, congestion after 5 min 10 times, failed after 15 min 3 times, interrupted after "
        "1 h twice, abandoned after 3 days once, declined after a day once, all others never.",
    )

    @model_validator(mode="after")
    def _each_once(self) -> AttemptsDeclared:
        outcomes = [rule.outcome for rule in self.retry]
        if len(set(outcomes)) < len(outcomes):
            raise PydanticCustomError("retry", "each outcome may stand once in `retry`")
        return self

    def value(self) -> AttemptRules:
        """As the dialer has it."""
        rules = tuple(RetryRule(rule.outcome, rule.after_s, rule.times) for rule in self.retry)
        return AttemptRules(**self.model_dump(exclude={"retry"}), retries=rules)


class DispositionDeclared(Declared):
    """What an agent may say of a conversation, and what follows."""

    code: Code
    label: DisplayName | Literal[""] = ""
    right_party: bool = Field(default=False, description="Whether the person asked for was reached.")
    conversion: bool = Field(default=False, description="Whether it counts as a success; it is of the right party.")
    retry_after_s: Annotated[float, Field(ge=0, le=YEAR_S, allow_inf_nan=False)] | None = Field(
        default=None, description="The lead is called again after this time; null is not."
    )
    do_not_call: bool = Field(default=False, description="Its numbers go to the client's own do-not-call list.")

    @model_validator(mode="after")
    def _does_one_thing(self) -> DispositionDeclared:
        if self.do_not_call and self.retry_after_s is not None:
            raise PydanticCustomError("disposition", "who is not to be called is not called again: `retry_after_s`")
        return self

    def value(self) -> Disposition:
        """As the dialer has it."""
        right_party = self.right_party or self.conversion
        return Disposition(self.code, self.label, right_party, self.conversion, self.retry_after_s, self.do_not_call)


class CallingWindowShown(Shown):
    """When the called party's clock must stand for it to be called."""

    days: str
    start: str = Field(serialization_alias="from")
    end: str = Field(serialization_alias="to")


class RetryShown(Shown):
    """What follows an outcome."""

    outcome: str
    after_s: float
    times: int


class AttemptsShown(Shown):
    """How often a lead is called."""

    per_day: int
    per_week: int
    ever: int
    number_per_day: int | None
    number_per_week: int | None
    number_ever: int | None
    min_gap_s: float
    retry: list[RetryShown]


class DispositionShown(Shown):
    """What an agent may say of a conversation."""

    code: str
    label: str
    right_party: bool
    conversion: bool
    retry_after_s: float | None
    do_not_call: bool


def window_shown(window: CallingWindow) -> CallingWindowShown:
    """A window as it was declared."""
    return CallingWindowShown(
        days=days_text(window.days), start=_clock(window.start_minute), end=_clock(window.end_minute)
    )


def attempts_shown(rules: AttemptRules) -> AttemptsShown:
    """The rules as they were declared."""
    retry = [RetryShown.model_validate(rule) for rule in rules.retries]
    plain = {name: getattr(rules, name) for name in AttemptsShown.model_fields if name != "retry"}
    return AttemptsShown.model_validate(plain | {"retry": retry})
