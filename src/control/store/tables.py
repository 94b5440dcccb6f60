"""The tables. A change here needs a migration (``migrations/versions``); a test compares the two.

Columns are named as the fields of the values they keep (``control.nouns``, ``control.cdr``). Times are seconds
since the epoch, UTC, as doubles: every database compares and indexes them alike.
"""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Double, Index, Integer, MetaData, String, Table, Text, false, true

metadata = MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_name)s", "uq": "uq_%(table_name)s_%(column_0_name)s"}
)

skills = Table(
    "skills",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
)

agents = Table(
    "agents",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("extension", String(32), nullable=False, unique=True),
    Column("ha1_md5", String(32), nullable=False),
    Column("ha1_sha256", String(64), nullable=False),
    Column("skills", JSON, nullable=False),
    Column("site", String(64)),
    Column("clients", JSON, nullable=False),
    Column("forward", JSON, nullable=False, server_default="{}"),
    Column("do_not_disturb", Boolean, nullable=False, server_default=false()),
    Column("caller_id", String(33), nullable=False, server_default=""),
    Column("dtmf", String(8), nullable=False, server_default="auto"),
    Column("supervisor", Boolean, nullable=False, server_default=false()),
    Column("record", JSON(none_as_null=True)),
    Column("capacity", JSON, nullable=False, server_default="{}"),
    Column("max_break_s", Double),
    Column("pin", String(64), nullable=False, server_default=""),
)

queues = Table(
    "queues",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("extension", String(32), unique=True),
    Column("requires", Text, nullable=False),
    Column("strategy", String(64), nullable=False),
    Column("priority", Integer, nullable=False),
    Column("service_level", JSON, nullable=False),
    Column("ring_timeout_s", Double, nullable=False),
    Column("wrap_up_s", Double, nullable=False),
    Column("max_wait_s", Double),
    Column("max_length", Integer),
    Column("overflow", JSON(none_as_null=True)),
    Column("client", String(64)),
    Column("music", String(64)),
    Column("announce", JSON, nullable=False, server_default="{}"),
    Column("record", JSON(none_as_null=True)),
    Column("relax", JSON, nullable=False, server_default="[]"),
    Column("members", JSON, nullable=False, server_default="[]"),
    Column("sites", JSON, nullable=False, server_default="[]"),
    Column("routing", JSON, nullable=False, server_default="{}"),
    Column("hours", JSON(none_as_null=True)),
    Column("callback", JSON, nullable=False, server_default="{}"),
)

sites = Table(
    "sites",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("time_zone", String(64), nullable=False),
    Column("hours", JSON(none_as_null=True)),
)

calendars = Table(
    "calendars",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("holidays", JSON, nullable=False),
    Column("exceptions", JSON, nullable=False),
)

music = Table(
    "music",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("tracks", JSON, nullable=False),
    Column("order", String(16), nullable=False),
    Column("client", String(64)),
)

campaigns = Table(
    "campaigns",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("queue", String(64), nullable=False),
    # All else that is declared, as JSON: nothing is searched by it.
    Column("terms", JSON, nullable=False),
)

campaign_runs = Table(
    "campaign_runs",
    metadata,
    Column("campaign", String(64), primary_key=True),
    Column("run", String(16), nullable=False),
    Column("since", Double, nullable=False),
    Column("reason", String(200), nullable=False),
)

routes = Table(
    "routes",
    metadata,
    Column("number", String(32), primary_key=True),
    Column("target", String(128), nullable=False),
    Column("pin", String(16), nullable=False, server_default=""),
    Column("tones", Boolean, nullable=False, server_default=true()),
    Column("backup", String(128)),
    Column("preferred", JSON, nullable=False, server_default="[]"),
    Column("preferred_s", Double),
)

flows = Table(
    "flows",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("steps", JSON, nullable=False),
    Column("language", String(16), nullable=False),
)

callbacks = Table(
    "callbacks",
    metadata,
    Column("id", String(128), primary_key=True),
    Column("queue", String(64), nullable=False),
    Column("number", String(256), nullable=False),
    Column("name", String(256), nullable=False),
    Column("asked_at", Double, nullable=False),
    Column("done", Boolean, nullable=False),
    Column("at", Double),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("result", String(64), nullable=False, server_default=""),
    Index("ix_callbacks_done", "done"),
)

