"""Call forwarding on the wire: where an agent's calls go, and when.

way = number / target               ; a number is led on by the numbering plan when a call comes
number = [ "+" ] 1*(DIGIT / "*" / "#")
"""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field, StringConstraints

from control.schemas.common import Declared, Shown
from control.schemas.route import TARGET
from pbx.routing.handling import NO_ANSWER_S

WAY: Final = rf"\+?[0-9*#]{{1,31}}|{TARGET}"
Way = Annotated[str, StringConstraints(pattern=rf"^(?:{WAY})$", max_length=128)]


class ForwardDeclared(Declared):
    """Where the calls of an agent's phone go. Calls that a queue offers are not forwarded."""

    always: Way | None = Field(default=None, description="All calls, at once.", examples=["1003", "queue:support"])
    busy: Way | None = Field(default=None, description="When the phone is busy, declines, or is not to be disturbed.")
    no_answer: Way | None = Field(default=None, description="When nobody answers within `after_s`.")
    unreachable: Way | None = Field(default=None, description="When no phone is registered, or none can be reached.")
    after_s: Annotated[float, Field(ge=1, le=600, allow_inf_nan=False)] = NO_ANSWER_S


class ForwardShown(Shown):
    """Where the calls of an agent's phone go."""

    always: str | None
    busy: str | None
    no_answer: str | None
    unreachable: str | None
    after_s: float
