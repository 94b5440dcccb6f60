"""Leads: who is to be called, at which numbers, and what came of it so far.

Times are seconds since the epoch (float), durations end in ``_s``. Everything here is a frozen value.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from dialer.outcome import Outcome


class LeadState(StrEnum):
    """Where a lead stands in its campaign."""

    __hash__ = str.__hash__

    READY = "ready"
    """To be called from ``due_at`` on."""
    DIALLING = "dialling"
    """An attempt is under way."""
    CALLBACK = "callback"
    """Wants to be called at ``due_at``: by its ``owner`` where it has one, else by anyone."""
    DONE = "done"
    """Reached; nothing more is to be done."""
    EXHAUSTED = "exhausted"
    """Every number was tried as often as the campaign allows."""
    REFUSED = "refused"
    """May never be called: ``verdict`` names the rule."""


OVER = (LeadState.DONE, LeadState.EXHAUSTED, LeadState.REFUSED)
"""Those that are not to be called any more."""


class NumberKind(StrEnum):
    """What is known of a number; cell phones have rules of their own."""

    FIXED = "fixed"
    MOBILE = "mobile"
    UNKNOWN = "unknown"


class LeadNumber(Struct, frozen=True):
    """One number of a lead."""

    number: str
    """E.164 with its plus."""
    kind: NumberKind = NumberKind.UNKNOWN
    zone: str = ""
    """IANA name of where it most likely rings; empty where only the lead's own zone can tell."""
    label: str = ""
    """As imported: ``home``, ``work`` ..."""
    dead: bool = False
    """Not in service, a fax, opted out: never tried again."""


class Consent(Struct, frozen=True):
    """The called party agreed to be called."""

    source: str
    """Where and how: a form, a contract, a call."""
    at: float | None = None
    mobile: bool = False
    """Whether it covers automated calls to a cell phone."""


class Tried(Struct, frozen=True):
    """One attempt of the past, as far as rules and recycling want to know it."""

    number: str
    at: float
    outcome: Outcome


class Lead(Struct, frozen=True):
    """One person, or household, or business."""

    id: int
    campaign: str
    numbers: tuple[LeadNumber, ...]
    """In the order in which they are tried."""
    list: str = ""
    priority: int = 0
    """Higher ones first."""
    zone: str = ""
    """IANA name, from the lead's address or a column; it goes before the numbers' zones."""
    region: str = ""
    """ISO 3166-2, such as ``US-FL``, or a country's two letters; rules of compliance are looked up by it."""
    language: str = ""
    fields: dict[str, str] = {}
    """What the list's other columns say; scripts show it."""
    consent: Consent | None = None
    owner: str = ""
    """The agent who promised to call back."""
    state: LeadState = LeadState.READY
    due_at: float = 0.0
    tried: tuple[Tried, ...] = ()
    """The first attempt first."""
    disposition: str = ""
    """What an agent said of the last conversation."""
    verdict: str = ""
    """The rule by which it was refused."""
    created_at: float = 0.0
    """When it was imported."""
