"""The tables of leads: whom campaigns call.

``line`` says where a lead stands, for the sake of indexes: those of a million leads that are due are found by walking
one of them. What SQL never looks into is JSON text, written and read by msgspec.
"""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, Double, Index, Integer, String, Table, Text, text

from control.store.tables import metadata

IN_LINE, LATER, CALLBACK, NOWHERE = 1, 2, 3, 0
"""Values of ``line``: may be called now; becomes due; somebody promised to call; not to be called (now)."""

# SQLite's row number has this very type.
_Id = BigInteger().with_variant(Integer, "sqlite")


def _index(name: str, *columns: str, line: int) -> Index:
    condition = text(f"line = {line}")
    return Index(name, *columns, sqlite_where=condition, postgresql_where=condition)


leads = Table(
    "leads",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=False),
    Column("campaign", String(64), nullable=False),
    Column("list", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("line", Integer, nullable=False),
    Column("priority", Integer, nullable=False),
    # The priority the other way round: one walk gives the highest first, and of equals the one imported first.
    Column("rank", Integer, nullable=False),
    # Drawn at import, for campaigns that call in random order.
    Column("lot", Integer, nullable=False),
    Column("due_at", Double, nullable=False),
    Column("owner", String(64), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("tried_at", Double),
    Column("zone", String(64), nullable=False),
    Column("region", String(16), nullable=False),
    Column("language", String(16), nullable=False),
    Column("disposition", String(64), nullable=False),
    Column("verdict", String(64), nullable=False),
    Column("created_at", Double, nullable=False),
    Column("numbers", Text, nullable=False),
    Column("fields", Text, nullable=False),
    Column("consent", Text, nullable=False),
    Column("tried", Text, nullable=False),
    # What an agent said is to follow, while the attempt lasts; empty for nothing.
    Column("wish", Text, nullable=False, server_default=""),
    Index("ix_leads_campaign", "campaign", "id"),
    Index("ix_leads_state", "campaign", "state", "list", "id"),
    _index("ix_leads_first", "campaign", "list", "rank", "id", line=IN_LINE),
    _index("ix_leads_newest", "campaign", "list", "priority", "id", line=IN_LINE),
    _index("ix_leads_lot", "campaign", "list", "priority", "lot", line=IN_LINE),
    _index("ix_leads_later", "campaign", "due_at", line=LATER),
    _index("ix_leads_callback", "campaign", "owner", "due_at", line=CALLBACK),
)

lead_numbers = Table(
    "lead_numbers",
    metadata,
    Column("number", String(16), primary_key=True),
    Column("campaign", String(64), primary_key=True),
    Column("lead", _Id, primary_key=True),
    sqlite_with_rowid=False,
)

lead_dispositions = Table(
    "lead_dispositions",
    metadata,
    Column("lead", _Id, primary_key=True, autoincrement=False),
    # Which of its attempts, counted from 1: what is said again of the same one replaces what was said.
    Column("attempt", Integer, primary_key=True, autoincrement=False),
    Column("campaign", String(64), nullable=False),
    Column("code", String(64), nullable=False),
    Column("agent", String(64), nullable=False),
    Column("note", Text, nullable=False),
    Column("right_party", Boolean, nullable=False),
    Column("conversion", Boolean, nullable=False),
    Column("at", Double, nullable=False),
    Index("ix_lead_dispositions_campaign", "campaign", "at"),
)

lead_imports = Table(
    "lead_imports",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("campaign", String(64), nullable=False),
    Column("options", JSON, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("state", String(16), nullable=False),
    Column("started_at", Double),
    Column("ended_at", Double),
    Column("trouble", String(500), nullable=False),
    Column("progress", JSON, nullable=False),
    Index("ix_lead_imports_campaign", "campaign", "id"),
)

sequences = Table(
    "sequences",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("next", _Id, nullable=False),
)
"""Numbers that are never given twice, not even after what had one was deleted."""
