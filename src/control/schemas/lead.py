"""Leads on the wire."""

from __future__ import annotations

from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

from control.schemas.calling import Code
from control.schemas.common import Declared, Instant, Shown, Slug
from dialer.lead import Lead, LeadState

LeadId = Annotated[int, Field(ge=1, le=2**53)]
Many = list  # which is the name of a field below
Time = Annotated[AwareDatetime, Field(strict=False)]


def known_zone(name: str) -> str:
    """An IANA time zone, or nothing. Raises ValueError."""
    try:
        ZoneInfo(name or "UTC")
    except (KeyError, OSError, ValueError) as error:
        raise ValueError("expected an IANA time zone such as America/New_York") from error
    return name


class LeadNumberShown(Shown):
    """One number of a lead."""

    number: str
    kind: str
    zone: str
    label: str
    dead: bool = Field(description="Whether it is never tried again.")


class TriedShown(Shown):
    """One attempt of the past."""

    number: str
    at: Instant
    outcome: str


class ConsentShown(Shown):
    """The called party agreed to be called."""

    source: str
    at: Instant | None
    mobile: bool


class LeadShown(Shown):
    """A lead."""

    id: int
    campaign: str
    list: str
    state: LeadState
    numbers: Many[LeadNumberShown]
    priority: int
    zone: str
    region: str
    language: str
    fields: dict[str, str]
    consent: ConsentShown | None
    owner: str
    due_at: Instant | None
    tried: Many[TriedShown]
    disposition: str
    verdict: str = Field(description="The rule by which it was refused.")
    created_at: Instant


class LeadChanged(Declared):
    """What may be changed of a lead; what is absent stays."""

    state: Literal["ready", "done"] | None = None
    due_at: Time | None = None
    priority: Annotated[int, Field(ge=-1_000_000, le=1_000_000)] | None = None
    zone: Annotated[str, StringConstraints(max_length=64), AfterValidator(known_zone)] | None = None
    region: Annotated[str, StringConstraints(pattern=r"^(?:[A-Z]{2}(?:-[A-Z0-9]{1,3})?)?$")] | None = None
    language: Annotated[str, StringConstraints(pattern=r"^[a-z-]{0,16}$")] | None = None
    fields: (
        Annotated[
            dict[
                Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")],
                Annotated[str, StringConstraints(max_length=2000)],
            ],
            Field(max_length=200),
        ]
        | None
    ) = Field(default=None, description="These instead of all that it has.")


class DispositionSaid(Declared):
    """What an agent says of the last conversation with a lead."""

    disposition: Code
    agent: Slug | Literal[""] = ""
    note: Annotated[str, StringConstraints(max_length=2000)] = ""


class LeadCallback(Declared):
    """When a lead is to be called back, and by whom."""

    at: Time
    owner: Slug | Literal[""] = Field(default="", description="The agent who promised it; empty: anyone.")


class ListCounts(Shown):
    """How far one list is."""

    list: str
    total: int
    states: dict[LeadState, int]
    penetration: float = Field(description="The share of leads that are not to be called any more.")


def lead_shown(lead: Lead) -> LeadShown:
    """A lead as it stands."""
    return LeadShown.model_validate(lead).model_copy(update={"due_at": lead.due_at or None})
