"""The tables of the ledger: attempts, under way and over, and where their chain ends."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Double, Index, Integer, String, Table, Text, UniqueConstraint

from control.store.tables import metadata
from dialer.ledger import GENESIS

attempts = Table(
    "attempts",
    metadata,
    Column("id", String(128), primary_key=True),
    Column("campaign", String(64), nullable=False),
    Column("lead", BigInteger, nullable=False),
    # Beside the chain, not in it: empty once its lead is forgotten.
    Column("number", String(32), nullable=False),
    Column("verdict", String(64), nullable=False),
    Column("decided_at", Double, nullable=False),
    Column("client", String(64), nullable=False),
    Column("trigger", String(200), nullable=False),
    Column("caller_id", String(64), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("local_time", String(32), nullable=False),
    Column("rules", String(64), nullable=False),
    Column("lists", String(200), nullable=False),
    Column("detail", Text, nullable=False),
    Column("number_key", String(32), nullable=False),
    Column("number_end", String(4), nullable=False),
    Column("dialled_at", Double),
    Column("rang_at", Double),
    Column("answered_at", Double),
    Column("greeting_ended_at", Double),
    Column("connected_at", Double),
    Column("dropped_at", Double),
    Column("ended_at", Double),
    Column("seconds_to_connect", Double),
    Column("abandoned", Boolean, nullable=False),
    Column("outcome", String(32)),
    Column("detected", String(200), nullable=False),
    Column("agent", String(64), nullable=False),
    # Of those that are over only.
    Column("closed_at", Double),
    Column("seq", BigInteger),
    Column("format", Integer),
    Column("previous", String(64)),
    Column("hash", String(64)),
    UniqueConstraint("seq", name="uq_attempts_seq"),
    Index("ix_attempts_campaign", "campaign", "decided_at", "id"),
    Index("ix_attempts_decided_at", "decided_at"),
    Index("ix_attempts_lead", "lead"),
    Index("ix_attempts_number", "number"),
    Index("ix_attempts_number_key", "number_key"),
)

ledger_head = Table(
    "ledger_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
)
BEFORE_THE_FIRST = {"id": 1, "seq": 0, "hash": GENESIS}
"""Where the chain ends while it has no record: the one row of ``ledger_head``."""
