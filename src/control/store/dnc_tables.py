"""The tables of do-not-call lists: entries, their changes, and lists that were imported whole."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Double, Index, Integer, LargeBinary, String, Table

from control.store.tables import metadata

dnc_entries = Table(
    "dnc_entries",
    metadata,
    # The digits of E.164: 15 at most.
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("scope", String(16), primary_key=True),
    Column("owner", String(64), primary_key=True),
    Column("source", String(200), nullable=False),
    Column("added_at", Double, nullable=False),
    Column("expires_at", Double),
    Index("ix_dnc_entries_scope", "scope", "owner"),
)

# Whoever was called may ask when a wish was known: what happened is kept, not only how things stand.
dnc_changes = Table(
    "dnc_changes",
    metadata,
    # SQLite counts by itself in a column of its own integer type only.
    Column("revision", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", Double, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("scope", String(16), nullable=False),
    Column("owner", String(64), nullable=False),
    Column("added", Boolean, nullable=False),
    Column("source", String(200), nullable=False),
    Column("expires_at", Double),
    Index("ix_dnc_changes_number", "number"),
)

dnc_lists = Table(
    "dnc_lists",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("scope", String(16), nullable=False),
    Column("owner", String(64), nullable=False),
    Column("digest", String(16), nullable=False),
    Column("taken_at", Double, nullable=False),
    Column("imported_at", Double, nullable=False),
    Column("numbers", BigInteger, nullable=False),
)

# A list of millions as some sorted pieces, eight octets a number (little-endian): a row a number would take ten times
# the space, and minutes to read.
dnc_chunks = Table(
    "dnc_chunks",
    metadata,
    Column("list", String(64), primary_key=True),
    Column("chunk", Integer, primary_key=True, autoincrement=False),
    Column("numbers", LargeBinary, nullable=False),
)