work = Table(
    "work",
    metadata,
    Column("id", String(128), primary_key=True),
    Column("queue", String(64), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("customer", String(256), nullable=False),
    Column("created_at", Double, nullable=False),
    Column("subject", String(500), nullable=False),
    Column("fields", JSON, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("due_at", Double),
    Column("not_before", Double),
    Column("preferred", JSON, nullable=False),
    Column("preferred_s", Double),
    Column("done_at", Double),
    Column("agent", String(64), nullable=False),
    Column("result", String(200), nullable=False),
    Index("ix_work_done_at", "done_at", "id"),
)

voicemails = Table(
    "voicemails",
    metadata,
    Column("id", String(128), primary_key=True),
    Column("box", String(64), nullable=False),
    Column("caller", String(256), nullable=False),
    Column("caller_name", String(256), nullable=False),
    Column("left_at", Double, nullable=False),
    Column("seconds", Double, nullable=False),
    Column("heard", Boolean, nullable=False),
    Index("ix_voicemails_box", "box", "left_at"),
    Index("ix_voicemails_left_at", "left_at", "id"),
)

recordings = Table(
    "recordings",
    metadata,
    Column("id", String(128), primary_key=True),
    Column("call", String(128), nullable=False),
    Column("queue", String(64)),
    Column("agent", String(64)),
    Column("client", String(64)),
    Column("caller", String(256), nullable=False),
    Column("number", String(256), nullable=False),
    Column("direction", String(16), nullable=False),
    Column("started_at", Double, nullable=False),
    Column("seconds", Double, nullable=False),
    Column("format", String(8), nullable=False),
    Column("file", String(300), nullable=False),
    Column("octets", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("key_id", String(16)),
    Column("interrupted", Boolean, nullable=False),
    Column("expires_at", Double),
    Column("held", Boolean, nullable=False),
    Column("hold_reason", String(500), nullable=False),
    Column("deleted_at", Double),
    Index("ix_recordings_started_at", "started_at", "id"),
    Index("ix_recordings_call", "call"),
    Index("ix_recordings_queue", "queue", "started_at"),
    Index("ix_recordings_agent", "agent", "started_at"),
    Index("ix_recordings_client", "client", "started_at"),
    Index("ix_recordings_caller", "caller", "started_at"),
    Index("ix_recordings_number", "number", "started_at"),
    Index("ix_recordings_expires_at", "expires_at"),
)

trunks = Table(
    "trunks",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("address", String(280), nullable=False),
    Column("transport", String(8), nullable=False),
    Column("username", String(128), nullable=False),
    # Readable: a hash would need the realm, which a carrier names only when it challenges.
    Column("password", String(128), nullable=False),
    Column("registers", Boolean, nullable=False),
    Column("numbers", JSON, nullable=False),
    Column("max_calls", Integer),
    Column("calls_per_s", Double),
    Column("countries", JSON, nullable=False),
    Column("hours", JSON, nullable=False),
    Column("time_zone", String(64), nullable=False),
    Column("spend_per_day", Double),
    Column("rates", JSON, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("caller_id", String(33), nullable=False),
    Column("number_format", String(16), nullable=False),
    Column("strip", Integer, nullable=False),
    Column("prepend", String(16), nullable=False),
    Column("codecs", JSON, nullable=False),
    Column("options_interval_s", Double),
    Column("srtp", String(8), nullable=False, server_default="offer"),
    Column("dtmf", String(8), nullable=False, server_default="auto"),
    Column("trusted", Boolean, nullable=False),
    Column("signs", Boolean, nullable=False, server_default=false()),
    Column("identity", String(8), nullable=False, server_default="ignore"),
    Column("emergency", Boolean, nullable=False),
    Column("priority", Integer, nullable=False),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("digest", String(64), nullable=False),
)

cdrs = Table(
    "cdrs",
    metadata,
    Column("id", String(128), primary_key=True),
    Column("direction", String(16), nullable=False),
    Column("caller", String(256), nullable=False),
    Column("caller_name", String(256), nullable=False),
    Column("number", String(256), nullable=False),
    Column("target", String(128)),
    Column("queue", String(64)),
    Column("agent", String(64)),
    Column("client", String(64)),
    Column("started_at", Double, nullable=False),
    Column("answered_at", Double),
    Column("connected_at", Double),
    Column("ended_at", Double, nullable=False),
    Column("wait_s", Double, nullable=False),
    Column("talk_s", Double, nullable=False),
    Column("duration_s", Double, nullable=False),
    Column("disposition", String(32), nullable=False),
    Column("cause", String(64), nullable=False),
    Column("ended_by", String(16), nullable=False),
    Column("flow_path", String(500)),
    Column("trunk", String(64)),
    Column("attestation", String(8)),
    Column("cost", Double),
    Column("mos_mean", Double),
    Column("mos_worst", Double),
    Column("troubles", String(64)),
    # JSON text, written and read by msgspec: SQL never looks inside, and a call's record must cost microseconds.
    Column("legs", Text, nullable=False),
    Column("diversions", Text, nullable=False, server_default="[]"),
    Index("ix_cdrs_started_at", "started_at", "id"),
    Index("ix_cdrs_queue", "queue", "started_at"),
    Index("ix_cdrs_agent", "agent", "started_at"),
    Index("ix_cdrs_trunk", "trunk", "started_at"),
    Index("ix_cdrs_client", "client", "started_at"),
    Index("ix_cdrs_caller", "caller", "started_at"),
    Index("ix_cdrs_number", "number", "started_at"),
)
