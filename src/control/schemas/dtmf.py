"""Digits on the wire."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from control.schemas.call import SideAsked

DTMF = (
    "How digits come and go: telephone-events (`rfc4733`), tones in the audio (`inband`), SIP INFO (`info`), or what is"
    " agreed on (`auto`): telephone-events, else tones, or INFO once it was used."
)
"""What a phone's or a trunk's ``dtmf`` means."""


class DigitsAsked(SideAsked):
    """Keys to be pressed on behalf of one side of a call, for the other side."""

    digits: Annotated[str, StringConstraints(pattern=r"^[0-9A-Da-d*#wW]{1,64}$")] = Field(
        description="`0`-`9`, `*`, `#`, `A`-`D`; `w` is a pause of half a second, `W` one of a second."
    )
    duration_ms: Annotated[int, Field(ge=60, le=8000)] = Field(default=160, description="How long each key is pressed.")
