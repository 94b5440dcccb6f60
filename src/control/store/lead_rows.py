"""Leads as rows: what a column of its own is, and where a lead stands for the indexes."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Row

from control.store.lead_tables import CALLBACK, IN_LINE, LATER, NOWHERE, leads
from dialer.lead import Consent, Lead, LeadNumber, LeadState, Tried

_encode = msgspec.json.Encoder().encode
_decode_numbers = msgspec.json.Decoder(tuple[LeadNumber, ...]).decode
_decode_fields = msgspec.json.Decoder(dict[str, str]).decode
_decode_consent = msgspec.json.Decoder(Consent | None).decode
_decode_tried = msgspec.json.Decoder(tuple[Tried, ...]).decode
_STATES = {state: str(state) for state in LeadState}
_PLAIN = (
    *("id", "campaign", "list", "priority", "zone", "region", "language", "owner"),
    *("due_at", "disposition", "verdict", "created_at"),
)

COLUMNS = tuple(leads.c[name] for name in (*_PLAIN, "state", "numbers", "fields", "consent", "tried"))
"""What ``lead_of`` reads."""


def line_of(state: LeadState, due_at: float, now: float) -> int:
    """Where a lead of that state stands."""
    if state is LeadState.CALLBACK:
        return CALLBACK
    if state is LeadState.READY:
        return LATER if due_at > now else IN_LINE
    return NOWHERE


def row_of(lead: Lead, now: float) -> dict[str, Any]:
    """All columns of a lead but its lot."""
    row = {name: getattr(lead, name) for name in _PLAIN}
    return row | standing(lead, now) | {
        "rank": -lead.priority,
        "numbers": text_of(lead.numbers),
        "fields": text_of(lead.fields),
        "consent": text_of(lead.consent),
    }  # fmt: skip


def new_row(lead: Lead, id: int, now: float, lot: int) -> tuple[Any, ...]:
    """The values of ``NEW``, in their order: a million of them are made at a time."""
    return (
        id, lead.campaign, lead.list, _STATES[lead.state], line_of(lead.state, lead.due_at, now),
        lead.priority, -lead.priority, lot, lead.due_at, lead.owner, len(lead.tried),
        lead.tried[-1].at if lead.tried else None, lead.zone, lead.region, lead.language,
        lead.disposition, lead.verdict, lead.created_at, _encode(lead.numbers).decode(), _encode(lead.fields).decode(),
        "null" if lead.consent is None else text_of(lead.consent), text_of(lead.tried) if lead.tried else "[]",
    )  # fmt: skip


NEW = (
    *("id", "campaign", "list", "state", "line", "priority", "rank", "lot", "due_at", "owner", "attempts", "tried_at"),
    *("zone", "region", "language", "disposition", "verdict", "created_at", "numbers", "fields", "consent", "tried"),
)


def standing(lead: Lead, now: float) -> dict[str, Any]:
    """The columns that say how far a lead is."""
    return {
        "state": str(lead.state),
        "line": line_of(lead.state, lead.due_at, now),
        "due_at": lead.due_at,
        "attempts": len(lead.tried),
        "tried_at": lead.tried[-1].at if lead.tried else None,
        "tried": text_of(lead.tried),
    }


def text_of(value: object) -> str:
    """A value as JSON."""
    return _encode(value).decode()


def lead_of(row: Row[Any]) -> Lead:
    """The lead in a row of ``COLUMNS``."""
    columns = row._mapping
    return Lead(
        **{name: columns[name] for name in _PLAIN},
        state=LeadState(columns["state"]),
        numbers=_decode_numbers(columns["numbers"]),
        fields=_decode_fields(columns["fields"]),
        consent=_decode_consent(columns["consent"]),
        tried=_decode_tried(columns["tried"]),
    )
