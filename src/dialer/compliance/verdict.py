"""The answer to "may this number be called now?"."""

from __future__ import annotations

from msgspec import Struct


class Permit(Struct, frozen=True):
    """It may be dialled at that moment."""

    zone: str
    """IANA name of the called party's most likely time zone."""
    zones: tuple[str, ...]
    """All zones in which it may be; each of them allows the call."""
    regions: tuple[str, ...]
    """ISO 3166 codes of the regions whose rules were asked."""


class Refusal(Struct, frozen=True):
    """It must not be dialled."""

    rule: str
    """The stable slug of the rule that forbids it (docs/compliance.md lists them)."""
    detail: str
    """For people: what the rule found."""
    until: float | None = None
    """When this rule allows it, seconds since the epoch (others may still refuse); None is never, as things stand."""
    zone: str = ""
    """As of a permit; empty where no zone is known."""
