"""What a queue or an agent wants of recordings, on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from control.schemas.common import Declared, Shown


class RecordRuleDeclared(Declared):
    """Whether calls are recorded. `never` wins over `always`, and that over a `share`; the largest share counts."""

    mode: Literal["always", "never", "share"] = "always"
    share: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = Field(
        default=1.0, description="The share of calls, where the mode is `share`; the call's id decides."
    )
    beep: bool = Field(default=False, description="Whether the customer hears a beep every 15 s.")
    keep_days: Annotated[int, Field(ge=0, le=36_500)] | None = Field(
        default=None, description="How long recordings are kept; absent: as the client's, else all, are."
    )


class RecordRuleShown(Shown):
    """Whether calls are recorded."""

    mode: str
    share: float
    beep: bool
    keep_days: int | None
