"""Bans on the wire."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator, Field, StringConstraints

from control.schemas.common import Declared, DisplayName, Instant, Shown


def _only_text(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("expected a time in ISO 8601 with its zone, e.g. 2030-01-31T12:00:00Z")
    return value


Time = Annotated[AwareDatetime, BeforeValidator(_only_text), Field(strict=False)]
"""ISO 8601 with a time zone."""

SourceText = Annotated[str, StringConstraints(pattern=r"^[0-9A-Fa-f:./]{2,64}$")]
"""An IP address, or an IPv6 /64."""


class BanDeclared(Declared):
    """A ban at an operator's word."""

    until: Time
    reason: DisplayName = "by an operator"


class BanShown(Shown):
    """A source whose SIP messages are dropped and whose connections are closed."""

    source: str = Field(description="An IPv4 address, or an IPv6 /64.")
    reason: str = Field(
        description="`password`, `challenges`, `numbers`, `malformed` or `flood`, or what an operator wrote."
    )
    since: Instant
    until: Instant
    times: int = Field(description="Which ban of this source it is, as far as is remembered.")
    by_operator: bool
