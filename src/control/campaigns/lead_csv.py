"""Leads as CSV (RFC 4180): what may be imported again, and how far each is."""

from __future__ import annotations

from collections.abc import AsyncIterator

from control.csv_text import ROWS_A_TIME, cell, lines
from control.schemas.common import to_iso
from control.store.leads import LeadFilter, LeadPosition
from control.store.store import Store
from dialer.lead import Lead

FIELDS_LOOKED_FOR_IN = 1000
"""Leads at the beginning whose fields become columns."""
MOST_NUMBERS = 10
HEAD = (
    *("id", "list", "state", "priority", "zone", "region", "language", "owner", "due_at", "attempts", "tried_at"),
    *("outcome", "disposition", "verdict", "created_at", "consent"),
)


async def csv_of_leads(store: Store, wanted: LeadFilter, after: LeadPosition | None = None) -> AsyncIterator[str]:
    """A head line, then one line a lead, in pieces; leads are read as the client takes them."""
    fields: list[str] | None = None
    width = 1
    while True:
        async with store.read() as records:
            found = await records.leads.page(wanted, ROWS_A_TIME, after)
        if fields is None:
            first = found[:FIELDS_LOOKED_FOR_IN]
            fields = list(dict.fromkeys(name for lead in first for name in lead.fields))
            width = max((len(lead.numbers) for lead in first), default=1)
            yield lines([[*HEAD, *(f"phone_{place + 1}" for place in range(width)), *fields]])
        if found:
            yield lines([_cells(lead, width, fields) for lead in found])
            after = LeadPosition(found[-1].list, found[-1].id)
        if len(found) < ROWS_A_TIME:
            return


def _cells(lead: Lead, width: int, fields: list[str]) -> list[str]:
    last = lead.tried[-1] if lead.tried else None
    numbers = [one.number for one in lead.numbers[:width]]
    texts = (lead.zone, lead.region, lead.language, lead.owner)
    return [
        str(lead.id), cell("list", lead.list), str(lead.state), str(lead.priority),
        *(cell("", text) for text in texts),
        to_iso(lead.due_at) if lead.due_at else "", str(len(lead.tried)),
        to_iso(last.at) if last is not None else "", str(last.outcome) if last is not None else "",
        cell("", lead.disposition), lead.verdict, to_iso(lead.created_at),
        cell("", lead.consent.source if lead.consent is not None else ""),
        *numbers, *[""] * (width - len(numbers)),
        *(cell("", lead.fields.get(name, "")) for name in fields),
    ]  # fmt: skip
